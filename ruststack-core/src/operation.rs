//! Typed operations: the table of what a service does, and a request's way through it.
//!
//! A service writes `Operations::new(&api::MODEL).on::<api::SendMessage, _, _, _>(send_message)` and so on; the compiler
//! refuses a function of other types. What the model has and the table has not answers 501.

use std::{collections::HashMap, future::Future, pin::Pin, sync::Arc};

use bytes::Bytes;
use http::{Extensions, request::Parts};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    Request, Response,
    body::ReadError,
    clock::Timestamp,
    context::Context,
    error::AwsError,
    ids::Ids,
    protocol::{aws_json, aws_query, aws_query::Form, rest_json, rest_xml, uri, uri::Labels},
    record::{Record, Recording},
    scope::Scope,
    service::{BodyPolicy, Protocol},
    shape::{Model, OperationShape},
    validate::validate,
};

/// An operation as the generator writes it: a shape, an input, an output.
pub trait Operation: 'static {
    const SHAPE: &'static OperationShape;
    type Input: DeserializeOwned + Send + 'static;
    type Output: Serialize + Send + 'static;
}

/// A request that has come to its operation: the service it is for, and its circumstances.
pub struct Call<S> {
    service: Arc<S>,
    ctx: Context,
    shape: &'static OperationShape,
    extensions: Extensions,
}

impl<S> Call<S> {
    pub fn service(&self) -> &Arc<S> {
        &self.service
    }

    pub fn ctx(&self) -> &Context {
        &self.ctx
    }

    pub fn scope(&self) -> &Scope {
        self.ctx.scope()
    }

    pub fn now(&self) -> Timestamp {
        self.ctx.now()
    }

    pub fn ids(&self) -> &Ids {
        self.ctx.ids()
    }

    /// The operation's name.
    pub fn operation(&self) -> &'static str {
        self.shape.name
    }

    /// What was noted of the request before it was read; nothing of a call by name.
    pub fn extensions(&self) -> &Extensions {
        &self.extensions
    }
}

/// The form in which an output is wanted: the JSON protocols want bytes, without a detour.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Document,
    Value,
}

enum Output {
    Document(Vec<u8>),
    Value(Value),
}

impl Output {
    fn of(output: &impl Serialize, wanted: Wanted) -> Result<Self, AwsError> {
        let made = match wanted {
            Wanted::Document => serde_json::to_vec(output).map(Self::Document),
            Wanted::Value => serde_json::to_value(output).map(Self::Value),
        };
        made.map_err(|error| AwsError::internal(&error))
    }

    fn into_value(self) -> Value {
        match self {
            Self::Value(value) => value,
            Self::Document(document) => serde_json::from_slice(&document).unwrap_or_default(),
        }
    }

    fn into_document(self) -> Vec<u8> {
        match self {
            Self::Document(document) => document,
            Self::Value(value) => value.to_string().into_bytes(),
        }
    }
}

type Answer = Pin<Box<dyn Future<Output = Result<Output, AwsError>> + Send>>;
type Run<S> = Box<dyn Fn(Call<S>, Value, Wanted) -> Answer + Send + Sync>;

/// From AWS's sentence about broken constraints to an error; `None` leaves it to the operation to say so in its own words.
pub type Refuse = fn(Protocol, &str) -> Option<AwsError>;

fn usual_refusal(protocol: Protocol, broken: &str) -> Option<AwsError> {
    let code = if protocol == Protocol::AwsQuery { "ValidationError" } else { "ValidationException" };
    Some(AwsError::new(400, code, broken.to_owned()))
}

/// The operations of the service `S`.
pub struct Operations<S> {
    model: &'static Model,
    refuse: Refuse,
    requires_version: bool,
    /// How large a body may be. Bytes.
    body_limit: usize,
    recording: &'static Recording,
    runs: HashMap<&'static str, Run<S>>,
}

/// A request read as far as its operation.
struct Incoming {
    shape: &'static OperationShape,
    head: Parts,
    body: Bytes,
    form: Form,
    labels: Labels,
}

