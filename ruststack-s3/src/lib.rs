//! Amazon S3, on the s3s crate.
//!
//! A request passes `before.rs` (host, sub-resource guard, headers, body), the s3s codec (`s3s_adapter.rs`), its
//! operation (`operations/`), and `after.rs` (status, headers, XML). Object bytes never pass through s3s: they stay in
//! the [`call::Exchange`]; nor do HTML forms (`before/form.rs`, `operations/post_object.rs`). The domain is `buckets.rs`,
//! `bucket.rs`, `object.rs`, `index.rs`, `versioning.rs`, `listing.rs`, `multipart.rs`; bytes are in `blobs.rs`, who is told
//! of changes is in `notifications.rs`, and what outlives the process is in `rows.rs`.

mod access;
mod access_log;
mod acl;
mod after;
mod answer;
pub mod api;
pub mod aws_chunked;
mod background;
mod before;
mod blobs;
mod bucket;
mod bucket_name;
mod bucket_policy;
mod buckets;
mod call;
#[cfg(test)]
mod caller;
mod checksum;
mod conditions;
mod config;
mod configurations;
pub mod control;
mod copy_source;
mod cors;
#[cfg(test)]
mod coverage;
mod described;
mod direct;
mod document_id;
mod encryption;
pub mod error;
pub mod form_data;
mod index;
mod ingest;
mod kms_key;
mod lifecycle;
mod listing;
mod metadata;
mod metadata_tables;
mod multipart;
mod named_call;
mod named_configurations;
mod new_object;
mod notifications;
mod object;
mod object_lock;
mod operations;
mod proof;
mod public_access;
mod range;
mod reading;
mod recorded;
mod replication;
mod restoration;
mod rows;
mod s3s_adapter;
pub mod select;
mod signed;
mod tags;
mod trouble;
mod verify;
mod versioning;
mod website;

use std::sync::{
    Arc, LazyLock,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use http::{Method, header, request::Parts};
use parking_lot::Mutex;
use ruststack_auth::Authorizer;
use ruststack_core::{
    Request, Response,
    background::Worker,
    context::Context,
    error::AwsError,
    faults::Throttling,
    journal::{Changes, LoadError, Reader, Table},
    measure::Measure,
    service::{
        BodyPolicy, CrossOrigin, ErrorStyle, Part, Protocol, RequestIdStyle, Runtime, Service, ServiceSpec, StartError,
        State, Unsigned,
    },
    snapshot::Frozen,
    store::ByAccount,
};
use s3s::service::{S3Service, S3ServiceBuilder};
use serde_json::Value;

use crate::{
    access_log::AccessLog,
    before::{Prepared, leftover::Leftover},
    blobs::BlobStore,
    buckets::Buckets,
    notifications::Notifications,
    recorded::Recorded,
    replication::queue::Queue,
    restoration::run::Schedule,
    s3s_adapter::Adapter,
    trouble::{ListingDelay, Throttle},
    versioning::VersionIds,
    website::site::Site,
};

pub use config::{AclMode, Config, DataDirectory, EventVersion, SseMode};

/// How requests are recognised as S3's.
pub static SPEC: ServiceSpec = ServiceSpec {
    error_style: ErrorStyle { is_bare_xml: true, ..ErrorStyle::PLAIN },
    request_id: RequestIdStyle::Short,
    body: BodyPolicy::Streaming,
    unsigned: Unsigned::Any,
    host_prefixes: &["s3"],
    host_markers: &["s3"],
    throttling: Throttling { status: 503, code: "SlowDown", message: "Please reduce your request rate." },
    ..ServiceSpec::named("s3", &[Protocol::RestXml])
};

/// The service.
pub struct S3 {
    config: Config,
    authorizer: Option<Authorizer>,
    /// Bucket names are unique in a partition, across accounts.
    buckets: Buckets,
    blobs: BlobStore,
    version_ids: VersionIds,
    lifecycles: Worker,
    replications: Queue,
    restorations: Schedule,
    notifications: Notifications,
    access_log: AccessLog,
    throttle: Option<Throttle>,
    listing_delay: Option<ListingDelay>,
    /// Public access blocks of accounts, which have none until they put one through S3 Control.
    account_blocks: ByAccount<Mutex<Option<[bool; 4]>>>,
    codec: S3Service,
    /// Set when this is dropped: what memory lets go then, the disk keeps.
    is_ending: Arc<AtomicBool>,
}

/// Before the fields are dropped, and objects with them.
impl Drop for S3 {
    fn drop(&mut self) {
        self.is_ending.store(true, Ordering::Release);
    }
}

impl S3 {
    /// With an authorizer, everybody is held to policies and ACLs.
    pub fn new(config: Config, authorizer: Option<Authorizer>) -> Arc<Self> {
        Arc::new(Self::with_config(config, authorizer))
    }

    pub(crate) fn with_config(config: Config, authorizer: Option<Authorizer>) -> Self {
        let blobs = BlobStore::of(&config);
        let (buckets, version_ids) = (Buckets::default(), VersionIds::default());
        let (lifecycles, account_blocks, is_ending) = (Worker::default(), ByAccount::default(), Arc::default());
        let throttle = config.requests_per_second.map(Throttle::new);
        let listing_delay = config.listing_delay.map(ListingDelay::new);
        Self {
            config,
            authorizer,
            buckets,
            blobs,
            version_ids,
            lifecycles,
            replications: Queue::default(),
            restorations: Schedule::default(),
            notifications: Notifications::default(),
            access_log: AccessLog::default(),
            throttle,
            listing_delay,
            account_blocks,
            codec: codec(),
            is_ending,
        }
    }
}

/// The operations that work, as AWS names them.
pub fn implemented_operations() -> &'static [&'static str] {
    static ALL: LazyLock<Vec<&str>> =
        LazyLock::new(|| [s3s_adapter::IMPLEMENTED, direct::NAMES, s3s_adapter::OLD_NAMES].concat());
    &ALL
}

