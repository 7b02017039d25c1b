//! A request's life, independent of any server: resolve, authenticate, call the service, render.

mod accept_encoding;
mod content_encoding;
pub mod resolve;

use std::sync::Arc;

use bytes::Bytes;
use crc_fast::CrcAlgorithm;
use http::{HeaderName, HeaderValue, Method, header, request::Parts};
use http_body::Body as _;
use tracing::{
    Instrument as _, Span,
    field::{Empty, display},
};

use crate::{
    Request, Response,
    body::{Body, ReadError},
    context::{Client, Context, Endpoint, NewContext},
    current_request,
    error::AwsError,
    gateway::{
        content_encoding::inflate,
        resolve::{MAX_FORM, Match, Resolution, resolve, resolve_form},
    },
    identity::{Authenticate, Credential},
    protocol::render_error::{RequestIds, render_error},
    registry::Registry,
    scope::{Region, Scope},
    service::{BodyPolicy, CrossOrigin, ErrorStyle, Protocol, RequestIdStyle, Runtime, Service, ServiceSpec},
};

/// What the user may set about the gateway.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where requests go that name no region.
    pub default_region: Region,
}

/// From request to response.
pub struct Gateway {
    registry: Arc<Registry>,
    authenticator: Arc<dyn Authenticate>,
    runtime: Runtime,
    settings: Settings,
}

/// What became of a request: left in the response's extensions for the logs.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub request_id: String,
    pub service: Option<&'static ServiceSpec>,
    /// Of requests whose senders were found out.
    pub ctx: Option<Context>,
    pub error: Option<AwsError>,
}

/// What every line about the request carries when the log is that detailed.
fn span(request_id: &str, service: &'static str) -> Span {
    tracing::debug_span!("request", request_id, service, operation = Empty, account = Empty, region = Empty)
}

impl Gateway {
    pub fn new(
        registry: Arc<Registry>,
        authenticator: Arc<dyn Authenticate>,
        runtime: Runtime,
        settings: Settings,
    ) -> Self {
        Self { registry, authenticator, runtime, settings }
    }

    pub fn registry(&self) -> &Arc<Registry> {
        &self.registry
    }

    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Who answers a browser's request from another origin; its body is not looked at.
    pub fn cross_origin(&self, head: &Parts) -> CrossOrigin {
        let credential = self.authenticator.credential(head);
        match resolve(head, credential.as_ref(), &self.registry) {
            Resolution::Service(found) => found.service.cross_origin(head),
            _ => CrossOrigin::Edge,
        }
    }

    /// Answers one request; `is_tls` says how it came.
    pub async fn handle(&self, request: Request, is_tls: bool) -> Response {
        let (head, body) = request.into_parts();
        // The credential borrows from the head, which the request takes with it.
        let credential = self.authenticator.credential(&head).map(into_owned);
        let (body, resolution) = match resolve(&head, credential.as_ref(), &self.registry) {
            Resolution::NeedsForm => match body.read(MAX_FORM).await {
                Ok(form) => {
                    let resolution = resolve_form(&head, &form, &self.registry);
                    (Body::from(form), resolution)
                }
                Err(_) => return self.refuse(Protocol::AwsQuery, too_large(MAX_FORM), &head.method),
            },
            resolution => (body, resolution),
        };
        match resolution {
            Resolution::Service(found) => self.call(head, body, credential, found, is_tls).await,
            Resolution::NotImplemented { service, protocol } => {
                let here = self.registry.names().join(", ");
                let text = format!("RustStack does not implement the service '{service}'. Implemented: {here}.");
                self.refuse(protocol, AwsError::not_implemented(text), &head.method)
            }
            Resolution::Disabled { service, protocol } => {
                let text =
                    format!("Service '{service}' is not enabled. Please check your 'SERVICES' configuration variable.");
                self.refuse(protocol, AwsError::not_implemented(text), &head.method)
            }
            Resolution::UnknownService => self.refuse(Protocol::RestJson, unknown_service(), &head.method),
            Resolution::NotFound | Resolution::NeedsForm => self.refuse(Protocol::RestJson, not_found(), &head.method),
        }
    }

