//! `cargo xtask differential`: requests by chance to RustStack and to DynamoDB Local, whose answers are compared.
//!
//! Each worker makes one table after the other, on accounts of their own, and asks both the same; every so often all
//! items of the table and of its indexes are compared. Known differences have names (`differential/masks.rs`); any
//! other ends with the shortest replay that shows it.

mod compare;
mod expressions;
mod legacy;
mod masks;
mod operations;
pub(crate) mod oracle;
mod schema;
mod shrink;
mod statements;
mod streams;
mod values;
mod words;
mod world;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use anyhow::bail;
use clap::Args;

use self::{
    compare::{Verdict, compare},
    operations::Step,
    oracle::Oracle,
    schema::Schema,
    shrink::{Replay, signature},
    world::{Ports, Sides, World},
};
use crate::crash::{
    random::Random,
    server::{self, Server},
};

/// Of one table.
const STEPS: u64 = 100;
/// After so many steps the whole tables are compared.
const DUMP_EVERY: u64 = 50;

#[derive(Args)]
pub(crate) struct Options {
    /// The same seed makes the same requests.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many requests to send to each.
    #[arg(long, default_value_t = 10_000)]
    operations: u64,
    /// Ends sooner.
    #[arg(long)]
    seconds: Option<u64>,
    /// Tables at once.
    #[arg(long, default_value_t = 4)]
    workers: u64,
    /// How many different findings are printed.
    #[arg(long, default_value_t = 20)]
    findings: usize,
    /// Prints of known differences, too, what both said and how often.
    #[arg(long)]
    known: bool,
    /// Counts it, and does not report it, when both refuse a request for faults whose order nobody has looked into.
    #[arg(long)]
    any_fault: bool,
    /// Built with `cargo build --package ruststack` when it is not named.
    #[arg(long)]
    binary: Option<PathBuf>,
}

impl Options {
    /// As in CI.
    pub(crate) fn short(binary: PathBuf) -> Self {
        let (seed, workers, findings) = (1, 4, 5);
        let (operations, seconds, known, any_fault) = (u64::MAX, Some(30), false, true);
        Self { seed, operations, seconds, workers, findings, known, any_fault, binary: Some(binary) }
    }
}

/// What all workers have found so far.
#[derive(Default)]
struct Findings {
    operations: u64,
    /// How often, by name.
    known: BTreeMap<&'static str, u64>,
    /// How often, by name and what both say.
    said: BTreeMap<String, u64>,
    /// By what they say.
    unexplained: BTreeMap<String, Finding>,
}

impl Findings {
    fn note_known(&mut self, name: &'static str, said: &str) {
        *self.known.entry(name).or_default() += 1;
        *self.said.entry(format!("'{name}' {said}")).or_default() += 1;
    }
}

struct Finding {
    times: u64,
    text: String,
}

pub(crate) fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    let binary = match &options.binary {
        Some(binary) => binary.clone(),
        None => server::build(root)?,
    };
    let folder = match oracle::find(root, &binary) {
        Ok(folder) => folder,
        Err(reason) => {
            println!("    skipped: {reason}");
            return Ok(());
        }
    };
    let oracle = Oracle::start(&folder)?;
    let ours = Server::in_memory(&binary)?;
    let ports = Ports { ours: ours.port(), theirs: oracle.port };
    let findings = Mutex::new(Findings::default());
    let begin = Instant::now();
    thread::scope(|scope| {
        let work = |worker| work(ports, options, worker, begin, &findings);
        let workers: Vec<_> = (0..options.workers).map(|worker| scope.spawn(move || work(worker))).collect();
        workers.into_iter().try_for_each(|worker| worker.join().expect("workers do not panic"))
    })?;
    report(&findings.into_inner().expect("workers do not panic"), begin.elapsed(), options)
}

