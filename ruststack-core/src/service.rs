//! The plug-in seam: what a service is, and how requests are recognised as its own.

use std::sync::Arc;

use async_trait::async_trait;
use http::request::Parts;
use serde_json::Value;

use crate::{
    Request, Response,
    arn::Arn,
    bus::{Bus, DeliveryError, Event, EventKind, Payload, Reply, Sender},
    clock::Clock,
    context::Context,
    error::AwsError,
    faults::{Faults, Throttling},
    ids::Ids,
    journal::{Changes, Journal, LoadError, Reader, Table},
    measure::Measure,
    outbound::Outbound,
    scope::{AccountId, Region},
    snapshot::Frozen,
    tasks::Tasks,
};

/// One emulated AWS service.
///
/// A service owns its state and answers API requests. It is built from its own `Config`, knows nothing of HTTP servers,
/// and reaches other services only through the [`Bus`] it is given in [`Service::start`].
#[async_trait]
pub trait Service: Send + Sync + 'static {
    /// How requests are recognised as this service's. Constant for the life of the process.
    fn spec(&self) -> &'static ServiceSpec;

    /// Whether a host, in small letters and without its port, is one of this service's resources that no spec could
    /// tell of, for such exist or not: asked of the fallback alone, for requests that say nothing else.
    fn has_host(&self, _host: &str) -> bool {
        false
    }

    /// Answers one API request.
    async fn call(self: Arc<Self>, ctx: Context, request: Request) -> Result<Response, AwsError>;

    /// What reset, save and load act upon.
    fn state(&self) -> &dyn State;

    /// Starts background work; returns when the service can answer.
    async fn start(self: Arc<Self>, _runtime: &Runtime) -> Result<(), StartError> {
        Ok(())
    }

    /// Does what is due by the clock, and what was put off; background work does the same by itself, later. The bus
    /// asks in `settle`.
    async fn catch_up(self: Arc<Self>) {}

    fn health(&self) -> Health {
        Health::Running
    }

    /// Tells what it measures of itself. Asked when somebody looks; it changes nothing.
    fn measure(&self, _tell: &mut dyn FnMut(Measure)) {}

    /// Calls an operation by name with its input as JSON, as an SDK client would name its members.
    async fn request(self: Arc<Self>, _ctx: Context, operation: &str, _input: Value) -> Result<Value, AwsError> {
        let service = self.spec().name;
        Err(AwsError::not_implemented(format!("{service} does not take {operation} by name")))
    }

    /// Who answers a browser that comes from elsewhere.
    fn cross_origin(&self, _head: &Parts) -> CrossOrigin {
        CrossOrigin::Edge
    }

    /// Takes something addressed to one of this service's resources: a message for a queue, an invocation of a function.
    async fn deliver(
        self: Arc<Self>,
        _ctx: Context,
        _sender: Sender,
        target: Arn,
        _payload: Payload,
    ) -> Result<Reply, DeliveryError> {
        Err(DeliveryError::NotATarget(target))
    }

    /// Whether a delivery from `sender` would be taken: what is asked when a configuration names the target.
    async fn probe(self: Arc<Self>, _ctx: Context, _sender: &Sender, target: &Arn) -> Result<(), DeliveryError> {
        Err(DeliveryError::NotATarget(target.clone()))
    }

    /// Events this service wants to see.
    fn subscriptions(&self) -> &'static [EventKind] {
        &[]
    }

    /// Sees one of them. Returning means done; the bus waits for it in `settle`.
    async fn observe(self: Arc<Self>, _event: Arc<Event>) {}
}

/// Who decides what a browser's request from another origin may, and says so in the answer's headers.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum CrossOrigin {
    /// The edge, by the origins that may call the API.
    #[default]
    Edge,
    /// The edge, if the origin is one of these; else the service.
    EdgeThenService,
    Service,
}