    async fn call(
        &self,
        head: Parts,
        body: Body,
        credential: Option<Credential<'static>>,
        found: Match,
        is_tls: bool,
    ) -> Response {
        let Match { service, protocol } = found;
        let spec = service.spec();
        let ids = AnswerIds::new(spec, &self.runtime);
        let method = head.method.clone();
        let encoding = if spec.compresses_answers { accept_encoding::accepted(&head.headers) } else { None };
        let span = span(&ids.request_id, spec.name);
        let answer = async {
            match self.prepare(head, body, credential.as_ref(), spec, protocol, &ids, is_tls).await {
                Ok((ctx, request)) => (answer(service, &ctx, request).await, Some(ctx)),
                Err(error) => (Err(error), None),
            }
        };
        let (answer, ctx) = current_request::answering(ids.request_id.clone(), answer).instrument(span).await;
        let (mut response, error) = match answer {
            Ok(response) => (response, None),
            Err(error) => (render_error(protocol, &spec.error_style, &error, &ids.in_body()), Some(error)),
        };
        if method == Method::HEAD && error.is_some() {
            *response.body_mut() = Body::empty();
        }
        ids.write(&mut response);
        if let Some(encoding) = encoding {
            accept_encoding::compress(&mut response, encoding);
        }
        // Of what is sent, compressed or not.
        if spec.has_crc32 {
            write_crc32(&mut response);
        }
        let outcome = Outcome { request_id: ids.request_id, service: Some(spec), ctx, error };
        response.extensions_mut().insert(outcome);
        response
    }

    /// Reads what the service wants read, finds out who is calling, and builds the context.
    #[expect(clippy::too_many_arguments, reason = "each is a part of the one request")]
    async fn prepare(
        &self,
        mut head: Parts,
        body: Body,
        credential: Option<&Credential<'_>>,
        spec: &'static ServiceSpec,
        protocol: Protocol,
        ids: &AnswerIds,
        is_tls: bool,
    ) -> Result<(Context, Request), AwsError> {
        let (buffered, body) = read_if_buffered(body, spec.body).await?;
        let now = self.runtime.clock.now();
        let identity = self.authenticator.authenticate(&head, credential, spec, buffered.as_ref(), now)?;
        // Signatures are over what was sent.
        let body = match (buffered, spec.body) {
            (Some(bytes), BodyPolicy::Buffered { limit }) => inflate(&mut head.headers, bytes, limit)?.into(),
            _ => body,
        };
        let region = identity.region.clone().unwrap_or_else(|| self.settings.default_region.clone());
        Span::current().record("account", display(identity.account)).record("region", region.as_str());
        let client = Client { peer: head.extensions.get().copied(), host_id: ids.host_id.clone() };
        let ctx = Context::new(NewContext {
            request_id: ids.request_id.clone(),
            scope: Scope::new(identity.account, region),
            identity,
            protocol,
            endpoint: endpoint(&head, is_tls),
            trace_id: trace_id(&head),
            hops: 0,
            runtime: self.runtime.clone(),
        })
        .with_client(client)
        .for_service(spec);
        Ok((ctx, Request::from_parts(head, body)))
    }

    /// Answers a request that no service got to see.
    fn refuse(&self, protocol: Protocol, error: AwsError, method: &Method) -> Response {
        let mut response = refusal(protocol, || error, AnswerIds::plain(&self.runtime));
        if method == Method::HEAD {
            *response.body_mut() = Body::empty();
        }
        response
    }

    /// The answer to a request that broke down, whoever it was for; `error` may log what it knows.
    pub fn render_failure(request_id: String, error: impl FnOnce() -> AwsError) -> Response {
        refusal(Protocol::RestJson, error, AnswerIds { request_id, host_id: None })
    }
}

fn refusal(protocol: Protocol, error: impl FnOnce() -> AwsError, ids: AnswerIds) -> Response {
    let error = current_request::within(ids.request_id.clone(), error);
    let mut response = render_error(protocol, &ErrorStyle::PLAIN, &error, &ids.in_body());
    ids.write(&mut response);
    let outcome = Outcome { request_id: ids.request_id, service: None, ctx: None, error: Some(error) };
    response.extensions_mut().insert(outcome);
    response
}

