//! Engines that go and come back, and what earlier processes left behind.

use std::{collections::HashMap, net::SocketAddr, path::PathBuf, process::Stdio, sync::Arc};

use bollard::{
    models::{ContainerCreateBody, VolumeCreateRequest},
    query_parameters::RemoveContainerOptionsBuilder,
};
use ruststack_core::tasks::Tasks;
use serde_json::json;
use tokio::net::{TcpListener, UnixListener, UnixStream};
use tokio_util::sync::CancellationToken;

use super::{Laboratory, PATIENCE, containers, sockets};
use crate::executor::{
    Executor, ExecutorErrorKind, Exit,
    docker::owner::{OWNER, Owner},
};

const HANDLER: &str = "def handler(event, context): return event";

/// The real engine behind a socket that can be closed.
struct Switch {
    path: PathBuf,
    off: CancellationToken,
}

impl Switch {
    fn on(path: PathBuf, tasks: &Tasks) -> Self {
        drop(std::fs::remove_file(&path));
        let listener = UnixListener::bind(&path).unwrap();
        let off = CancellationToken::new();
        let (switch, all) = (off.clone(), tasks.clone());
        tasks.spawn(async move {
            loop {
                let accepted = tokio::select! {
                    () = switch.cancelled() => return,
                    accepted = listener.accept() => accepted,
                };
                let (mut outer, _) = accepted.unwrap();
                let switch = switch.clone();
                all.spawn(async move {
                    let mut inner = UnixStream::connect(&sockets()[0]).await.unwrap();
                    tokio::select! {
                        () = switch.cancelled() => {}
                        _ = tokio::io::copy_bidirectional(&mut outer, &mut inner) => {}
                    }
                });
            }
        });
        Self { path, off }
    }
}

#[tokio::test]
async fn an_engine_that_stops_loses_its_environments_and_starts_others_when_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let tasks = Tasks::default();
    let switch = Switch::on(folder.path().join("docker.sock"), &tasks);
    let path = switch.path.clone();
    let Some(laboratory) = Laboratory::with(|config| config.sockets = vec![path]).await else { return };
    let version = laboratory.python(HANDLER);
    let lost = laboratory.start(&version).await.unwrap();
    assert_eq!(lost.invoke("1").await, Ok(json!(1)));

    switch.off.cancel();
    let Exit::Lost(reason) = lost.ended().await else { panic!("it is lost") };
    assert!(reason.starts_with("the container engine was lost: "), "{reason}");
    let refused = laboratory.start(&version).await.err().unwrap();
    assert_eq!(refused.kind, ExecutorErrorKind::Unavailable);
    assert!(refused.message.starts_with("No container engine answers at unix://"), "{refused}");
    assert_eq!(laboratory.executor.health().await.unwrap_err().kind, ExecutorErrorKind::Unavailable);
    assert!(lost.container(&laboratory.docker).await.is_some(), "nobody could remove it");

    let _switch = Switch::on(switch.path.clone(), &tasks);
    laboratory.executor.health().await.unwrap();
    let lamp = laboratory.start(&version).await.unwrap();
    assert_eq!(lamp.invoke("2").await, Ok(json!(2)));
    lamp.stop().await;
    assert!(laboratory.tasks.shutdown(PATIENCE).await);
    assert_eq!(lost.container(&laboratory.docker).await, None, "it was removed as soon as that was possible");
}

#[tokio::test]
async fn an_engine_is_reached_over_tcp_too() {
    let Some(direct) = Laboratory::open().await else { return };
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let host = format!("tcp://{}", listener.local_addr().unwrap());
    let tasks = direct.tasks.clone();
    direct.tasks.spawn(async move {
        loop {
            let (mut outer, _) = listener.accept().await.unwrap();
            tasks.spawn(async move {
                let mut inner = UnixStream::connect(&sockets()[0]).await.unwrap();
                drop(tokio::io::copy_bidirectional(&mut outer, &mut inner).await);
            });
        }
    });
    let laboratory = Laboratory::with(|config| config.host = Some(host)).await.unwrap();
    let lamp = laboratory.start(&laboratory.python(HANDLER)).await.unwrap();
    assert_eq!(lamp.invoke("3").await, Ok(json!(3)));
    lamp.stop().await;
}

