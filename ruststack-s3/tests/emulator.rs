//! An emulator with S3 and S3 Control.

use std::{ops::Deref, path::Path, sync::Arc, time::Duration};

use ruststack_core::service::Service;
use ruststack_s3::{AclMode, Config, DataDirectory, EventVersion, S3, SseMode, control::S3Control};

pub(crate) use ruststack_testkit::{ACCOUNT, Answer, Sent};

pub(crate) struct Emulator(ruststack_testkit::Emulator);

impl Deref for Emulator {
    type Target = ruststack_testkit::Emulator;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Emulator {
    pub(crate) fn new() -> Self {
        Self(ruststack_testkit::Emulator::of(|_| services(None)))
    }

    pub(crate) fn with_config(config: Config) -> Self {
        Self(ruststack_testkit::Emulator::of(|_| vec![S3::new(config, None)]))
    }

    /// With services beside it.
    pub(crate) fn beside(config: Config, others: impl IntoIterator<Item = Arc<dyn Service>>) -> Self {
        let s3: Arc<dyn Service> = S3::new(config, None);
        Self(ruststack_testkit::Emulator::of(|_| std::iter::once(s3).chain(others).collect()))
    }

    /// The same, with all that an emulator that is no more kept in this folder.
    pub(crate) fn kept_beside(folder: &Path, others: impl IntoIterator<Item = Arc<dyn Service>>) -> Self {
        let data = DataDirectory { path: folder.to_owned(), is_synced: false, reserve_bytes: 0 };
        let services = services(Some(data)).into_iter().chain(others).collect();
        Self(ruststack_testkit::Emulator::kept_in(folder, |_| services))
    }

    /// One whose objects outlive it.
    pub(crate) fn keeping(data: DataDirectory) -> Self {
        Self(ruststack_testkit::Emulator::of(|_| services(Some(data))))
    }

    /// With all that an emulator that is no more kept in this folder.
    pub(crate) fn kept_in(folder: &Path) -> Self {
        let data = DataDirectory { path: folder.to_owned(), is_synced: false, reserve_bytes: 0 };
        Self(ruststack_testkit::Emulator::kept_in(folder, |_| services(Some(data))))
    }

    /// With background work.
    pub(crate) async fn started(self) -> Self {
        Self(self.0.started().await)
    }

    /// As a process that ends.
    pub(crate) async fn stop(self) {
        assert!(self.gateway().runtime().tasks.shutdown(Duration::from_secs(10)).await);
    }

    /// With a bucket, `bucket`, that holds one object: `key`, with the bytes `unharmed`.
    pub(crate) async fn with_object() -> Self {
        let emulator = Self::new();
        assert_eq!(emulator.put("/bucket").send("").await.status, 200);
        assert_eq!(emulator.put("/bucket/key").send("unharmed").await.status, 200);
        emulator
    }

    /// Nothing of [`Emulator::with_object`] was changed or added.
    pub(crate) async fn assert_unharmed(&self) {
        assert_eq!(self.get("/bucket/key").send("").await.body, "unharmed");
        let list = self.get("/bucket?list-type=2").send("").await.body;
        assert_eq!(list.matches("<Key>").count(), 1, "{list}");
    }
}

fn services(data: Option<DataDirectory>) -> Vec<Arc<dyn Service>> {
    let s3 = S3::new(config(data), None);
    vec![s3.clone(), S3Control::of(&s3)]
}

pub(crate) fn config(data: Option<DataDirectory>) -> Config {
    Config {
        max_memory_object_size: 1 << 20,
        temporary_directory: std::env::temp_dir(),
        data,
        domains: ["localhost.localstack.cloud", "localhost", "amazonaws.com"].map(str::to_owned).to_vec(),
        acl: AclMode::Enforce,
        sse: SseMode::Transparent,
        validates_kms_keys: false,
        event_version: EventVersion::Current,
        sends_test_events: true,
        requests_per_second: None,
        listing_delay: None,
    }
}
