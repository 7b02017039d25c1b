//! Cold starts: at once, and how long they take.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;

use super::Laboratory;
use crate::executor::Executor;

const HANDLER: &str = "def handler(event, context): return event";

#[tokio::test]
async fn twenty_environments_start_at_once() {
    let Some(laboratory) = Laboratory::open().await else { return };
    let version = laboratory.python(HANDLER);
    laboratory.executor.prepare(&version).await.unwrap();
    let started = join_all((0..20).map(|_| laboratory.start(&version))).await;
    let lamps: Vec<_> = started.into_iter().map(Result::unwrap).collect();
    let events: Vec<_> = (0..20).map(|number| format!("{number}")).collect();
    let answers = join_all(lamps.iter().zip(&events).map(|(lamp, event)| lamp.invoke(event))).await;
    assert_eq!(answers, (0..20).map(|number| Ok(json!(number))).collect::<Vec<_>>());
    join_all(lamps.iter().map(super::Lamp::stop)).await;
}

/// `cargo test -p ruststack-lambda cold_starts -- --nocapture` prints what this finds, with `docker run` of the same
/// image beside it. It says nothing on a machine that is busy, so nothing is asserted but that all goes well.
#[tokio::test]
async fn a_cold_start_takes_about_as_long_as_docker_run() {
    const ROUNDS: usize = 5;
    let Some(laboratory) = Laboratory::open().await else { return };
    let version = laboratory.python(HANDLER);
    laboratory.executor.prepare(&version).await.unwrap();
    let (mut ours, mut warm, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let before = Instant::now();
        let lamp = laboratory.start(&version).await.unwrap();
        lamp.session.initialised().await.unwrap();
        ours.push(before.elapsed());
        lamp.invoke("1").await.unwrap();
        let before = Instant::now();
        lamp.invoke("1").await.unwrap();
        warm.push(before.elapsed());
        lamp.stop().await;
        bare.extend(docker_run(&laboratory).await);
    }
    let [ours, warm] = [ours, warm].map(|mut times| median(&mut times).unwrap_or_default());
    let bare = median(&mut bare).map_or("no docker command".to_owned(), |time| format!("{time:.0?}"));
    eprintln!("cold start {ours:.0?}, docker run {bare}, warm round trip {warm:.2?} (medians of {ROUNDS})");
}

/// How long the engine's own command takes until the runtime asks for work; `None` without that command.
async fn docker_run(laboratory: &Laboratory) -> Option<Duration> {
    let place = laboratory.executor.place.get()?;
    let listener = tokio::net::TcpListener::bind((place.network.bind, 0)).await.ok()?;
    let address = format!("AWS_LAMBDA_RUNTIME_API={}:{}", place.network.host, listener.local_addr().ok()?.port());
    let before = Instant::now();
    let mut command = tokio::process::Command::new("docker");
    command.args(["run", "--rm", "-e", &address, &laboratory.image, "app.handler"]).kill_on_drop(true);
    let mut child = command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().ok()?;
    let accepted = listener.accept().await;
    let time = before.elapsed();
    // The connection ends, and the runtime with it.
    drop((accepted, listener));
    drop(child.wait().await);
    Some(time)
}

fn median(times: &mut [Duration]) -> Option<Duration> {
    times.sort();
    times.get(times.len() / 2).copied()
}
