//! What `stats` counts, over the records of a group.

use std::collections::HashSet;

use super::{
    expression::Expression,
    record::{Record, Value},
};

#[derive(Clone, Debug)]
pub(super) struct Aggregate {
    pub(super) kind: Kind,
    /// `None` of `count(*)`.
    pub(super) of: Option<Expression>,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Kind {
    Count,
    CountDistinct,
    Sum,
    Average,
    Min,
    Max,
    StandardDeviation,
    /// Of a share in percent.
    Percentile(f64),
    /// Of the records by their times.
    Earliest,
    Latest,
    SortsFirst,
    SortsLast,
}

impl Kind {
    /// Names in small letters; `pct` has its share beside it.
    pub(super) const ALL: [(&'static str, Self); 12] = [
        ("count", Self::Count),
        ("count_distinct", Self::CountDistinct),
        ("sum", Self::Sum),
        ("avg", Self::Average),
        ("min", Self::Min),
        ("max", Self::Max),
        ("stddev", Self::StandardDeviation),
        ("pct", Self::Percentile(50.0)),
        ("earliest", Self::Earliest),
        ("latest", Self::Latest),
        ("sortsfirst", Self::SortsFirst),
        ("sortslast", Self::SortsLast),
    ];
}

impl Aggregate {
    pub(super) fn value(&self, records: &[&Record]) -> Option<Value> {
        let values = || records.iter().filter_map(|record| self.of.as_ref().and_then(|of| of.value(record)));
        let numbers = || values().filter_map(|value| value.number());
        match self.kind {
            Kind::Count if self.of.is_none() => Some(Value::Number(records.len() as f64)),
            Kind::Count => Some(Value::Number(values().count() as f64)),
            Kind::CountDistinct => {
                let distinct: HashSet<String> = values().map(|value| value.shown().into_owned()).collect();
                Some(Value::Number(distinct.len() as f64))
            }
            Kind::Sum => Some(Value::Number(numbers().sum())),
            Kind::Average => mean(&numbers().collect::<Vec<_>>()).map(Value::Number),
            Kind::Min => numbers().min_by(f64::total_cmp).map(Value::Number),
            Kind::Max => numbers().max_by(f64::total_cmp).map(Value::Number),
            Kind::StandardDeviation => deviation(&numbers().collect::<Vec<_>>()).map(Value::Number),
            Kind::Percentile(share) => percentile(numbers().collect(), share).map(Value::Number),
            Kind::Earliest => self.by_time(records, false),
            Kind::Latest => self.by_time(records, true),
            Kind::SortsFirst => values().min_by(Value::compare),
            Kind::SortsLast => values().max_by(Value::compare),
        }
    }

    fn by_time(&self, records: &[&Record], is_latest: bool) -> Option<Value> {
        let of = self.of.as_ref()?;
        let time = |record: &Record| record.fields.get("@timestamp").and_then(Value::number).unwrap_or(0.0);
        let timed = records.iter().filter_map(|record| of.value(record).map(|value| (time(record), value)));
        let order = |one: &(f64, Value), other: &(f64, Value)| one.0.total_cmp(&other.0);
        if is_latest { timed.max_by(order) } else { timed.min_by(order) }.map(|(_, value)| value)
    }
}

fn mean(numbers: &[f64]) -> Option<f64> {
    (!numbers.is_empty()).then(|| numbers.iter().sum::<f64>() / numbers.len() as f64)
}

fn deviation(numbers: &[f64]) -> Option<f64> {
    let mean = mean(numbers)?;
    let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
    Some((squares / numbers.len() as f64).sqrt())
}

fn percentile(mut numbers: Vec<f64>, share: f64) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    let last = numbers.len().checked_sub(1)?;
    let rank = (share.clamp(0.0, 100.0) / 100.0 * numbers.len() as f64).ceil() as usize;
    numbers.get(rank.saturating_sub(1).min(last)).copied()
}
