//! The report: one Markdown table, printed row by row.

use std::time::Duration;

/// One server's figures for one kind of request.
pub(crate) struct Figures {
    pub(crate) per_second: f64,
    /// Processor time of the server per request.
    pub(crate) cpu: Duration,
}

pub(crate) fn heading() {
    println!("| request | RustStack req/s | bare req/s | ratio | RustStack CPU µs | bare CPU µs | ratio |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
}

pub(crate) fn row(name: &str, ours: &Figures, bare: &Figures) {
    let micros = |cpu: Duration| cpu.as_secs_f64() * 1e6;
    println!(
        "| {name} | {:.0} | {:.0} | {:.2} | {:.1} | {:.1} | {:.2} |",
        ours.per_second,
        bare.per_second,
        ours.per_second / bare.per_second,
        micros(ours.cpu),
        micros(bare.cpu),
        micros(ours.cpu) / micros(bare.cpu).max(0.01),
    );
}

pub(crate) fn fact(name: &str, value: &str) {
    println!("- {name}: {value}");
}

pub(crate) fn mib(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / (1024.0 * 1024.0))
}