/// Whether bytes are a document that S3 reads further; for fuzzing.
pub fn takes_document(bytes: &[u8]) -> bool {
    before::document::normalise(bytes).is_ok()
}

/// s3s checks neither signatures nor names: both have been, or will be, with AWS's own answers.
fn codec() -> S3Service {
    let mut builder = S3ServiceBuilder::new(Adapter);
    builder.set_validation(AnyName);
    builder.build()
}

struct AnyName;

impl s3s::validation::NameValidation for AnyName {
    fn validate_bucket_name(&self, _name: &str) -> bool {
        true
    }
}

#[async_trait]
impl Service for S3 {
    fn spec(&self) -> &'static ServiceSpec {
        &SPEC
    }

    /// `<bucket>.localhost`, of a bucket that there is.
    fn has_host(&self, host: &str) -> bool {
        before::address::bucket_in_host(host, &self.config.domains, |name| self.buckets.get(name).is_ok()).is_some()
    }

    async fn call(self: Arc<Self>, ctx: Context, request: Request) -> Result<Response, AwsError> {
        let (leftover, request) = Leftover::of(request);
        let (head, body) = request.into_parts();
        let noted = self.access_log.note(&self, &ctx, &head);
        let recorded = Recorded::of(&self, &head);
        let answer = self.answer(&ctx, Request::from_parts(head, body)).await;
        if let Some(noted) = noted {
            self.access_log.write(&ctx, &noted, &answer);
        }
        if let Some(recorded) = recorded {
            recorded.answered(&self, &ctx, &answer);
        }
        leftover.drain().await;
        answer.map_err(|error| error.with_header(header::SERVER, after::SERVER))
    }

    async fn request(self: Arc<Self>, ctx: Context, operation: &str, input: Value) -> Result<Value, AwsError> {
        self.call_by_name(ctx, operation, input).await
    }

    fn cross_origin(&self, head: &Parts) -> CrossOrigin {
        self.cross_origin_of(head)
    }

    fn measure(&self, tell: &mut dyn FnMut(Measure)) {
        tell(Measure::of_outbox(SPEC.name, self.notifications.outbox.len()));
    }

    fn state(&self) -> &dyn State {
        self
    }

    /// Every row was read by now: files that none tells of can go.
    async fn start(self: Arc<Self>, runtime: &Runtime) -> Result<(), StartError> {
        let (journal, is_ending) = (Arc::clone(&runtime.journal), Arc::clone(&self.is_ending));
        self.blobs.remove_after(Box::new(move || journal.wait().is_ok() && !is_ending.load(Ordering::Acquire)));
        let swept = self.blobs.sweep().await;
        swept.map_err(|error| StartError(format!("cannot look through the objects' files: {error}")))?;
        if let Some(asked) = self.lifecycles.begin() {
            runtime.tasks.spawn(lifecycle::run::work(Arc::clone(&self), runtime.clone(), asked));
        }
        if let Some(asked) = self.replications.worker.begin() {
            runtime.tasks.spawn(replication::run::work(Arc::clone(&self), runtime.clone(), asked));
        }
        if let Some(asked) = self.access_log.worker.begin() {
            runtime.tasks.spawn_draining(access_log::delivery::work(Arc::clone(&self), runtime.clone(), asked));
        }
        if let Some(asked) = self.restorations.worker.begin() {
            runtime.tasks.spawn(restoration::run::work(Arc::clone(&self), runtime.clone(), asked));
        }
        self.notifications.start(runtime);
        Ok(())
    }

    async fn catch_up(self: Arc<Self>) {
        self.lifecycles.hurry().await;
        self.replications.worker.hurry().await;
        self.restorations.worker.hurry().await;
        self.access_log.worker.hurry().await;
    }
}

