//! `/_aws/sqs/messages`: a queue's messages, seen without any effect on them.

use ruststack_core::{
    Request, Response,
    context::Context,
    error::AwsError,
    operation::Operation,
    protocol::{aws_json, aws_query, aws_query::Form},
    scope::{Region, Scope},
    service::{BodyPolicy, Protocol},
};
use serde_json::{Value, json};

use crate::{
    Sqs,
    api::{self, ReceiveMessageOutput},
    delivery::Standing,
    error::SqsError,
    live_queue::QueueState,
    queue::Entry,
    queue_url::Location,
    receiving::Wanted,
    service::no_queue,
};

pub(crate) const PATHS: &str = "/_aws/sqs/";
const MESSAGES: &str = "/_aws/sqs/messages";
/// In place of receipt handles: nothing was received.
const RECEIPT_HANDLE: &str = "SQS/BACKDOOR/ACCESS";
const ADDRESS: &str = "https://queue.amazonaws.com/";

/// What to show.
struct Wish {
    location: Option<Location>,
    shows_invisible: bool,
    shows_delayed: bool,
}

/// Answers in the form of ReceiveMessage, in the protocol of the client.
pub(crate) async fn answer(sqs: &Sqs, ctx: &Context, request: Request) -> Result<Response, AwsError> {
    ctx.note_operation("ListMessages");
    let wish = wish(ctx, request).await?;
    let queue = wish.location.as_ref().and_then(|location| sqs.at(location)).ok_or_else(|| no_queue(ctx))?;
    let messages = sqs.look_at(ctx.now(), &queue, |state| messages(state, &wish));
    let output = json!({ "Messages": messages });
    if ctx.protocol() == Protocol::AwsJson10 {
        let document = serde_json::to_vec(&ReceiveMessageOutput { messages: Some(messages) });
        return Ok(aws_json::write_output(ctx.protocol(), document.map_err(|error| AwsError::internal(&error))?));
    }
    Ok(aws_query::write_output(api::XML_NAMESPACE, api::ReceiveMessage::SHAPE, ctx.request_id(), &output))
}

async fn wish(ctx: &Context, request: Request) -> Result<Wish, AwsError> {
    let (head, body) = request.into_parts();
    let body = body.read(BodyPolicy::DEFAULT_LIMIT).await;
    let body = body.map_err(|_| AwsError::new(400, "IncompleteBody", "The request body could not be read."))?;
    let mut form = Form::of_query(head.uri.query().unwrap_or_default());
    let is_json = ctx.protocol() == Protocol::AwsJson10;
    let input: Value = if is_json { serde_json::from_slice(&body).unwrap_or_default() } else { Value::Null };
    if !is_json {
        form = form.and(Form::parse(&body));
    }
    let action = aws_json::operation(&head.headers).or_else(|| form.get("Action"));
    if action.is_some_and(|action| action != api::ReceiveMessage::SHAPE.name) {
        return Err(SqsError::InvalidRequest {}.into());
    }
    let is_on = |name| form.get(name).is_some_and(|value| ["true", "1"].contains(&value.to_lowercase().as_str()));
    let url = form.get("QueueUrl").or_else(|| input["QueueUrl"].as_str());
    let path = head.uri.path().trim_end_matches('/');
    let location = match (path, url) {
        (MESSAGES, None | Some("")) => None,
        (MESSAGES, Some(url)) => {
            let location = Location::parse(url, ctx.scope()).filter(|_| url.contains('/'));
            Some(location.ok_or_else(|| SqsError::InvalidAddress { address: ADDRESS.to_owned() })?)
        }
        _ => location_of(path),
    };
    Ok(Wish { location, shows_invisible: is_on("ShowInvisible"), shows_delayed: is_on("ShowDelayed") })
}

/// `/_aws/sqs/messages/{region}/{account}/{name}`.
fn location_of(path: &str) -> Option<Location> {
    let rest = path.strip_prefix(MESSAGES)?.strip_prefix('/')?;
    let mut segments = rest.splitn(3, '/');
    let region = Region::nonstandard(segments.next()?);
    let account = segments.next()?.parse().ok()?;
    Some(Location { scope: Scope::new(account, region), name: segments.next()?.to_owned() })
}

fn messages(state: &QueueState, wish: &Wish) -> Vec<api::Message> {
    let wanted = Wanted::all();
    let shown = state.messages.entries().into_iter().filter(|(entry, is_held_back)| match entry.delivery.standing {
        Standing::Ready => !is_held_back || wish.shows_invisible,
        Standing::InFlight { .. } => wish.shows_invisible,
        Standing::Delayed { .. } => wish.shows_delayed,
    });
    let tell = |(entry, _): (&Entry, bool)| {
        let mut told = wanted.tell(entry, RECEIPT_HANDLE.to_owned());
        let is_visible = !matches!(entry.delivery.standing, Standing::InFlight { .. });
        let is_delayed = matches!(entry.delivery.standing, Standing::Delayed { .. });
        let attributes = told.attributes.get_or_insert_default();
        attributes.entry("ApproximateFirstReceiveTimestamp".to_owned()).or_insert_with(|| "0".to_owned());
        let flags = [("IsVisible", wish.shows_invisible, is_visible), ("IsDelayed", wish.shows_delayed, is_delayed)];
        let flags = flags.into_iter().filter(|(_, is_shown, _)| *is_shown);
        attributes.extend(flags.map(|(name, _, is_so)| (name.to_owned(), is_so.to_string())));
        told
    };
    shown.map(tell).collect()
}
