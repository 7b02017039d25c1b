//! What `/_ruststack/metrics` tells Prometheus: requests as they were answered, and what services measure of themselves.

use std::{collections::BTreeMap, fmt, sync::atomic::AtomicU64, time::Duration};

use prometheus_client::{
    encoding::{
        EncodeLabelSet,
        text::{encode_eof, encode_registry},
    },
    metrics::{
        counter::Counter,
        family::{Family, MetricConstructor},
        gauge::Gauge,
        histogram::Histogram,
    },
    registry::Registry,
};
use ruststack_core::{context::Context, gateway::Outcome, measure::Measure};

/// What the answer's `Content-Type` says.
pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// The upper ends of the buckets of durations. Seconds.
const BUCKETS: [f64; 14] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// Counts requests since the start.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    durations: Family<Operation, Histogram, Buckets>,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, EncodeLabelSet)]
struct Operation {
    service: &'static str,
    /// Empty of requests that came to none. There are no more values than operations.
    operation: String,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, EncodeLabelSet)]
struct Answered {
    service: &'static str,
    operation: String,
    status: u16,
}

#[derive(Clone)]
struct Buckets;

impl MetricConstructor<Histogram> for Buckets {
    fn new_metric(&self) -> Histogram {
        Histogram::new(BUCKETS)
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("ruststack");
        let (requests, durations) = (Family::default(), Family::new_with_constructor(Buckets));
        registry.register("requests", "Requests that were answered", requests.clone());
        let help = "From a request's head to its answer's, in seconds";
        registry.register("request_duration_seconds", help, durations.clone());
        Self { registry, requests, durations }
    }
}

impl Metrics {
    /// Counts a request that a service answered.
    pub(crate) fn note(&self, outcome: &Outcome, status: u16, elapsed: Duration) {
        let Some(spec) = outcome.service else { return };
        let service = spec.name;
        let operation = outcome.ctx.as_ref().and_then(Context::operation).unwrap_or_default().to_owned();
        let answered = Answered { service, operation: operation.clone(), status };
        self.requests.get_or_create(&answered).inc();
        self.durations.get_or_create(&Operation { service, operation }).observe(elapsed.as_secs_f64());
    }

    /// The text in the OpenMetrics format.
    pub(crate) fn render(&self, measures: Vec<Measure>) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode_registry(&mut text, &self.registry)?;
        encode_registry(&mut text, &gauges(measures))?;
        encode_eof(&mut text)?;
        Ok(text)
    }
}

type Labelled = Family<Vec<(&'static str, String)>, Gauge<u64, AtomicU64>>;

fn gauges(measures: Vec<Measure>) -> Registry {
    let mut families: BTreeMap<&'static str, (&'static str, Labelled)> = BTreeMap::new();
    for Measure { name, help, labels, value } in measures {
        let (_, family) = families.entry(name).or_insert_with(|| (help, Family::default()));
        family.get_or_create(&labels).set(value);
    }
    let mut registry = Registry::with_prefix("ruststack");
    for (name, (help, family)) in families {
        registry.register(name, help, family);
    }
    registry
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_of_a_name_are_one_family() {
        let measure = |queue: &str, value| Measure {
            name: "queue_messages",
            help: "Messages",
            labels: vec![("queue", queue.to_owned())],
            value,
        };
        let text = Metrics::default().render(vec![measure("b", 2), measure("a", 1)]).unwrap();
        assert_eq!(text.matches("# TYPE ruststack_queue_messages gauge").count(), 1, "{text}");
        assert!(text.contains("ruststack_queue_messages{queue=\"a\"} 1\n"), "{text}");
        assert!(text.contains("ruststack_queue_messages{queue=\"b\"} 2\n"), "{text}");
        assert!(text.ends_with("# EOF\n"), "{text}");
    }
}
