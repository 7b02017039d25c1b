//! One invocation: a slot, an environment, the event, the answer, the lines around it.

mod environment;
mod outcome;

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::{Bytes, BytesMut};
use ruststack_core::{clock::Clock, context::Context, scope::Scope};
use tokio::{
    sync::mpsc,
    time::{Instant, timeout},
};

pub(crate) use self::outcome::{Fault, Outcome};
use crate::{
    Lambda,
    error::LambdaError,
    executor::{Exit, Output},
    fleet::{Failure, Kind, Slot, Warm},
    function::{Function, Version},
    limits::LOG_TAIL,
    logs::LogStream,
    names::FunctionName,
    report::{self, Report},
    runtime_api::{Answer, Invocation, Piece, ResponseStream},
};

/// What is invoked, and with what.
pub(crate) struct Order {
    pub(crate) function: Arc<Function>,
    /// `$LATEST` or a number.
    pub(crate) number: String,
    /// As the caller named it.
    pub(crate) invoked_arn: String,
    pub(crate) request_id: String,
    pub(crate) client_context: Option<String>,
    pub(crate) body: Bytes,
    /// Takes the response as it is written.
    pub(crate) stream: Option<mpsc::Sender<Part>>,
}

/// A part of a response that is handed on as it is written.
#[derive(Debug)]
pub(crate) enum Part {
    ContentType(String),
    Data(Bytes),
}

impl Order {
    /// The version, or the alias that was named, for which something is provisioned; and how much.
    fn provisioned(&self) -> Option<(&str, u32)> {
        let named = self.invoked_arn.strip_prefix(self.function.arn.as_str()).and_then(|rest| rest.strip_prefix(':'));
        named.into_iter().chain([self.number.as_str()]).find_map(|qualifier| {
            let found = self.function.provisioned.get(qualifier)?;
            Some((qualifier, found.requested.unsigned_abs()))
        })
    }
}

impl Lambda {
    /// What a caller's name of a function comes to.
    pub(crate) fn order(&self, ctx: &Context, name: &FunctionName, body: Bytes) -> Result<Order, LambdaError> {
        let function = Arc::clone(self.home(&name.scope).lock().function(name)?);
        let chance = (ctx.ids().number() >> 11) as f64 / (1_u64 << 53) as f64;
        let chosen = function.choose(name.qualifier.as_deref(), chance)?;
        chosen.version.configuration.check_ready()?;
        let number = chosen.number;
        Ok(Order {
            number,
            invoked_arn: name.qualified_arn(),
            request_id: ctx.ids().uuid(),
            client_context: None,
            body,
            stream: None,
            function,
        })
    }

    /// Runs a function, and waits for what it answers.
    pub(crate) async fn run(&self, ctx: &Context, scope: &Scope, order: Order) -> Result<Outcome, LambdaError> {
        let _slot = self.slot(scope, &order)?;
        let version =
            order.function.version(&order.number).ok_or_else(|| order.function.unknown(Some(&order.number)))?;
        let version = version.clone();
        let kind = Kind {
            function_arn: order.function.arn.clone(),
            version: order.number.clone(),
            generation: self.generation(&version),
        };
        let start = self.start(ctx, scope, &order.function, &order.number, &version).await?;
        match self.fleet.acquire(&kind, start).await {
            Ok(warm) => Ok(self.run_in(ctx, scope, warm, kind, &version, order).await),
            Err(failure) => Ok(fail(ctx, &version, &order, failure)),
        }
    }

    fn slot(&self, scope: &Scope, order: &Order) -> Result<Slot, LambdaError> {
        let function = &order.function;
        let unreserved = self.fleet.slots.limit().saturating_sub(self.reserved_concurrency(scope));
        let take = |name: &str, reserved| self.fleet.slots.take(scope, name, reserved, unreserved);
        if let Some((qualifier, count)) = order.provisioned()
            && let Ok(slot) = take(&format!("{}:{qualifier}", function.name), Some(count))
        {
            return Ok(slot);
        }
        // What is provisioned is taken from what is reserved.
        let provisioned = function.provisioned_in_all();
        take(&function.name, function.reserved_concurrency.map(|reserved| reserved.saturating_sub(provisioned)))
    }

