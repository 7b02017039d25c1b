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

pub(crate) fn durability_heading() {
    println!(
        "| request | off req/s | normal req/s | ratio | full req/s | ratio | off CPU µs | normal CPU µs | full CPU µs |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
}

/// Figures without persistence, with it, and with every commit on the disk.
pub(crate) fn durability_row(name: &str, [off, normal, full]: [&Figures; 3]) {
    println!(
        "| {name} | {:.0} | {:.0} | {:.2} | {:.0} | {:.2} | {:.1} | {:.1} | {:.1} |",
        off.per_second,
        normal.per_second,
        normal.per_second / off.per_second,
        full.per_second,
        full.per_second / off.per_second,
        micros(off.cpu),
        micros(normal.cpu),
        micros(full.cpu),
    );
}

/// What the same costs with few objects and with many.
pub(crate) fn growth_heading([few, many]: [u64; 2]) {
    println!("| request | µs at {few} | µs at {many} | ratio | CPU µs at {few} | CPU µs at {many} | ratio |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
}

pub(crate) fn growth_row(name: &str, few: &Figures, many: &Figures) {
    let elapsed = |figures: &Figures| 1e6 / figures.per_second;
    println!(
        "| {name} | {:.1} | {:.1} | {:.2} | {:.1} | {:.1} | {:.2} |",
        elapsed(few),
        elapsed(many),
        elapsed(many) / elapsed(few),
        micros(few.cpu),
        micros(many.cpu),
        micros(many.cpu) / micros(few.cpu).max(0.01),
    );
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
