//! A client: writes by chance to what is its own, knows what was answered, and compares.
//!
//! What a service's clients write, and how it shows, is a [`Service`]: whoever adds one adds it to [`clients`].

use std::{collections::BTreeMap, fmt::Debug, io, sync::mpsc::Sender};

use anyhow::{bail, ensure};

use super::{
    dynamodb::DynamoDb,
    events::Events,
    http::{Answer, Connection, Request},
    kms::Kms,
    lambda::Lambda,
    notified::Notified,
    random::Random,
    s3::S3,
    sns::Sns,
    sqs::Sqs,
    sts::Sts,
};

/// Clients of S3 that write at once.
const S3_CLIENTS: u64 = 8;
/// Of a difference that are shown.
const LINES: usize = 20;

/// All clients, of every service that keeps anything.
pub(crate) fn clients(seed: u64) -> Vec<Box<dyn Writer>> {
    let random = |number| Random::new(seed.wrapping_mul(1000).wrapping_add(number));
    let mut clients: Vec<Box<dyn Writer>> = Vec::new();
    for number in 0..S3_CLIENTS {
        clients.push(Client::boxed(S3::of(number), random(number)));
    }
    clients.push(Client::boxed(Sts, random(S3_CLIENTS)));
    clients.push(Client::boxed(Sqs::standard(), random(S3_CLIENTS + 1)));
    clients.push(Client::boxed(Sqs::fifo(), random(S3_CLIENTS + 2)));
    clients.push(Client::boxed(DynamoDb, random(S3_CLIENTS + 7)));
    clients.push(Client::boxed(Kms, random(S3_CLIENTS + 3)));
    clients.push(Client::boxed(Lambda, random(S3_CLIENTS + 8)));
    clients.push(Client::boxed(Notified { written: 0 }, random(S3_CLIENTS + 4)));
    clients.push(Client::boxed(Events::default(), random(S3_CLIENTS + 5)));
    clients.push(Client::boxed(Sns::default(), random(S3_CLIENTS + 6)));
    clients
}

/// What clients of one service do there. One client's things are its own: another client never touches them.
pub(crate) trait Service: Send {
    /// What a client has there, as far as it shows.
    type State: Clone + Default + Debug + Send;

    /// A write that must succeed, given what there is for certain.
    fn next(&mut self, state: &Self::State, random: &mut Random) -> Step<Self::State>;

    /// A step towards nothing; `None` when there is nothing.
    fn clear(&self, state: &Self::State) -> Option<Step<Self::State>>;

    /// What the server shows; an error where two ways to look at it disagree. Looking must change nothing.
    fn see(&self, connection: &mut Connection, told: &Self::State) -> anyhow::Result<Self::State>;

    /// What is known from now on, if what was seen is what may be; `told` is what was answered.
    fn agree(seen: &Self::State, possible: &Self::State, told: &Self::State) -> Option<Self::State>;
}

/// A request, and what it does.
pub(crate) struct Step<S> {
    /// The operation, as AWS names it.
    pub(crate) operation: &'static str,
    pub(crate) request: Request,
    /// Into how many changes it falls, each of which is there or not; all others are there whole or not at all.
    pub(crate) change_count: usize,
    /// Makes the first changes, as many as it is told, given the answer if one came.
    pub(crate) apply: Apply<S>,
}

pub(crate) type Apply<S> = Box<dyn Fn(&mut S, Option<&Answer>, usize) + Send>;

impl<S> Step<S> {
    /// One that is there whole or not at all.
    pub(crate) fn new(
        operation: &'static str,
        request: Request,
        apply: impl Fn(&mut S, Option<&Answer>) + Send + 'static,
    ) -> Self {
        let apply: Apply<S> = Box::new(move |state, answer, _| apply(state, answer));
        Self { operation, request, change_count: 1, apply }
    }
}

/// A client, whatever its service.
pub(crate) trait Writer: Send {
    /// Writes until there are no answers any more; tells of each.
    fn write(&mut self, port: u16, answered: &Sender<()>);

    /// Compares what the server shows with what it may show, and takes that for certain.
    fn check(&mut self, port: u16) -> anyhow::Result<()>;

    /// Deletes all that it has.
    fn clear(&mut self, port: u16) -> anyhow::Result<()>;

    /// How often each operation was answered.
    fn counts(&self) -> &BTreeMap<&'static str, usize>;
}

