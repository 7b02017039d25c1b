//! Of the steps before a difference, the few that it needs: found by replaying with fewer and fewer.

use std::fmt::Write as _;

use super::{
    compare::{Verdict, compare, outline},
    operations::Step,
    schema::Schema,
    world::{Answer, Sides, World},
};

/// A difference with all that leads to it.
pub(super) struct Replay {
    pub(super) schema: Schema,
    pub(super) steps: Vec<Step>,
    pub(super) answers: [Answer; 2],
}

/// What a difference is, without what is by chance in it: replays that say the same are one finding.
pub(super) fn signature(schema: &Schema, step: &Step, answers: &[Answer; 2]) -> String {
    let [ours, theirs] = answers.each_ref().map(|answer| {
        let outline = outline(schema, step, answer);
        let said =
            if answer.status == 200 { "200".to_owned() } else { format!("{} {}", outline["code"], outline["message"]) };
        said.chars().filter(|letter| !letter.is_ascii_digit()).collect::<String>()
    });
    format!("{}: {ours} / {theirs}", step.operation)
}

impl Replay {
    pub(super) fn signature(&self) -> String {
        signature(&self.schema, self.steps.last().expect("a replay ends with what differs"), &self.answers)
    }

    /// The last step differs still.
    fn differs(&mut self, sides: &mut Sides, steps: &[Step]) -> anyhow::Result<bool> {
        let mut world = World::create(sides, &self.schema)?;
        let mut last = None;
        for step in steps {
            let answers = world.answers(step)?;
            last = Some((compare(&self.schema, step, &answers), answers));
        }
        world.end()?;
        let Some((Verdict::Differs, answers)) = last else { return Ok(false) };
        self.answers = answers;
        Ok(true)
    }

    pub(super) fn shrink(&mut self, sides: &mut Sides) -> anyhow::Result<()> {
        let mut size = self.steps.len() / 2;
        while size > 0 {
            let mut start = 0;
            while start + 1 < self.steps.len() {
                let end = (start + size).min(self.steps.len() - 1);
                let fewer = [&self.steps[..start], &self.steps[end..]].concat();
                if self.differs(sides, &fewer)? {
                    self.steps = fewer;
                } else {
                    start = end;
                }
            }
            size /= 2;
        }
        Ok(())
    }

    pub(super) fn text(&self) -> String {
        let mut text = format!("CreateTable {}\n", self.schema.input());
        for step in &self.steps {
            writeln!(text, "{} {}", step.operation, step.input).expect("a string takes all");
        }
        let [ours, theirs] = &self.answers;
        let step = self.steps.last().expect("a replay ends with what differs");
        for (who, answer) in [("RustStack", ours), ("DynamoDB Local", theirs)] {
            let outline = outline(&self.schema, step, answer);
            writeln!(text, "  {who}: {} {outline}", answer.status).expect("a string takes all");
        }
        text
    }
}
