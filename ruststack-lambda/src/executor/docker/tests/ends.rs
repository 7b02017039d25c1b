//! How containers end, and that nothing of them is left.

use std::time::Duration;

use bollard::query_parameters::KillContainerOptions;
use serde_json::json;

use super::{Laboratory, Lamp, PATIENCE};
use crate::executor::{Exit, Stop, Version};

const ENDING: &str = r#"
import os, sys, signal
def handler(event, context):
    print("last words", flush=True)
    exec(event)
"#;

/// Sends code to a function that does not survive it.
async fn end(lamp: &Lamp, code: &str) -> Exit {
    let event = json!(code).to_string();
    tokio::select! {
        answer = lamp.invoke(&event) => panic!("it answers {answer:?}"),
        exit = lamp.ended() => exit,
    }
}

async fn start(laboratory: &Laboratory) -> (Version, Lamp) {
    let version = laboratory.python(ENDING);
    let lamp = laboratory.start(&version).await.unwrap();
    (version, lamp)
}

#[tokio::test]
async fn an_exit_is_told_with_its_status_and_the_last_lines() {
    let Some(laboratory) = Laboratory::open().await else { return };
    for (code, exit) in [("os._exit(0)", Exit::Status(0)), ("os._exit(3)", Exit::Status(3))] {
        let (_, lamp) = start(&laboratory).await;
        assert_eq!(end(&lamp, code).await, exit);
        assert_eq!(lamp.lines(), ["Stdout last words\n"]);
        lamp.stop().await;
        assert_eq!(lamp.container(&laboratory.docker).await, None);
    }
}

#[tokio::test]
async fn a_function_that_takes_too_much_memory_is_killed() {
    let Some(laboratory) = Laboratory::open().await else { return };
    let (_, lamp) = start(&laboratory).await;
    assert_eq!(end(&lamp, "x = b'x' * (300 * 1024 * 1024)").await, Exit::OutOfMemory);
    lamp.stop().await;
}

#[tokio::test]
async fn a_container_that_somebody_kills_has_ended() {
    let Some(laboratory) = Laboratory::open().await else { return };
    let (_, lamp) = start(&laboratory).await;
    lamp.session.idle().await;
    let id = lamp.container(&laboratory.docker).await.unwrap();
    laboratory.docker.kill_container(&id, None::<KillContainerOptions>).await.unwrap();
    assert_eq!(lamp.ended().await, Exit::Signal(9));
    lamp.stop().await;
    assert_eq!(lamp.container(&laboratory.docker).await, None);
}

#[tokio::test]
async fn stopping_removes_the_container_at_once_and_may_be_done_twice() {
    let Some(laboratory) = Laboratory::open().await else { return };
    let (_, lamp) = start(&laboratory).await;
    lamp.session.idle().await;
    tokio::join!(lamp.stop(), lamp.stop());
    assert_eq!(lamp.ended().await, Exit::Signal(9));
    assert_eq!(lamp.container(&laboratory.docker).await, None);
    lamp.environment.flush().await;
}

#[tokio::test]
async fn a_graceful_stop_lets_the_function_end_by_itself() {
    let Some(laboratory) = Laboratory::open().await else { return };
    let text = "import signal, sys\ndef bye(*_):\n    print('bye', flush=True)\n    sys.exit(7)\n\
                signal.signal(signal.SIGTERM, bye)\ndef handler(event, context): pass\n";
    let lamp = laboratory.start(&laboratory.python(text)).await.unwrap();
    lamp.session.idle().await;
    let stop = lamp.environment.stop(Stop::Gracefully(Duration::from_secs(30)));
    tokio::time::timeout(PATIENCE, stop).await.unwrap();
    assert_eq!(lamp.ended().await, Exit::Status(7));
    assert_eq!(lamp.lines(), ["Stdout bye\n"]);
    assert_eq!(lamp.container(&laboratory.docker).await, None);
}

#[tokio::test]
async fn environments_that_are_dropped_or_outlived_by_nobody_are_removed() {
    let Some(laboratory) = Laboratory::open().await else { return };
    let (version, dropped) = start(&laboratory).await;
    let kept = laboratory.start(&version).await.unwrap();
    let label = format!("ruststack.environment={}", dropped.id);
    drop(dropped);
    assert!(laboratory.tasks.shutdown(PATIENCE).await);
    assert_eq!(super::containers(&laboratory.docker, &label).await, [""; 0]);
    assert_eq!(kept.container(&laboratory.docker).await, None);
}