    /// What all functions have reserved together.
    pub(crate) fn reserved_concurrency(&self, scope: &Scope) -> u32 {
        let home = self.home(scope);
        let things = home.lock();
        things.functions.values().filter_map(|function| function.reserved_concurrency).sum()
    }

    async fn run_in(
        &self,
        ctx: &Context,
        scope: &Scope,
        warm: Arc<Warm>,
        kind: Kind,
        version: &Version,
        order: Order,
    ) -> Outcome {
        let mut lines = LogLines::new(ctx, Arc::clone(&warm.log), warm.output.clone());
        let init = warm.take_init();
        lines.collect();
        lines.begin(&order.request_id, &order.number);
        let seconds = version.configuration.timeout.unwrap_or(3);
        let patience = Duration::from_secs(seconds.unsigned_abs().into());
        let begun = Instant::now();
        let answer = warm.session.invoke(invocation(ctx, &order, patience));
        let fault_or_body = tokio::select! {
            biased;
            done = timeout(patience, take(answer, order.stream.as_ref())) => match done {
                Ok(Some(done)) => done,
                Ok(None) => Err(Fault::Exited(Exit::Lost("stopped".to_owned()))),
                Err(_) => Err(Fault::TimedOut(seconds)),
            },
            exit = warm.environment.ended() => Err(Fault::Exited(exit)),
            () = lines.keep_collecting() => Err(Fault::TimedOut(seconds)),
        };
        let duration = begun.elapsed().min(patience);
        warm.environment.flush().await;
        lines.collect();
        let is_spent = matches!(fault_or_body, Err(Fault::TimedOut(_) | Fault::Exited(_)));
        let report = Report {
            duration,
            init,
            memory_mb: version.configuration.memory_size.unwrap_or(128).unsigned_abs(),
            peak_memory: warm.environment.peak_memory().await,
            failure: fault_or_body.as_ref().err().and_then(Fault::status),
        };
        if let Err(fault) = &fault_or_body
            && let Some(line) = fault.line(&order.request_id, ctx)
        {
            lines.add(line);
        }
        let log_tail = lines.end(&order.request_id, &report);
        if is_spent || !self.is_current(scope, &order, version) {
            self.fleet.discard(warm);
        } else {
            self.fleet.give_back(kind, warm);
        }
        Outcome::of(fault_or_body, &order.request_id, order.number, log_tail)
    }
}

impl Lambda {
    /// Whether a version is still what it was when its invocation began.
    fn is_current(&self, scope: &Scope, order: &Order, version: &Version) -> bool {
        let home = self.home(scope);
        let things = home.lock();
        let function = things.functions.get(&order.function.name);
        let now = function.and_then(|function| function.version(&order.number));
        now.is_some_and(|now| now.generation == version.generation)
    }
}

fn invocation(ctx: &Context, order: &Order, patience: Duration) -> Invocation {
    let trace = ctx.trace_id().map(str::to_owned);
    Invocation {
        request_id: order.request_id.clone(),
        // Runtimes compare it with the machine's clock, not with ours.
        deadline: Clock::system().now().plus(patience).millis(),
        function_arn: order.invoked_arn.clone(),
        trace_id: trace.unwrap_or_else(|| trace_id(ctx)),
        client_context: order.client_context.clone(),
        body: order.body.clone(),
    }
}

fn trace_id(ctx: &Context) -> String {
    let (seconds, ids) = (ctx.now().seconds(), ctx.ids());
    format!("Root=1-{seconds:08x}-{};Parent={};Sampled=0;Lineage=1:{}:0", ids.hex(24), ids.hex(16), ids.hex(8))
}

type Done = Result<Bytes, Fault>;

/// Waits for an answer, and hands it on where it is to be streamed.
async fn take(answer: tokio::sync::oneshot::Receiver<Answer>, stream: Option<&mpsc::Sender<Part>>) -> Option<Done> {
    Some(match answer.await.ok()? {
        Answer::Response(body) => {
            if let Some(stream) = stream {
                // A client that is gone does not change what the function did.
                drop(stream.send(Part::Data(body.clone())).await);
            }
            Ok(body)
        }
        Answer::Error(body) => Err(Fault::Handler(body)),
        Answer::TooLarge => Err(Fault::TooLarge),
        Answer::Stream(response) => collect(response, stream).await,
    })
}