/// The service's answer, once what it changed is durable. Refusals wait, too: they may tell of changes.
async fn answer(service: Arc<dyn Service>, ctx: &Context, request: Request) -> Result<Response, AwsError> {
    let answer = service.call(ctx.clone(), request).await;
    ctx.changes().committed().await?;
    answer
}

fn not_found() -> AwsError {
    AwsError::new(404, "UnknownOperationException", "Not Found")
}

fn unknown_service() -> AwsError {
    AwsError::new(404, "UnknownOperationException", "The signature names a service that AWS does not have.")
}

async fn read_if_buffered(body: Body, policy: BodyPolicy) -> Result<(Option<Bytes>, Body), AwsError> {
    let BodyPolicy::Buffered { limit } = policy else {
        return Ok((None, body));
    };
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large(limit));
    }
    match body.read(limit).await {
        Ok(bytes) => Ok((Some(bytes.clone()), bytes.into())),
        Err(ReadError::TooLong) => Err(too_large(limit)),
        Err(ReadError::Broken(error)) => {
            tracing::debug!(error, "request body broke off");
            Err(AwsError::new(400, "IncompleteBody", "The request body ended before it was complete."))
        }
    }
}

fn too_large(limit: usize) -> AwsError {
    AwsError::new(413, "RequestEntityTooLargeException", format!("Request must be smaller than {limit} bytes."))
}

fn endpoint(head: &Parts, is_tls: bool) -> Endpoint {
    let authority = head.uri.authority().map(|authority| authority.as_str());
    let host = head.headers.get(header::HOST).and_then(|host| host.to_str().ok()).or(authority);
    Endpoint { scheme: if is_tls { "https" } else { "http" }, host: host.unwrap_or("localhost").to_owned() }
}

fn trace_id(head: &Parts) -> Option<String> {
    head.headers.get("x-amzn-trace-id").and_then(|id| id.to_str().ok()).map(str::to_owned)
}

fn into_owned(credential: Credential<'_>) -> Credential<'static> {
    let owned = |text: std::borrow::Cow<'_, str>| std::borrow::Cow::Owned(text.into_owned());
    Credential {
        kind: credential.kind,
        access_key: owned(credential.access_key),
        date: credential.date.map(owned),
        region: credential.region.map(owned),
        service: credential.service.map(owned),
    }
}

/// Of a body at hand, as all are that JSON protocols write.
fn write_crc32(response: &mut Response) {
    let crc = crc_fast::checksum(CrcAlgorithm::Crc32IsoHdlc, response.body().as_bytes().unwrap_or_default());
    response.headers_mut().insert(HeaderName::from_static("x-amz-crc32"), HeaderValue::from(crc));
}

/// The ids that every answer carries.
struct AnswerIds {
    request_id: String,
    host_id: Option<String>,
}

impl AnswerIds {
    fn new(spec: &ServiceSpec, runtime: &Runtime) -> Self {
        match spec.request_id {
            RequestIdStyle::Uuid => Self::plain(runtime),
            RequestIdStyle::Short => {
                let host_id =
                    base64::Engine::encode(&base64::engine::general_purpose::STANDARD, runtime.ids.bytes::<56>());
                Self { request_id: runtime.ids.upper_alphanumeric(16), host_id: Some(host_id) }
            }
        }
    }

    fn plain(runtime: &Runtime) -> Self {
        Self { request_id: runtime.ids.uuid(), host_id: None }
    }

    fn in_body(&self) -> RequestIds<'_> {
        RequestIds { request_id: &self.request_id, host_id: self.host_id.as_deref() }
    }

    fn write(&self, response: &mut Response) {
        let name = if self.host_id.is_some() { "x-amz-request-id" } else { "x-amzn-requestid" };
        let value = |value: &str| HeaderValue::from_str(value).expect("ids are ASCII letters, digits and dashes");
        let headers = response.headers_mut();
        headers.insert(HeaderName::from_static(name), value(&self.request_id));
        if let Some(host_id) = &self.host_id {
            // A service that repeats the id in a page of its own has said it already.
            headers.entry(HeaderName::from_static("x-amz-id-2")).or_insert_with(|| value(host_id));
        }
    }
}