/// What a running service is given.
#[derive(Clone)]
pub struct Runtime {
    pub bus: Bus,
    pub tasks: Tasks,
    pub clock: Clock,
    pub ids: Ids,
    pub journal: Arc<dyn Journal>,
    pub outbound: Outbound,
    pub faults: Faults,
}

impl Runtime {
    /// What belongs to an emulator of its own.
    pub fn new(clock: Clock, ids: Ids, journal: Arc<dyn Journal>) -> Self {
        let (bus, tasks, outbound) = (Bus::default(), Tasks::default(), Outbound::default());
        Self { bus, tasks, clock, ids, journal, outbound, faults: Faults::default() }
    }
}

/// State that can be wiped, whole or in part, and that outlives the process.
pub trait State: Send + Sync {
    /// Forgets what `part` selects, and removes its rows.
    fn reset(&self, part: &Part, changes: &Changes);

    /// The tables of its rows.
    fn tables(&self) -> &'static [&'static Table] {
        &[]
    }

    /// Fills itself, while it is empty, with what was kept: at start, and of a snapshot.
    fn load(&self, _reader: &dyn Reader) -> Result<(), LoadError> {
        Ok(())
    }

    /// Tells of each thing beside its rows that is not as it was written; asked once it is filled. Returns what it
    /// looked at: one sentence, or none.
    fn verify(&self, _tell: &mut dyn FnMut(String)) -> Option<String> {
        None
    }

    /// Copies its handles while nothing changes, and gives back what writes their rows later. Everything waits for it:
    /// it copies no bytes. `None` of a service without tables.
    fn freeze(&self) -> Option<Frozen> {
        debug_assert!(self.tables().is_empty(), "what has rows can write them");
        None
    }
}

/// Which part of a service's state an administrative request means; empty means all.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Part {
    pub account: Option<AccountId>,
    pub region: Option<Region>,
}

impl Part {
    pub fn holds(&self, account: AccountId, region: Option<&Region>) -> bool {
        let in_account = self.account.is_none_or(|wanted| wanted == account);
        let in_region = match (&self.region, region) {
            (Some(wanted), Some(region)) => wanted == region,
            (Some(_), None) => false,
            (None, _) => true,
        };
        in_account && in_region
    }
}

/// A service's condition, in the words of `/_localstack/health`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Health {
    Available,
    Starting,
    Running,
    Error,
}

impl Health {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Error => "error",
        }
    }
}

/// Why a service cannot start: one sentence for the user.
#[derive(Debug)]
pub struct StartError(pub String);

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}

/// The wire protocols of AWS.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Protocol {
    AwsJson10,
    AwsJson11,
    AwsQuery,
    RestJson,
    RestXml,
    RpcV2Cbor,
}

/// How requests are recognised as a service's, and the habits of its answers.
#[derive(Debug)]
pub struct ServiceSpec {
    /// Name in ARNs, `SERVICES=`, /_localstack/health and log lines.
    pub name: &'static str,
    /// Name in SigV4 credential scopes; several services may share one.
    pub signing_name: &'static str,
    /// Protocols spoken; the first is the default.
    pub protocols: &'static [Protocol],
    /// `X-Amz-Target` prefix of the JSON protocols.
    pub target_prefix: Option<&'static str>,
    /// `Version` of the query protocol.
    pub query_version: Option<&'static str>,
    /// Actions of the query protocol: how unsigned forms are recognised.
    pub query_actions: &'static [&'static str],
    /// First labels of its endpoint's host names.
    pub host_prefixes: &'static [&'static str],
    /// Path prefixes that are this service's whatever the host, signed or not.
    pub paths: &'static [&'static str],
    /// Paths of its resources, to which requests may be sent as well: `/{account}/{name}`, where `{account}` is twelve
    /// digits and any other name in braces one segment. A bucket may look the same: only forms are taken by them.
    pub resource_paths: &'static [&'static str],
    /// Labels that mark a resource's host name: the `s` of `<resource>.s.<domain>`, matched as a whole or before `-`.
    pub host_markers: &'static [&'static str],
    pub error_style: ErrorStyle,
    pub request_id: RequestIdStyle,
    pub body: BodyPolicy,
    /// Answers say their CRC-32 in `x-amz-crc32`.
    pub has_crc32: bool,
    /// Long answers are compressed for whoever accepts it.
    pub compresses_answers: bool,
    /// What is taken without a signature where identities are held to policies.
    pub unsigned: Unsigned,
    /// What it says to those who ask too often; told where users ask for such faults.
    pub throttling: Throttling,
}