async fn collect(mut response: ResponseStream, stream: Option<&mpsc::Sender<Part>>) -> Done {
    let mut whole = BytesMut::new();
    if let (Some(stream), Some(content_type)) = (stream, response.content_type.take()) {
        drop(stream.send(Part::ContentType(content_type)).await);
    }
    while let Some(piece) = response.pieces.recv().await {
        match (piece, stream) {
            (Piece::Data(data), Some(stream)) => drop(stream.send(Part::Data(data)).await),
            (Piece::Data(data), None) => whole.extend_from_slice(&data),
            (Piece::End, _) => break,
            (Piece::Error { error_type, body }, _) => return Err(Fault::Stream { error_type, body }),
        }
    }
    if whole.len() > crate::runtime_api::MAX_RESPONSE { Err(Fault::TooLarge) } else { Ok(whole.freeze()) }
}

/// An invocation for which there was no environment.
fn fail(ctx: &Context, version: &Version, order: &Order, failure: Failure) -> Outcome {
    let seconds = version.configuration.timeout.unwrap_or(3);
    let (fault, log, output) = match failure {
        Failure::Executor(error) => (Fault::Executor(error), None, None),
        Failure::Init { body, log, output } => (Fault::Handler(body), Some(log), Some(output)),
        Failure::Exited { exit, log, output } => (Fault::Exited(exit), Some(log), Some(output)),
        Failure::TimedOut { log, output } => (Fault::TimedOut(seconds), Some(log), Some(output)),
    };
    let mut log_tail = String::new();
    if let (Some(log), Some(output)) = (log, output) {
        let mut lines = LogLines::new(ctx, log, output);
        lines.collect();
        lines.begin(&order.request_id, &order.number);
        lines.extend_from_start();
        let report = Report {
            duration: Duration::ZERO,
            init: None,
            memory_mb: version.configuration.memory_size.unwrap_or(128).unsigned_abs(),
            peak_memory: None,
            failure: fault.status(),
        };
        log_tail = lines.end(&order.request_id, &report);
    }
    Outcome::of(Err(fault), &order.request_id, order.number.clone(), log_tail)
}

/// The lines of one invocation, on their way to the log and to the caller.
struct LogLines<'c> {
    ctx: &'c Context,
    log: Arc<LogStream>,
    output: Output,
    tail: String,
    /// What was written before the invocation began.
    early: String,
}

impl<'c> LogLines<'c> {
    fn new(ctx: &'c Context, log: Arc<LogStream>, output: Output) -> Self {
        Self { ctx, log, output, tail: String::new(), early: String::new() }
    }

    fn begin(&mut self, request_id: &str, version: &str) {
        self.early = std::mem::take(&mut self.tail);
        self.add(report::start(request_id, version));
    }

    /// Tells what was written while the environment started, too.
    fn extend_from_start(&mut self) {
        let early = std::mem::take(&mut self.early);
        self.tail.push_str(&early);
    }

    fn add(&mut self, line: String) {
        self.note(&line);
        self.log.write(vec![(self.ctx.now().millis(), line)]);
    }

    /// Takes what was written since.
    fn collect(&mut self) {
        let at = self.ctx.now().millis();
        let lines = self.output.take();
        let lines = lines.iter().map(|line| String::from_utf8_lossy(&line.text).into_owned());
        let events: Vec<_> = lines.map(|text| (at, text)).collect();
        events.iter().for_each(|(_, text)| self.note(text));
        self.log.write(events);
    }

    /// Takes what is written, as long as the function writes more than can wait.
    async fn keep_collecting(&mut self) {
        loop {
            self.output.filled().await;
            self.collect();
        }
    }

    fn note(&mut self, text: &str) {
        self.tail.push_str(text);
        if self.tail.len() > 4 * LOG_TAIL {
            let cut = self.tail.len() - LOG_TAIL;
            let cut = (cut..).find(|at| self.tail.is_char_boundary(*at)).unwrap_or(cut);
            self.tail.drain(..cut);
        }
    }

    /// The last lines; returns the end of the log as `LogResult` tells it.
    fn end(mut self, request_id: &str, report: &Report) -> String {
        if !self.tail.ends_with('\n') {
            self.tail.push('\n');
        }
        self.add(report::end(request_id));
        self.add(report.line(request_id));
        let bytes = self.tail.as_bytes();
        STANDARD.encode(&bytes[bytes.len().saturating_sub(LOG_TAIL)..])
    }
}
