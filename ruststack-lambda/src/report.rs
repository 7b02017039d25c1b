//! The lines that frame what a function writes: `START`, `END`, `REPORT`.

use std::{fmt::Write as _, time::Duration};

/// What is told of an invocation that is over.
pub(crate) struct Report {
    pub(crate) duration: Duration,
    pub(crate) init: Option<Duration>,
    pub(crate) memory_mb: u32,
    /// Bytes.
    pub(crate) peak_memory: Option<u64>,
    /// `timeout` or `error`.
    pub(crate) failure: Option<(&'static str, Option<String>)>,
}

pub(crate) fn start(request_id: &str, version: &str) -> String {
    format!("START RequestId: {request_id} Version: {version}\n")
}

pub(crate) fn end(request_id: &str) -> String {
    format!("END RequestId: {request_id}\n")
}

impl Report {
    pub(crate) fn line(&self, request_id: &str) -> String {
        let duration = self.duration.as_secs_f64() * 1000.0;
        let init = self.init.map(|init| init.as_secs_f64() * 1000.0);
        let billed = (duration + init.unwrap_or_default()).ceil();
        let peak = self.peak_memory.map_or(self.memory_mb.into(), |bytes| bytes.div_ceil(1 << 20));
        let mut line = format!(
            "REPORT RequestId: {request_id}\tDuration: {duration:.2} ms\tBilled Duration: {billed:.0} ms\t\
             Memory Size: {} MB\tMax Memory Used: {peak} MB\t",
            self.memory_mb
        );
        if let Some(init) = init {
            write!(line, "Init Duration: {init:.2} ms\t").expect("a String takes all");
        }
        if let Some((status, error)) = &self.failure {
            write!(line, "Status: {status}").expect("a String takes all");
            if let Some(error) = error {
                write!(line, "\tError Type: {error}").expect("a String takes all");
            }
        }
        line + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_written_as_aws_writes_it() {
        let mut report = Report {
            duration: Duration::from_micros(1234),
            init: None,
            memory_mb: 128,
            peak_memory: Some(35 << 20),
            failure: None,
        };
        let warm = "REPORT RequestId: id\tDuration: 1.23 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 35 MB\t\n";
        assert_eq!(report.line("id"), warm);
        report.init = Some(Duration::from_millis(100));
        assert!(report.line("id").ends_with("Max Memory Used: 35 MB\tInit Duration: 100.00 ms\t\n"));
        assert!(report.line("id").contains("Billed Duration: 102 ms"));
    }
}