impl ServiceSpec {
    /// A service that speaks `protocols` and claims nothing but its name; the rest is filled in by struct update.
    pub const fn named(name: &'static str, protocols: &'static [Protocol]) -> Self {
        Self {
            name,
            signing_name: name,
            protocols,
            target_prefix: None,
            query_version: None,
            query_actions: &[],
            host_prefixes: &[],
            paths: &[],
            resource_paths: &[],
            host_markers: &[],
            error_style: ErrorStyle::PLAIN,
            request_id: RequestIdStyle::Uuid,
            body: BodyPolicy::Buffered { limit: BodyPolicy::DEFAULT_LIMIT },
            has_crc32: false,
            compresses_answers: false,
            unsigned: Unsigned::Actions(&[]),
            throttling: Throttling { status: 400, code: usual_throttling(protocols), message: "Rate exceeded" },
        }
    }
}

const fn usual_throttling(protocols: &[Protocol]) -> &'static str {
    if matches!(protocols[0], Protocol::AwsQuery) { "Throttling" } else { "ThrottlingException" }
}

/// The quirks of a service's error bodies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ErrorStyle {
    /// Namespace put before the code in JSON's `__type`: `com.amazonaws.dynamodb.v20120810`.
    pub type_namespace: Option<&'static str>,
    /// Namespaces of AWS's frameworks, and the codes that stand in them instead.
    pub type_namespaces_of: &'static [(&'static str, &'static [&'static str])],
    /// The member that holds the message in JSON bodies: `message` or `Message`.
    pub message_member: &'static str,
    /// `xmlns` of XML error bodies.
    pub xml_namespace: Option<&'static str>,
    /// XML errors stand alone as `<Error>`, not inside `<ErrorResponse>`; the request id stands inside them.
    pub is_bare_xml: bool,
    /// JSON answers carry `x-amzn-query-error` for clients of the older query protocol.
    pub has_query_error_header: bool,
    /// Errors in XML have an empty `<Detail/>`.
    pub has_detail: bool,
}

impl ErrorStyle {
    pub const PLAIN: Self = Self {
        type_namespace: None,
        type_namespaces_of: &[],
        message_member: "message",
        xml_namespace: None,
        is_bare_xml: false,
        has_query_error_header: false,
        has_detail: false,
    };

    pub fn namespace_of(&self, code: &str) -> Option<&'static str> {
        let other = self.type_namespaces_of.iter().find(|(_, codes)| codes.contains(&code));
        other.map(|(namespace, _)| *namespace).or(self.type_namespace)
    }
}

/// What a service's request ids look like, and in which headers they travel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RequestIdStyle {
    /// A UUID in `x-amzn-RequestId`.
    Uuid,
    /// 16 upper-case characters in `x-amz-request-id`, with an `x-amz-id-2` beside it.
    Short,
}

/// Which requests a service takes from who shows no credentials.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unsigned {
    /// These actions of the query protocol, which prove their senders otherwise.
    Actions(&'static [&'static str]),
    /// All: the service decides.
    Any,
}

/// Whether the gateway may read a request's body before the service sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BodyPolicy {
    /// Read whole, up to `limit` bytes.
    Buffered { limit: usize },
    /// Left on the wire.
    Streaming,
}

impl BodyPolicy {
    /// 16 MiB: the largest request of the JSON protocols (DynamoDB's BatchWriteItem).
    pub const DEFAULT_LIMIT: usize = 16 * 1024 * 1024;
}