#[tokio::test]
async fn what_a_killed_ruststack_left_is_removed_and_what_another_uses_is_not() {
    let Some(laboratory) = Laboratory::open().await else { return };
    let mut killed = std::process::Command::new("sleep").arg("600").stdin(Stdio::null()).spawn().unwrap();
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", killed.id())).unwrap();
    let started = stat.rsplit_once(") ").unwrap().1.split(' ').nth(19).unwrap().to_owned();
    let mine = Owner::me(None).to_string();
    let space = mine.split(' ').nth(2).unwrap();
    let gone = format!("- - {space} {} {started}", killed.id());

    let mut ids = Vec::new();
    for owner in [&gone, &mine] {
        let body = ContainerCreateBody {
            image: Some(laboratory.image.clone()),
            entrypoint: Some(vec!["/bin/sh".to_owned(), "-c".to_owned(), "sleep 600".to_owned()]),
            labels: Some(HashMap::from([(OWNER.to_owned(), owner.clone())])),
            ..ContainerCreateBody::default()
        };
        let id = laboratory.docker.create_container(None, body).await.unwrap().id;
        laboratory.docker.start_container(&id, None).await.unwrap();
        ids.push(id);
    }
    let volume = VolumeCreateRequest {
        name: Some(format!("ruststack-test-{}", killed.id())),
        labels: Some(HashMap::from([(OWNER.to_owned(), gone.clone())])),
        ..VolumeCreateRequest::default()
    };
    let volume = laboratory.docker.create_volume(volume).await.unwrap();

    // Its owner lives: it is not touched.
    laboratory.executor.sweep().await;
    let label = format!("{OWNER}={gone}");
    assert_eq!(containers(&laboratory.docker, &label).await, ids[..1]);
    killed.kill().unwrap();
    killed.wait().unwrap();
    laboratory.executor.sweep().await;
    assert_eq!(containers(&laboratory.docker, &label).await, [""; 0]);
    assert!(laboratory.docker.inspect_volume(&volume.name).await.is_err());
    assert!(laboratory.docker.inspect_container(&ids[1], None).await.is_ok(), "it is somebody's");
    let force = RemoveContainerOptionsBuilder::new().force(true).build();
    laboratory.docker.remove_container(&ids[1], Some(force)).await.unwrap();
}

#[tokio::test]
async fn containers_on_the_network_of_the_machine_work_too() {
    let host = |config: &mut super::DockerConfig| config.network.networks = vec!["host".to_owned()];
    let Some(laboratory) = Laboratory::with(host).await else { return };
    let lamp = laboratory.start(&laboratory.python(HANDLER)).await.unwrap();
    assert_eq!(lamp.invoke("4").await, Ok(json!(4)));
    lamp.stop().await;
}

#[tokio::test]
async fn containers_that_do_not_reach_ruststack_are_told_apart_from_functions_that_hang() {
    // An address of documentation, which nothing answers: as behind a firewall.
    let unreachable = |config: &mut super::DockerConfig| config.network.host = Some("192.0.2.1".to_owned());
    let Some(laboratory) = Laboratory::with(unreachable).await else { return };
    let version = laboratory.python(HANDLER);
    laboratory.executor.prepare(&version).await.unwrap();
    let refused = laboratory.executor.health().await.unwrap_err();
    assert!(refused.message.contains("do not reach RustStack at 192.0.2.1"), "{refused}");

    let Some(laboratory) = Laboratory::open().await else { return };
    laboratory.executor.prepare(&version).await.unwrap();
    laboratory.executor.health().await.unwrap();
    let reach = Arc::clone(&laboratory.executor.reach);
    let known = crate::executor::docker::Reach::Known(crate::executor::docker::Verdict::Reachable);
    assert_eq!(*reach.lock(), known);
}
