//! Applying a query to records, and remembering what came of it.

use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    sync::Arc,
};

use super::{
    Command, Named, Order, Query,
    expression::Expression,
    record::{Record, Value},
    stats::Aggregate,
};
use crate::limits::{MAX_QUERY_ROWS, MAX_REMEMBERED_QUERIES};

/// Fields with their values.
pub(crate) type Row = Vec<(String, String)>;

/// What a query found.
#[derive(Clone, Default, Debug)]
pub(crate) struct Answer {
    pub(crate) rows: Vec<Row>,
    pub(crate) matched: usize,
    pub(crate) scanned: usize,
    pub(crate) scanned_bytes: u64,
}

/// A query that was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) id: String,
    pub(crate) text: String,
    /// The first is told of queries.
    pub(crate) groups: Vec<String>,
    pub(crate) created_at: i64,
    pub(crate) answer: Arc<Answer>,
}

/// Queries of an account in a region, the youngest last.
#[derive(Default)]
pub(crate) struct Queries(VecDeque<Asked>);

impl Queries {
    pub(crate) fn remember(&mut self, asked: Asked) {
        self.0.push_back(asked);
        if self.0.len() > MAX_REMEMBERED_QUERIES {
            self.0.pop_front();
        }
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Asked> {
        self.0.iter().find(|asked| asked.id == id)
    }

    /// The youngest first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Asked> {
        self.0.iter().rev()
    }
}

/// What of records is shown.
#[derive(Default)]
struct Columns {
    names: Vec<String>,
    /// Whether records stand for events, which have pointers.
    are_events: bool,
}

impl Query {
    /// Records come with the latest first.
    pub(crate) fn run<'r>(&'r self, records: impl Iterator<Item = Record> + 'r, limit: usize) -> Answer {
        let mut columns = Columns { names: Vec::new(), are_events: true };
        let mut records: Box<dyn Iterator<Item = Record> + 'r> = Box::new(records);
        for command in &self.commands {
            columns.change(command);
            records = apply(command, records);
        }
        let limit = limit.min(MAX_QUERY_ROWS);
        let rows: Vec<Row> = records.take(limit).map(|record| columns.row(&record)).collect();
        Answer { matched: rows.len(), rows, ..Answer::default() }
    }
}

fn apply<'r>(
    command: &'r Command,
    records: Box<dyn Iterator<Item = Record> + 'r>,
) -> Box<dyn Iterator<Item = Record> + 'r> {
    match command {
        Command::Fields(named) | Command::Display(named) => Box::new(records.map(|record| with(record, named))),
        Command::Filter(condition) => Box::new(records.filter(|record| condition.holds(record))),
        Command::Parse { source, pattern, names } => Box::new(records.map(|mut record| {
            parse(&mut record, source, pattern, names);
            record
        })),
        Command::Sort(by) => Box::new(sorted(records.collect(), by).into_iter()),
        Command::Limit(count) => Box::new(records.take(*count)),
        Command::Dedup(by) => {
            let mut seen = HashSet::new();
            Box::new(records.filter(move |record| seen.insert(key(record, by.iter()))))
        }
        Command::Stats { aggregates, by } => {
            let records: Vec<Record> = records.collect();
            Box::new(counted(&records, aggregates, by).into_iter())
        }
    }
}

/// With the fields that have names of their own.
fn with(mut record: Record, named: &[Named]) -> Record {
    for Named { name, expression } in named {
        if !matches!(expression, Expression::Field(field) if field == name)
            && let Some(value) = expression.value(&record)
        {
            record.fields.insert(name.clone(), value);
        }
    }
    record
}

fn parse(record: &mut Record, source: &Expression, pattern: &regex::Regex, names: &[String]) {
    let Some(text) = source.value(record) else { return };
    let text = text.shown().into_owned();
    let Some(captures) = pattern.captures(&text) else { return };
    for (at, name) in names.iter().enumerate() {
        let found = captures.name(name).or_else(|| captures.get(at + 1));
        if let Some(found) = found {
            record.fields.insert(name.clone(), Value::text(found.as_str()));
        }
    }
}

/// What is missing comes last.
fn sorted(mut records: Vec<Record>, by: &[(Expression, Order)]) -> Vec<Record> {
    records.sort_by(|one, other| {
        let orders = by.iter().map(|(expression, order)| match (expression.value(one), expression.value(other)) {
            (Some(one), Some(other)) if *order == Order::Descending => other.compare(&one),
            (Some(one), Some(other)) => one.compare(&other),
            (one, other) => other.is_some().cmp(&one.is_some()),
        });
        orders.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
    });
    records
}

fn key<'e>(record: &Record, by: impl Iterator<Item = &'e Expression>) -> Vec<Option<String>> {
    by.map(|expression| expression.value(record).map(|value| value.shown().into_owned())).collect()
}

/// One record for each group, in the order in which groups come.
fn counted(records: &[Record], aggregates: &[(String, Aggregate)], by: &[Named]) -> Vec<Record> {
    let mut places = BTreeMap::new();
    let mut groups: Vec<Vec<&Record>> = Vec::new();
    for record in records {
        let key = key(record, by.iter().map(|named| &named.expression));
        let place = *places.entry(key).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(record),
            None => groups.push(vec![record]),
        }
    }
    // Of nothing there is one count, unless it is by something.
    if groups.is_empty() && by.is_empty() {
        groups.push(Vec::new());
    }
    groups.iter().map(|group| counted_group(group, aggregates, by)).collect()
}

fn counted_group(group: &[&Record], aggregates: &[(String, Aggregate)], by: &[Named]) -> Record {
    let mut fields = BTreeMap::new();
    for Named { name, expression } in by {
        fields.extend(group.first().and_then(|first| expression.value(first)).map(|value| (name.clone(), value)));
    }
    for (name, aggregate) in aggregates {
        fields.extend(aggregate.value(group).map(|value| (name.clone(), value)));
    }
    Record { fields }
}

impl Columns {
    fn change(&mut self, command: &Command) {
        let names = |named: &[Named]| named.iter().map(|named| named.name.clone()).collect::<Vec<_>>();
        match command {
            Command::Fields(named) => {
                let new = names(named).into_iter().filter(|name| !self.names.contains(name)).collect::<Vec<_>>();
                self.names.extend(new);
            }
            Command::Display(named) => self.names = names(named),
            Command::Stats { aggregates, by } => {
                self.are_events = false;
                self.names = names(by);
                self.names.extend(aggregates.iter().map(|(name, _)| name.clone()));
            }
            _ => {}
        }
    }

    fn row(&self, record: &Record) -> Row {
        let usual = ["@timestamp".to_owned(), "@message".to_owned()];
        let names = if self.names.is_empty() { &usual[..] } else { &self.names };
        let pointer = "@ptr".to_owned();
        let names = names.iter().filter(|name| **name != pointer).chain(self.are_events.then_some(&pointer));
        let value = |name: &String| record.fields.get(name).map(|value| (name.clone(), value.shown().into_owned()));
        names.filter_map(value).collect()
    }
}