impl<S: Send + Sync + 'static> Operations<S> {
    pub fn new(model: &'static Model) -> Self {
        let recording = &Recording::USUAL;
        let (body_limit, runs) = (BodyPolicy::DEFAULT_LIMIT, HashMap::new());
        Self { model, refuse: usual_refusal, requires_version: false, body_limit, recording, runs }
    }

    /// Answers inputs that break constraints in another way than the protocol's usual one.
    #[must_use]
    pub fn refusing_with(mut self, refuse: Refuse) -> Self {
        self.refuse = refuse;
        self
    }

    /// Refuses requests of the query protocol that do not name the model's version.
    #[must_use]
    pub fn requiring_version(mut self) -> Self {
        self.requires_version = true;
        self
    }

    /// Takes bodies of so many bytes, which the service's [`BodyPolicy`] must let through, too.
    #[must_use]
    pub fn with_body_limit(mut self, limit: usize) -> Self {
        self.body_limit = limit;
        self
    }

    /// Records requests otherwise than services usually are, where they are recorded.
    #[must_use]
    pub fn recorded_as(mut self, recording: &'static Recording) -> Self {
        self.recording = recording;
        self
    }

    /// Answers operation `O` with `run`.
    #[must_use]
    pub fn on<O, F, Fut, E>(mut self, run: F) -> Self
    where
        O: Operation,
        F: Fn(Call<S>, O::Input) -> Fut + Send + Sync + Clone + 'static,
        Fut: Future<Output = Result<O::Output, E>> + Send + 'static,
        E: Into<AwsError>,
    {
        let run = move |call: Call<S>, input: Value, wanted: Wanted| -> Answer {
            let run = run.clone();
            Box::pin(async move {
                let input = serde_json::from_value(input).map_err(|error| mismatch(&error))?;
                let output = run(call, input).await.map_err(Into::into)?;
                Output::of(&output, wanted)
            })
        };
        self.runs.insert(O::SHAPE.name, Box::new(run));
        self
    }

    /// The operations that work, for tables of coverage.
    pub fn names(&self) -> Vec<&'static str> {
        let names = self.model.operations.iter().map(|operation| operation.name);
        names.filter(|name| self.runs.contains_key(name)).collect()
    }

    pub fn model(&self) -> &'static Model {
        self.model
    }

    /// Answers one request in its own protocol.
    pub async fn answer(&self, service: Arc<S>, ctx: Context, request: Request) -> Result<Response, AwsError> {
        let protocol = ctx.protocol();
        let incoming = self.read(protocol, request).await?;
        let shape = incoming.shape;
        ctx.begin_operation(shape.name).await?;
        let input = read_input(protocol, &incoming)?;
        let record = Record::of(&incoming.head).cloned();
        if let Some(record) = &record {
            record.tell_input(self.recording, ctx.scope(), shape, &input);
        }
        let wanted = if is_aws_json(protocol) && record.is_none() { Wanted::Document } else { Wanted::Value };
        let call = Call { service, ctx: ctx.clone(), shape, extensions: incoming.head.extensions };
        let output = self.run(call, input, wanted).await?;
        if let (Some(record), Output::Value(output)) = (&record, &output) {
            record.tell_output(self.recording, shape, output);
        }
        Ok(match protocol {
            Protocol::AwsQuery => {
                aws_query::write_output(self.model.xml_namespace, shape, ctx.request_id(), &output.into_value())
            }
            Protocol::RestJson => rest_json::write_output(shape, &output.into_value()),
            Protocol::RestXml => rest_xml::write_output(self.model.xml_namespace, shape, &output.into_value()),
            _ => aws_json::write_output(protocol, output.into_document()),
        })
    }

    /// Answers a call by name: what [`Service::request`](crate::service::Service::request) is for.
    pub async fn request(&self, service: Arc<S>, ctx: Context, name: &str, input: Value) -> Result<Value, AwsError> {
        let shape = self.model.operation(name).ok_or_else(|| unknown(ctx.protocol(), self.model, name))?;
        ctx.note_operation(shape.name);
        let input = aws_json::read_value(shape.input, input)?;
        let call = Call { service, ctx, shape, extensions: Extensions::new() };
        self.run(call, input, Wanted::Value).await.map(Output::into_value)
    }

    async fn run(&self, call: Call<S>, input: Value, wanted: Wanted) -> Result<Output, AwsError> {
        let shape = call.shape;
        let run = self.runs.get(shape.name).ok_or_else(|| {
            AwsError::not_implemented(format!("RustStack does not implement the operation {} yet.", shape.name))
        })?;
        if let Err(broken) = validate(shape.input, &input)
            && let Some(error) = (self.refuse)(call.ctx.protocol(), &broken)
        {
            return Err(error);
        }
        run(call, input, wanted).await
    }

    async fn read(&self, protocol: Protocol, request: Request) -> Result<Incoming, AwsError> {
        let (head, body) = request.into_parts();
        let body = body.read(self.body_limit).await.map_err(|error| unreadable(&error))?;
        let query = head.uri.query().unwrap_or_default();
        let mut form = Form::default();
        let mut labels = Labels::new();
        let shape = match protocol {
            Protocol::AwsQuery => {
                form = Form::of_query(query).and(Form::parse(&body));
                let action = form.get("Action").ok_or_else(missing_action)?;
                let version = form.get("Version").unwrap_or("NO_VERSION_SPECIFIED");
                if self.requires_version && version != self.model.version {
                    return Err(invalid_action(action, version));
                }
                self.model.operation(action).ok_or_else(|| unknown(protocol, self.model, action))?
            }
            Protocol::RestJson | Protocol::RestXml => {
                let found = uri::find(self.model, head.method.as_str(), head.uri.path(), query);
                let (shape, bound) = found.ok_or_else(|| unknown(protocol, self.model, head.uri.path()))?;
                labels = bound;
                shape
            }
            _ => {
                let name = aws_json::operation(&head.headers).unwrap_or_default();
                self.model.operation(name).ok_or_else(|| unknown(protocol, self.model, name))?
            }
        };
        Ok(Incoming { shape, head, body, form, labels })
    }
}