struct Client<S: Service> {
    service: S,
    random: Random,
    /// As answered.
    certain: S::State,
    /// The same with the write whose answer did not come: all that it may have done.
    unanswered: Vec<S::State>,
    /// What the server said to a write that should have worked.
    refused: Option<String>,
    counts: BTreeMap<&'static str, usize>,
}

impl<S: Service + 'static> Client<S> {
    fn boxed(service: S, random: Random) -> Box<dyn Writer> {
        let (certain, unanswered) = (S::State::default(), Vec::new());
        Box::new(Self { service, random, certain, unanswered, refused: None, counts: BTreeMap::new() })
    }

    fn step(&mut self, connection: &mut Connection, step: &Step<S::State>) -> io::Result<()> {
        match connection.send(&step.request) {
            Ok(answer) if answer.is_success() => {
                (step.apply)(&mut self.certain, Some(&answer), step.change_count);
                *self.counts.entry(step.operation).or_default() += 1;
                Ok(())
            }
            // All that a client asks for must work.
            Ok(answer) => {
                let said = format!("{}: {} {}", step.request.name(), answer.status, answer.text());
                self.refused = Some(said);
                Err(io::ErrorKind::Other.into())
            }
            Err(error) => {
                self.unanswered = (1..=step.change_count).map(|count| self.changed(step, count)).collect();
                Err(error)
            }
        }
    }

    fn changed(&self, step: &Step<S::State>, count: usize) -> S::State {
        let mut changed = self.certain.clone();
        (step.apply)(&mut changed, None, count);
        changed
    }
}

impl<S: Service> Client<S> {
    /// Line by line: what was seen beside what was answered, and what would be there with the unanswered write.
    fn difference(&self, seen: &S::State) -> String {
        let possible: Vec<_> = self.unanswered.iter().map(|state| lines_beside(seen, state)).collect();
        let unanswered = possible.join("\nor\n");
        format!("{}\nand with what was not answered\n{unanswered}", lines_beside(seen, &self.certain))
    }
}

/// The lines of the one that the other has not, marked with what they are.
fn lines_beside(seen: &impl Debug, expected: &impl Debug) -> String {
    let (seen, expected) = (format!("{seen:#?}"), format!("{expected:#?}"));
    let (seen, expected): (Vec<_>, Vec<_>) = (seen.lines().collect(), expected.lines().collect());
    let start = seen.iter().zip(&expected).take_while(|(one, other)| one == other).count().saturating_sub(3);
    let (seen, expected) = (seen[start..].iter().take(LINES), expected[start..].iter().take(LINES));
    let seen: String = seen.map(|line| format!("  sees {line}\n")).collect();
    let expected: String = expected.map(|line| format!("  not  {line}\n")).collect();
    seen + &expected
}

impl<S: Service + 'static> Writer for Client<S> {
    fn write(&mut self, port: u16, answered: &Sender<()>) {
        let Ok(mut connection) = Connection::open(port) else { return };
        loop {
            let step = self.service.next(&self.certain, &mut self.random);
            if self.step(&mut connection, &step).is_err() {
                return;
            }
            // Who counts may have counted enough.
            let _counted = answered.send(());
        }
    }

    fn check(&mut self, port: u16) -> anyhow::Result<()> {
        ensure!(self.refused.is_none(), "{}", self.refused.take().unwrap_or_default());
        let mut connection = Connection::open(port)?;
        let seen = self.service.see(&mut connection, &self.certain)?;
        let mut possible = std::iter::once(&self.certain).chain(&self.unanswered);
        let known = possible.find_map(|possible| S::agree(&seen, possible, &self.certain));
        let Some(known) = known else { bail!("a client sees other things:\n{}", self.difference(&seen)) };
        self.certain = known;
        self.unanswered.clear();
        Ok(())
    }

    fn clear(&mut self, port: u16) -> anyhow::Result<()> {
        let mut connection = Connection::open(port)?;
        while let Some(step) = self.service.clear(&self.certain) {
            if let Err(error) = self.step(&mut connection, &step) {
                bail!("{}", self.refused.take().unwrap_or_else(|| error.to_string()));
            }
        }
        Ok(())
    }

    fn counts(&self) -> &BTreeMap<&'static str, usize> {
        &self.counts
    }
}
