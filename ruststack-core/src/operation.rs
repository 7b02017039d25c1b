//! Typed operations: the table of what a service does, and a request's way through it.
//!
//! A service writes `Operations::new(&api::MODEL).on::<api::SendMessage, _, _, _>(send_message)` and so on; the compiler
//! refuses a function of other types. What the model has and the table has not answers 501.

use std::{any::Any, collections::HashMap, future::Future, pin::Pin, sync::Arc};

use bytes::Bytes;
use http::{Extensions, request::Parts};
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
    shape::{Model, OperationShape, Shape},
    validate::validate,
    wire::{
        field::{Field, document, value},
        reader::{Misfit, Reader},
    },
};

/// An operation as the generator writes it: a shape, an input, an output.
pub trait Operation: 'static {
    const SHAPE: &'static OperationShape;
    type Input: Field + Default + Send + 'static;
    type Output: Field + Send + 'static;
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

/// The output, as JSON.
type Answer = Pin<Box<dyn Future<Output = Result<Vec<u8>, AwsError>> + Send>>;
type Run<S> = Box<dyn Fn(Call<S>, Box<dyn Input>) -> Answer + Send + Sync>;

/// One operation, with as little as can be that is made for it alone: code that depends on the types of inputs and
/// outputs exists some hundred times.
struct Entry<S> {
    blank: fn() -> Box<dyn Input>,
    run: Run<S>,
}

/// An input of whatever operation.
trait Input: Field + Any + Send {
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

impl<T: Field + Any + Send> Input for T {
    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

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
    recording: &'static Recording,
    entries: HashMap<&'static str, Entry<S>>,
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
        Self { model, refuse: usual_refusal, requires_version: false, recording, entries: HashMap::new() }
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
        let run = move |call: Call<S>, input: Box<dyn Input>| -> Answer {
            let input = input.into_any().downcast().expect("a blank of the same entry was filled");
            let answer = run(call, *input);
            Box::pin(async move {
                let output = answer.await.map_err(Into::into)?;
                Ok(document(&output))
            })
        };
        let entry = Entry { blank: || Box::<O::Input>::default(), run: Box::new(run) };
        self.entries.insert(O::SHAPE.name, entry);
        self
    }

    /// The operations that work, for tables of coverage.
    pub fn names(&self) -> Vec<&'static str> {
        let names = self.model.operations.iter().map(|operation| operation.name);
        names.filter(|name| self.entries.contains_key(name)).collect()
    }

    pub fn model(&self) -> &'static Model {
        self.model
    }

    /// Answers one request in its own protocol.
    pub async fn answer(&self, service: Arc<S>, ctx: Context, request: Request) -> Result<Response, AwsError> {
        let protocol = ctx.protocol();
        let incoming = self.read(protocol, request).await?;
        let shape = incoming.shape;
        ctx.note_operation(shape.name);
        let record = Record::of(&incoming.head).cloned();
        let at_once = if record.is_none() { self.read_at_once(protocol, &incoming) } else { None };
        let input = match at_once {
            Some(input) => input,
            None => {
                let input = read_input(protocol, &incoming)?;
                if let Some(record) = &record {
                    record.tell_input(self.recording, ctx.scope(), shape, &input);
                }
                self.typed(protocol, shape, &input)?
            }
        };
        let call = Call { service, ctx: ctx.clone(), shape, extensions: incoming.head.extensions };
        let output = self.run(call, input).await?;
        if let Some(record) = &record {
            record.tell_output(self.recording, shape, &value(&output));
        }
        Ok(match protocol {
            Protocol::AwsQuery => {
                aws_query::write_output(self.model.xml_namespace, shape, ctx.request_id(), &value(&output))
            }
            Protocol::RestJson => rest_json::write_output(shape, &value(&output)),
            Protocol::RestXml => rest_xml::write_output(self.model.xml_namespace, shape, &value(&output)),
            _ => aws_json::write_output(protocol, output),
        })
    }

    /// Answers a call by name: what [`Service::request`](crate::service::Service::request) is for.
    pub async fn request(&self, service: Arc<S>, ctx: Context, name: &str, input: Value) -> Result<Value, AwsError> {
        let protocol = ctx.protocol();
        let shape = self.model.operation(name).ok_or_else(|| unknown(protocol, self.model, name))?;
        ctx.note_operation(shape.name);
        let input = self.typed(protocol, shape, &aws_json::read_value(shape.input, input)?)?;
        let call = Call { service, ctx, shape, extensions: Extensions::new() };
        self.run(call, input).await.map(|output| value(&output))
    }

    /// An input that is as it has to be, read from its bytes without a detour; any other is read once more, for AWS's
    /// words about it.
    fn read_at_once(&self, protocol: Protocol, incoming: &Incoming) -> Option<Box<dyn Input>> {
        let is_document = is_aws_json(protocol) && !incoming.body.is_empty();
        let entry = self.entries.get(incoming.shape.name).filter(|_| is_document)?;
        let reader = Reader::new(&incoming.body).ok()?.holding_to_constraints();
        filled(entry, reader).ok()
    }

    /// An input as its operation takes it, once its constraints are checked.
    fn typed(
        &self,
        protocol: Protocol,
        shape: &'static OperationShape,
        input: &Value,
    ) -> Result<Box<dyn Input>, AwsError> {
        let entry = self.entry(shape)?;
        if let Err(broken) = validate(shape.input, input)
            && let Some(error) = (self.refuse)(protocol, &broken)
        {
            return Err(error);
        }
        let document = document(input);
        Reader::new(&document).and_then(|reader| filled(entry, reader)).map_err(|misfit| mismatch(&misfit))
    }

    fn entry(&self, shape: &'static OperationShape) -> Result<&Entry<S>, AwsError> {
        self.entries.get(shape.name).ok_or_else(|| {
            AwsError::not_implemented(format!("RustStack does not implement the operation {} yet.", shape.name))
        })
    }

    fn run(&self, call: Call<S>, input: Box<dyn Input>) -> Answer {
        match self.entry(call.shape) {
            Ok(entry) => (entry.run)(call, input),
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
    }

    async fn read(&self, protocol: Protocol, request: Request) -> Result<Incoming, AwsError> {
        let (head, body) = request.into_parts();
        let body = body.read(BodyPolicy::DEFAULT_LIMIT).await.map_err(|error| unreadable(&error))?;
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

fn filled<S>(entry: &Entry<S>, mut reader: Reader<'_>) -> Result<Box<dyn Input>, Misfit> {
    let mut input = (entry.blank)();
    // Structures know their shapes.
    input.read(&Shape::Document, &mut reader)?;
    reader.end().map(|()| input)
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
fn mismatch(error: &Misfit) -> AwsError {
    tracing::error!(error = %error, "an input fits its shape but not its type");
    AwsError::new(400, "SerializationException", error.to_string())
}
