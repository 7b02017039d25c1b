//! Invoke, InvokeAsync, InvokeWithResponseStream.

use bytes::Bytes;
use ruststack_core::{error::AwsError, operation::Call, wire::Blob};

use crate::{
    Lambda,
    api::{
        InvokeAsyncInput, InvokeAsyncOutput, InvokeInput, InvokeOutput, InvokeWithResponseStreamInput,
        InvokeWithResponseStreamOutput,
    },
    asynchronous,
    error::{LambdaError, constraint, not_found},
    invoking::Outcome,
    limits::MAX_EVENT,
    names::{FunctionName, LATEST},
};

mod frames;
pub(crate) mod stream;

pub(super) async fn invoke(call: Call<Lambda>, input: InvokeInput) -> Result<InvokeOutput, LambdaError> {
    let (lambda, ctx) = (call.service(), call.ctx());
    let name = FunctionName::qualified(call.scope(), &input.function_name, input.qualifier.as_deref())?;
    let body = input.payload.map(|blob| blob.0).unwrap_or_default();
    let body = if body.is_empty() { Bytes::from_static(b"{}") } else { body };
    match input.invocation_type.as_deref() {
        None | Some("RequestResponse") => {
            check_event(&body)?;
            find(lambda, &name)?;
            let mut order = lambda.order(ctx, &name, body)?;
            ctx.request_id().clone_into(&mut order.request_id);
            order.client_context = client_context(input.client_context.as_deref());
            let outcome = lambda.run(ctx, &name.scope, order).await?;
            let is_tail_wanted = input.log_type.as_deref() == Some("Tail");
            Ok(told(outcome, is_tail_wanted))
        }
        Some("Event") => {
            check_event(&body)?;
            find(lambda, &name)?;
            asynchronous::take(lambda, ctx, &name, body).await?;
            Ok(InvokeOutput { status_code: Some(202), payload: Some(Blob::default()), ..InvokeOutput::default() })
        }
        Some("DryRun") => {
            find(lambda, &name)?;
            Ok(InvokeOutput { status_code: Some(204), ..InvokeOutput::default() })
        }
        Some(other) => Err(constraint(
            other,
            "invocationType",
            "Member must satisfy enum value set: [Event, RequestResponse, DryRun]",
        )),
    }
}

/// Whether there is such a function, and such a version of it.
fn find(lambda: &Lambda, name: &FunctionName) -> Result<(), LambdaError> {
    let home = lambda.home(&name.scope);
    let things = home.lock();
    // Recorded: here alone AWS says which version it looked for where none was named.
    let qualifier = name.qualifier.as_deref().unwrap_or(LATEST);
    let unknown = || not_found(format!("Function not found: {}:{qualifier}", name.arn()));
    let function = things.functions.get(&name.name).ok_or_else(unknown)?;
    function.choose(Some(qualifier), 1.0).map(drop)
}

fn told(outcome: Outcome, is_tail_wanted: bool) -> InvokeOutput {
    InvokeOutput {
        status_code: Some(200),
        function_error: outcome.is_error.then(|| "Unhandled".to_owned()),
        log_result: is_tail_wanted.then_some(outcome.log_tail),
        payload: Some(Blob(outcome.body)),
        executed_version: Some(outcome.executed_version),
        durable_execution_arn: None,
    }
}

/// As the runtime gets it: decoded.
pub(super) fn client_context(told: Option<&str>) -> Option<String> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let decoded = told.and_then(|told| STANDARD.decode(told).ok())?;
    String::from_utf8(decoded).ok()
}

pub(super) fn check_event(body: &Bytes) -> Result<(), LambdaError> {
    if body.len() > MAX_EVENT {
        let message = format!(
            "{} byte payload is too large for the RequestResponse invocation type (limit {MAX_EVENT} bytes)",
            body.len()
        );
        return Err(LambdaError::RequestTooLargeException { message });
    }
    let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(body) else { return Ok(()) };
    let message =
        format!("Could not parse request body into json: Could not parse payload into json: {}", reason(body, &error));
    Err(LambdaError::InvalidRequestContentException { message })
}

/// In the words of the parser that AWS uses, as far as they are known.
fn reason(body: &[u8], error: &serde_json::Error) -> String {
    const AT: &str =
        "\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column:";
    if let Err(fault) = std::str::from_utf8(body) {
        let at = fault.valid_up_to();
        return format!("Invalid UTF-8 start byte 0x{:02x}{AT} {}]", body[at], at + 2);
    }
    let column = error.column().max(1);
    match String::from_utf8_lossy(body).chars().nth(column - 1) {
        Some(found) if !error.is_eof() => format!(
            "Unrecognized token '{}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or \
             'false'){AT} {}]",
            token(body, column - 1, found),
            column + 1
        ),
        _ => format!("Unexpected end-of-input{AT} {}]", body.len() + 1),
    }
}

fn token(body: &[u8], at: usize, first: char) -> String {
    let rest: String = String::from_utf8_lossy(body).chars().skip(at).take_while(|one| one.is_alphanumeric()).collect();
    if rest.is_empty() { first.to_string() } else { rest }
}

pub(super) async fn invoke_async(
    call: Call<Lambda>,
    input: InvokeAsyncInput,
) -> Result<InvokeAsyncOutput, LambdaError> {
    let name = FunctionName::parse(call.scope(), &input.function_name)?;
    let body = input.invoke_args.0;
    check_event(&body)?;
    find(call.service(), &name)?;
    asynchronous::take(call.service(), call.ctx(), &name, body).await?;
    Ok(InvokeAsyncOutput { status: Some(202) })
}

/// By name there is nothing that could stream: see [`stream::answer`].
pub(super) async fn invoke_with_response_stream(
    _call: Call<Lambda>,
    _input: InvokeWithResponseStreamInput,
) -> Result<InvokeWithResponseStreamOutput, AwsError> {
    Err(AwsError::not_implemented("InvokeWithResponseStream answers HTTP requests alone."))
}