impl S3 {
    /// The answer, with what lets browsers read it.
    async fn answer(self: &Arc<Self>, ctx: &Context, request: Request) -> Result<Response, AwsError> {
        if let Some(throttle) = &self.throttle {
            throttle.check(ctx.now())?;
        }
        if request.method() == Method::OPTIONS {
            let (head, _) = request.into_parts();
            return Ok(self.preflight(&head)?);
        }
        if !request.headers().contains_key(header::ORIGIN) {
            return self.answer_plainly(ctx, request).await;
        }
        let (head, body) = request.into_parts();
        let headers = self.cross_origin_headers(&head);
        match self.answer_plainly(ctx, Request::from_parts(head, body)).await {
            Ok(mut response) => {
                response.headers_mut().extend(headers);
                Ok(response)
            }
            Err(error) => Err(headers.into_iter().fold(error, |error, (name, value)| error.with_header(name, value))),
        }
    }

    async fn answer_plainly(self: &Arc<Self>, ctx: &Context, request: Request) -> Result<Response, AwsError> {
        if let Some(site) = Site::of(request.uri(), request.headers(), &self.config.domains) {
            let (head, _) = request.into_parts();
            // On the heap, as forms are below: every request would have the room for it.
            return Ok(Box::pin(self.host(ctx, site, head)).await);
        }
        self.replications.room().await;
        self.notifications.room().await;
        let (exchange, answer) = match before::prepare(self, ctx, request).await? {
            Prepared::Typed { request, exchange } => {
                let answer = self.codec.call(request).await.map_err(|_| {
                    AwsError::new(500, "InternalError", "We encountered an internal error. Please try again.")
                })?;
                (exchange, answer)
            }
            Prepared::Direct { call, operation } => {
                let exchange = call.exchange.clone();
                exchange.keep(operation.run(call).await?);
                (exchange, http::Response::new(s3s::Body::empty()))
            }
            Prepared::Form { call, form } => {
                let exchange = call.exchange.clone();
                call.check_access("PostObject")?;
                exchange.keep(Box::pin(operations::post_object::post_object(call, form)).await?);
                (exchange, http::Response::new(s3s::Body::empty()))
            }
        };
        drop(exchange.take_body());
        after::finish(&exchange, answer)
    }
}

impl State for S3 {
    fn reset(&self, part: &Part, changes: &Changes) {
        self.buckets.reset(part, changes);
        self.notifications.outbox.reset(part, changes);
    }

    fn tables(&self) -> &'static [&'static Table] {
        rows::TABLES
    }

    fn load(&self, reader: &dyn Reader) -> Result<(), LoadError> {
        let lent = self.blobs.borrow(reader);
        rows::load::load_all(reader, self)?;
        lent.check()
    }

    fn freeze(&self) -> Option<Frozen> {
        Some(rows::frozen::freeze(&self.buckets, &self.replications, &self.notifications))
    }

    fn verify(&self, tell: &mut dyn FnMut(String)) -> Option<String> {
        verify::verify(self, tell)
    }
}