fn report(findings: &Findings, elapsed: Duration, options: &Options) -> anyhow::Result<()> {
    println!("    {} requests to each in {:.0} s", findings.operations, elapsed.as_secs_f64());
    for (name, times) in &findings.known {
        println!("    known difference '{name}': {times} times");
    }
    let mut said: Vec<_> = findings.said.iter().filter(|_| options.known).collect();
    said.sort_by_key(|(_, times)| std::cmp::Reverse(**times));
    said.iter().for_each(|(said, times)| println!("    {times} times {said}"));
    for (signature, finding) in findings.unexplained.iter().take(options.findings) {
        println!("\n=== {signature} ({} times)\n{}", finding.times, finding.text);
    }
    match findings.unexplained.len() {
        0 => Ok(()),
        count => bail!("{count} unexplained differences"),
    }
}

fn work(
    ports: Ports,
    options: &Options,
    worker: u64,
    begin: Instant,
    findings: &Mutex<Findings>,
) -> anyhow::Result<()> {
    let mut sides = Sides::open(ports)?;
    let late = || options.seconds.is_some_and(|seconds| begin.elapsed().as_secs() >= seconds);
    for round in 0.. {
        let (operations, many) = {
            let findings = findings.lock().expect("workers do not panic");
            (findings.operations, findings.unexplained.len() > 200)
        };
        if operations >= options.operations || late() || many {
            break;
        }
        let seed = options.seed.wrapping_mul(1_000_003) ^ (worker << 48) ^ (round << 8);
        one_table(&mut sides, seed, options.any_fault, findings)?;
    }
    Ok(())
}

/// Ends with the first difference that may have made the tables different.
fn one_table(sides: &mut Sides, seed: u64, any_fault: bool, findings: &Mutex<Findings>) -> anyhow::Result<()> {
    let mut random = Random::new(seed);
    let schema = Schema::any(&mut random);
    let mut world = World::create(sides, &schema)?;
    let mut done: Vec<Step> = Vec::new();
    for number in 1..=STEPS {
        let mut steps = vec![operations::any(&mut random, &schema)];
        if number % DUMP_EVERY == 0 {
            steps.push(operations::dump(None));
            steps.extend(schema.indexes.iter().map(|index| operations::dump(Some(&index.name))));
        }
        if number == STEPS && schema.stream.is_some() {
            steps.push(operations::read_stream());
        }
        for step in steps {
            let answers = world.answers(&step)?;
            done.push(step);
            let verdict = compare(&schema, done.last().expect("just pushed"), &answers);
            let diverges = answers[0].status != answers[1].status;
            findings.lock().expect("workers do not panic").operations += 1;
            match verdict {
                Verdict::Same => {}
                Verdict::OtherFault if any_fault => {
                    let said = signature(&schema, done.last().expect("just pushed"), &answers);
                    let name = "of several faults, another, in an order that nobody has looked into";
                    findings.lock().expect("workers do not panic").note_known(name, &said);
                }
                Verdict::Known(name) => {
                    let said = signature(&schema, done.last().expect("just pushed"), &answers);
                    findings.lock().expect("workers do not panic").note_known(name, &said);
                    if diverges {
                        return world.end();
                    }
                }
                Verdict::OtherFault | Verdict::Differs => {
                    world.end()?;
                    return found(sides, Replay { schema, steps: done, answers }, findings);
                }
            }
        }
    }
    world.end()
}

fn found(sides: &mut Sides, mut replay: Replay, findings: &Mutex<Findings>) -> anyhow::Result<()> {
    let signature = replay.signature();
    let is_known = {
        let mut findings = findings.lock().expect("workers do not panic");
        let found = findings.unexplained.get_mut(&signature);
        found.map(|found| found.times += 1).is_some()
    };
    if !is_known {
        replay.shrink(sides)?;
        let finding = Finding { times: 1, text: replay.text() };
        findings.lock().expect("workers do not panic").unexplained.insert(signature, finding);
    }
    Ok(())
}
