//! What persistence costs, and whether its cost grows with the state.
//!
//! Ratios of writes without persistence, with it, and with every commit on the disk; the memory of an object; one PUT,
//! and one start, with few objects and with many.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use crate::{
    load::{self, Connection, Requests},
    process::Server,
    report::{self, Figures},
    scenario::{self, KIB, request},
};

/// Objects of the small state.
const FEW: u64 = 1000;
/// Starts that the figure is the median of.
const STARTS: usize = 3;
/// Objects up to this size are in memory and in rows, larger ones in files. Bytes.
const INLINE_LIMIT: usize = 4 * KIB;

pub(crate) struct Plan {
    pub(crate) binary: PathBuf,
    pub(crate) seconds: u64,
    pub(crate) connections: usize,
    pub(crate) objects: u64,
    /// Of each object of the small and of the large state. Bytes.
    pub(crate) size: usize,
    pub(crate) directory: PathBuf,
    pub(crate) only: Option<String>,
}

impl Plan {
    fn wants(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| name.contains(only.as_str()))
    }

    fn data(&self) -> anyhow::Result<tempfile::TempDir> {
        Ok(tempfile::Builder::new().prefix("ruststack-bench-").tempdir_in(&self.directory)?)
    }
}

pub(crate) async fn run(plan: &Plan) -> anyhow::Result<()> {
    if plan.wants("ratios") {
        ratios(plan).await?;
    }
    if plan.wants("memory") {
        memory(plan).await?;
    }
    if plan.wants("growth") {
        growth(plan).await?;
    }
    Ok(())
}

/// The same writes to three servers that differ in durability alone.
async fn ratios(plan: &Plan) -> anyhow::Result<()> {
    let (normal, full) = (plan.data()?, plan.data()?);
    let servers = [
        Server::ruststack(&plan.binary)?,
        Server::durable(&plan.binary, normal.path(), "normal")?,
        Server::durable(&plan.binary, full.path(), "full")?,
    ];
    for server in &servers {
        make_bucket(server).await?;
    }
    report::durability_heading();
    for (name, size) in [("PUT 1 KiB", KIB), ("PUT 64 KiB", 64 * KIB)] {
        let [off, normal, full] = &servers;
        let measure =
            async |server| scenario::measure((plan.seconds, plan.connections), server, &scenario::put(size)).await;
        report::durability_row(name, [&measure(off).await?, &measure(normal).await?, &measure(full).await?]);
    }
    println!();
    Ok(())
}

/// The memory of an object beside its bytes, without persistence.
async fn memory(plan: &Plan) -> anyhow::Result<()> {
    let server = Server::ruststack(&plan.binary)?;
    let idle = server.memory()?;
    make_bucket(&server).await?;
    fill(plan, &server, 0..plan.objects).await?;
    report::fact("memory of an object, not persistent", &per_object(plan, server.memory()?, idle));
    Ok(())
}

/// One PUT and one start with few objects and with many, and the memory of an object.
async fn growth(plan: &Plan) -> anyhow::Result<()> {
    let data = plan.data()?;
    let server = Server::durable(&plan.binary, data.path(), "normal")?;
    let idle = server.memory()?;
    make_bucket(&server).await?;
    fill(plan, &server, 0..FEW).await?;
    let few = put_cost(plan, &server, FEW).await?;
    let few_start = restart(plan, server, data.path())?;
    let server = Server::durable(&plan.binary, data.path(), "normal")?;
    fill(plan, &server, FEW..plan.objects).await?;
    let written = server.memory()?;
    let many = put_cost(plan, &server, plan.objects).await?;
    report::growth_heading([FEW, plan.objects]);
    report::growth_row("PUT, one connection", &few.alone, &many.alone);
    report::growth_row(&format!("PUT, {} connections", plan.connections), &few.together, &many.together);
    println!();
    let many_start = restart(plan, server, data.path())?;
    for (objects, start) in [(FEW, few_start), (plan.objects, many_start)] {
        report::fact(&format!("start with {objects} objects (median)"), &format!("{:.2} s", start.as_secs_f64()));
    }
    let loaded = Server::durable(&plan.binary, data.path(), "normal")?.memory()?;
    report::fact("memory of an object, when it was written", &per_object(plan, written, idle));
    report::fact("memory of an object, when it was loaded", &per_object(plan, loaded, idle));
    Ok(())
}

struct PutCost {
    alone: Figures,
    together: Figures,
}

/// Overwrites of keys all over the bucket, so that their number stays.
async fn put_cost(plan: &Plan, server: &Server, objects: u64) -> anyhow::Result<PutCost> {
    // A stride that shares no divisor with the number of keys comes by every key.
    let size = plan.size;
    let requests: Requests = Arc::new(move |number| put_object(number.wrapping_mul(7_919) % objects, number, size));
    let alone = scenario::measure((plan.seconds, 1), server, &requests).await?;
    let together = scenario::measure((plan.seconds, plan.connections), server, &requests).await?;
    Ok(PutCost { alone, together })
}

/// The median time of starts after a kill.
fn restart(plan: &Plan, server: Server, data: &Path) -> anyhow::Result<Duration> {
    drop(server);
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        starts.push(Server::durable(&plan.binary, data, "normal")?.start);
    }
    starts.sort();
    Ok(starts[STARTS / 2])
}

async fn make_bucket(server: &Server) -> anyhow::Result<()> {
    Connection::open(server.port).await?.exchange(&request("PUT", "/bench", b"")).await?;
    Ok(())
}

async fn fill(plan: &Plan, server: &Server, keys: std::ops::Range<u64>) -> anyhow::Result<()> {
    let (first, size) = (keys.start, plan.size);
    let requests: Requests = Arc::new(move |number| put_object(first + number, 0, size));
    load::for_count(server.port, plan.connections, keys.end - first, &requests).await?;
    Ok(())
}

/// A key of 20 characters.
fn put_object(key: u64, content: u64, size: usize) -> Vec<u8> {
    let mut bytes = [key.to_le_bytes(), content.to_le_bytes()].concat();
    bytes.resize(size, b'x');
    request("PUT", &format!("/bench/object-{key:013}"), &bytes)
}

fn per_object(plan: &Plan, memory: u64, idle: u64) -> String {
    let content = if plan.size <= INLINE_LIMIT { plan.size as u64 * plan.objects } else { 0 };
    format!("{} bytes", memory.saturating_sub(idle).saturating_sub(content) / plan.objects.max(1))
}
