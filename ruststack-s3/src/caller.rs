//! Whoever calls operations in unit tests: hands them an exchange made by hand, without gateway and codec.

use std::{path::PathBuf, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use ruststack_auth::{Authorizer, issued_keys::IssuedKeys};
use ruststack_core::{
    clock::{Clock, Timestamp},
    context::{Context, Endpoint, NewContext},
    identity::{Identity, Principal},
    ids::Ids,
    journal::{Changes, Ephemeral},
    scope::{AccountId, Region, Scope},
    service::{Protocol, Runtime},
};

use crate::{
    AclMode, Config, EventVersion, S3, SseMode,
    bucket::Bucket,
    call::{Call, Exchange, Head, Trailers},
    index::ObjectIndex,
    object::{Content, Object, Version, VersionId},
};

/// An account that calls a region's endpoint.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) s3: Arc<S3>,
    scope: Scope,
    principal: Principal,
}

/// A request in the making.
pub(crate) struct Request<'a> {
    caller: &'a Caller,
    head: Head,
}

impl Caller {
    /// The default account in us-east-1, with no buckets yet.
    pub(crate) fn new() -> Self {
        Self::with_directory(std::env::temp_dir())
    }

    /// One whose larger objects go to this directory.
    pub(crate) fn with_directory(temporary_directory: PathBuf) -> Self {
        Self::with(temporary_directory, None)
    }

    /// One that is held to policies.
    pub(crate) fn held_to_policies() -> Self {
        Self::with(std::env::temp_dir(), Some(Authorizer::new(IssuedKeys::default())))
    }

    fn with(temporary_directory: PathBuf, authorizer: Option<Authorizer>) -> Self {
        let config = Config {
            max_memory_object_size: 1 << 20,
            temporary_directory,
            data: None,
            domains: vec!["localhost.localstack.cloud".to_owned()],
            acl: AclMode::Enforce,
            sse: SseMode::Transparent,
            validates_kms_keys: false,
            event_version: EventVersion::Current,
            sends_test_events: true,
            requests_per_second: None,
            listing_delay: None,
        };
        let s3 = Arc::new(S3::with_config(config, authorizer));
        Self { s3, scope: Scope::new(AccountId::DEFAULT, Region::US_EAST_1), principal: Principal::Root }
    }

    pub(crate) fn of_account(&self, number: u64) -> Self {
        let account = AccountId::from_number(number).unwrap();
        Self { scope: Scope::new(account, self.scope.region.clone()), ..self.clone() }
    }

    pub(crate) fn with_principal(&self, principal: Principal) -> Self {
        Self { principal, ..self.clone() }
    }

    pub(crate) fn in_region(&self, name: &str) -> Self {
        let region = Region::known(name).unwrap();
        Self { scope: Scope::new(self.scope.account, region), ..self.clone() }
    }

    pub(crate) fn request(&self, method: Method, uri: &str) -> Request<'_> {
        let uri: Uri = uri.parse().unwrap();
        let mut path = uri.path()[1..].splitn(2, '/').map(|name| Some(name.to_owned()).filter(|name| !name.is_empty()));
        let (bucket, key) = (path.next().flatten(), path.next().flatten());
        let headers = HeaderMap::new();
        let head = Head { method, uri, headers, content_length: None, document: None, bucket, key, peer: None };
        Request { caller: self, head }
    }

    /// A call that says nothing but its method.
    pub(crate) fn call(&self, method: Method) -> Call {
        self.request(method, "/").call()
    }

    /// A new bucket of the caller's.
    pub(crate) fn bucket(&self, name: &str) -> Arc<Bucket> {
        let bucket = Arc::new(Bucket::named(name, self.scope.account));
        self.s3.buckets.add(Arc::clone(&bucket), &changes()).unwrap();
        bucket
    }

    fn context(&self) -> Context {
        let clock = Clock::frozen_at(Timestamp::from_seconds(1_792_567_680));
        let runtime = Runtime::new(clock, Ids::seeded(1), Arc::new(Ephemeral));
        Context::new(NewContext {
            request_id: "4442587FB7D0A2F9".to_owned(),
            scope: self.scope.clone(),
            identity: Identity { principal: self.principal.clone(), ..Identity::anonymous(self.scope.account) },
            protocol: Protocol::RestXml,
            endpoint: Endpoint { scheme: "http", host: "localhost:4566".to_owned() },
            trace_id: None,
            hops: 0,
            runtime,
        })
    }
}

impl Request<'_> {
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.head.headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        self
    }

    pub(crate) fn document(mut self, document: &'static str) -> Self {
        self.head.document = Some(Bytes::from_static(document.as_bytes()));
        self
    }

    pub(crate) fn call(self) -> Call {
        let exchange = Exchange::new(self.caller.context(), self.head, None, Trailers::default());
        Call { s3: Arc::clone(&self.caller.s3), exchange }
    }
}

/// Changes that nobody keeps.
pub(crate) fn changes() -> Changes {
    Changes::of(Arc::new(Ephemeral))
}

/// A version of an empty object.
pub(crate) fn object(id: VersionId) -> Arc<Version> {
    version(id, Content::Object(Object::default()))
}

pub(crate) fn delete_marker(id: VersionId) -> Arc<Version> {
    version(id, Content::DeleteMarker)
}

fn version(id: VersionId, content: Content) -> Arc<Version> {
    Arc::new(Version { id, sequence: 0, last_modified: Timestamp::UNIX_EPOCH, content })
}

/// The id of the `number`th version written.
pub(crate) fn version_id(number: u64) -> VersionId {
    let mut id = [0; 24];
    id[..8].copy_from_slice(&number.to_be_bytes());
    VersionId::sealed(id)
}

/// Puts one object into a bucket that was never versioned.
pub(crate) fn put_object(bucket: &Bucket, key: &str, object: Object) {
    bucket.objects.write().put(key, version(VersionId::Null, Content::Object(object)));
}

/// Puts empty objects into a bucket that was never versioned.
pub(crate) fn put_objects(bucket: &Bucket, keys: &[&str]) {
    let keys = keys.iter().map(|key| ((*key).to_owned(), vec![object(VersionId::Null)]));
    *bucket.objects.write() = ObjectIndex::of(keys);
}

/// Puts versions into a bucket, those of a key oldest first.
pub(crate) fn put_versions<const N: usize>(bucket: &Bucket, keys: [(&str, Vec<Arc<Version>>); N]) {
    bucket.settings.write().versioning = crate::bucket::Versioning::Enabled;
    *bucket.objects.write() = ObjectIndex::of(keys.map(|(key, versions)| (key.to_owned(), versions)));
}