fn is_aws_json(protocol: Protocol) -> bool {
    matches!(protocol, Protocol::AwsJson10 | Protocol::AwsJson11)
}

fn read_input(protocol: Protocol, incoming: &Incoming) -> Result<Value, AwsError> {
    let Incoming { shape, head, body, form, labels } = incoming;
    match protocol {
        Protocol::AwsQuery => aws_query::read_input(shape.input, form).map_err(|error| {
            AwsError::new(400, "MalformedInput", format!("Invalid {} value: {}", error.kind, error.text))
        }),
        Protocol::RestJson => rest_json::read_input(shape.input, head, labels, body),
        Protocol::RestXml => rest_xml::read_input(shape.input, head, labels, body),
        _ => aws_json::read_input(shape.input, body),
    }
}

fn unreadable(error: &ReadError) -> AwsError {
    match error {
        ReadError::TooLong => {
            AwsError::new(413, "RequestEntityTooLargeException", "The request is larger than this service takes.")
        }
        ReadError::Broken(_) => AwsError::new(400, "IncompleteBody", "The request body ended before it was complete."),
    }
}

fn missing_action() -> AwsError {
    AwsError::new(400, "MissingAction", "The request is missing an action or a required parameter.")
}

fn invalid_action(name: &str, version: &str) -> AwsError {
    AwsError::new(400, "InvalidAction", format!("Could not find operation {name} for version {version}"))
}

/// No operation of the model.
fn unknown(protocol: Protocol, model: &Model, name: &str) -> AwsError {
    match protocol {
        Protocol::AwsQuery => invalid_action(name, model.version),
        Protocol::RestJson | Protocol::RestXml => {
            AwsError::not_implemented(format!("RustStack has no operation at {name}."))
        }
        _ => AwsError::new(400, "UnknownOperationException", String::new()),
    }
}

/// A value that passed its shape and still is no input: the generated types and shapes disagree.
fn mismatch(error: &serde_json::Error) -> AwsError {
    tracing::error!(error = %error, "an input fits its shape but not its type");
    AwsError::new(400, "SerializationException", error.to_string())
}
