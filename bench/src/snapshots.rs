//! Snapshots: what a test suite pays for one before each test, and how long others wait while a large one is taken.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    load::{self, Connection, Requests},
    process::Server,
    report,
    scenario::{Plan, request},
};

/// Of which the small figures are the means.
const REPETITIONS: u32 = 300;
const BUCKETS: u64 = 10;
const OBJECTS: u64 = 100;

pub(crate) async fn measure(plan: &Plan) -> anyhow::Result<()> {
    small(&Server::ruststack(&plan.binary)?, "").await?;
    let folder = std::env::temp_dir().join(format!("ruststack-bench-{}", std::process::id()));
    let variables = [("PERSISTENCE", "1"), ("DATA_DIR", folder.to_str().unwrap_or_default())];
    small(&Server::with_environment(&plan.binary, &variables)?, ", with PERSISTENCE=1").await?;
    std::fs::remove_dir_all(folder)?;
    large(plan).await
}

async fn small(server: &Server, how: &str) -> anyhow::Result<()> {
    let mut connection = Connection::open(server.port).await?;
    for bucket in 0..BUCKETS {
        connection.exchange(&request("PUT", &format!("/bucket-{bucket}"), b"")).await?;
    }
    for object in 0..OBJECTS {
        let path = format!("/bucket-{}/object-{object}", object % BUCKETS);
        connection.exchange(&request("PUT", &path, &[b'x'; 1024])).await?;
    }
    let create = mean(&mut connection, &request("PUT", "/_ruststack/snapshots/bench", b"")).await?;
    let restore = mean(&mut connection, &request("POST", "/_ruststack/snapshots/bench/restore", b"")).await?;
    let name = format!("snapshot of {BUCKETS} buckets with {OBJECTS} objects of 1 KiB{how}");
    let micros = |time: Duration| time.as_micros();
    report::fact(&name, &format!("create {} µs, restore {} µs", micros(create), micros(restore)));
    Ok(())
}

async fn mean(connection: &mut Connection, request: &[u8]) -> anyhow::Result<Duration> {
    connection.exchange(request).await?;
    let begin = Instant::now();
    for _ in 0..REPETITIONS {
        connection.exchange(request).await?;
    }
    Ok(begin.elapsed() / REPETITIONS)
}

async fn large(plan: &Plan) -> anyhow::Result<()> {
    let server = Server::ruststack(&plan.binary)?;
    let mut connection = Connection::open(server.port).await?;
    connection.exchange(&request("PUT", "/large", b"")).await?;
    let fill: Requests = Arc::new(|number| request("PUT", &format!("/large/key-{number:09}"), b"x"));
    load::for_count(server.port, plan.connections, plan.snapshot_objects, &fill).await?;
    let idle = longest_put(&mut connection, Instant::now() + Duration::from_secs(1)).await?;
    let mut pauses = Vec::new();
    let mut times = Vec::new();
    for _ in 0..5 {
        let mut other = Connection::open(server.port).await?;
        let taking = async move {
            let begin = Instant::now();
            other.exchange(&request("PUT", "/_ruststack/snapshots/large", b"")).await?;
            anyhow::Ok(begin.elapsed())
        };
        let putting = longest_put(&mut connection, Instant::now() + Duration::from_secs(1));
        let (time, pause) = tokio::try_join!(taking, putting)?;
        times.push(time);
        pauses.push(pause);
    }
    pauses.sort();
    times.sort();
    let millis = |time: Duration| time.as_secs_f64() * 1e3;
    report::fact(
        &format!("snapshot of {} objects", plan.snapshot_objects),
        &format!(
            "{:.0} ms; the longest PUT meanwhile {:.1} ms, otherwise {:.1} ms",
            millis(times[2]),
            millis(pauses[2]),
            millis(idle)
        ),
    );
    Ok(())
}

async fn longest_put(connection: &mut Connection, until: Instant) -> anyhow::Result<Duration> {
    let put = request("PUT", "/large/other", b"x");
    let mut longest = Duration::ZERO;
    while Instant::now() < until {
        let begin = Instant::now();
        connection.exchange(&put).await?;
        longest = longest.max(begin.elapsed());
    }
    Ok(longest)
}
