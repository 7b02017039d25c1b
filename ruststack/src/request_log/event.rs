//! One record, as CloudTrail writes it.
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>

mod user_identity;

use std::borrow::Cow;

use axum::http::{HeaderMap, header, request::Parts};
use ruststack_core::{
    Response,
    context::{Context, Peer, Tls},
    gateway::Outcome,
    identity::Principal,
    record::{Details, Resource, is_read},
    service::{Runtime, ServiceSpec},
};
use serde::Serialize;
use serde_json::{Value, json};

use user_identity::user_identity;

const VERSION: &str = "1.11";
/// Parameters and answers that are longer are left out. Bytes.
const MAX_ELEMENT: usize = 100 * 1024;
/// CloudTrail cuts what clients say of themselves. Bytes.
const MAX_USER_AGENT: usize = 1024;
/// And what errors say. Bytes.
const MAX_ERROR_MESSAGE: usize = 1024;

/// What a request's head says of who sends it.
pub(super) struct Sender {
    address: Option<Peer>,
    user_agent: Option<String>,
    host: Option<String>,
    tls: Option<Tls>,
}

impl Sender {
    pub(super) fn of(head: &Parts) -> Self {
        Self {
            address: head.extensions.get().copied(),
            user_agent: text(&head.headers, header::USER_AGENT.as_str()),
            host: text(&head.headers, header::HOST.as_str()).or_else(|| head.uri.host().map(str::to_owned)),
            tls: head.extensions.get().copied(),
        }
    }
}

/// In CloudTrail's order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event<'e> {
    event_version: &'static str,
    user_identity: Value,
    event_time: String,
    event_source: String,
    event_name: Cow<'e, str>,
    aws_region: Option<&'e str>,
    #[serde(rename = "sourceIPAddress")]
    source_ip_address: Option<String>,
    user_agent: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<&'e str>,
    request_parameters: Value,
    response_elements: Value,
    #[serde(skip_serializing_if = "Value::is_null")]
    additional_event_data: Value,
    #[serde(rename = "requestID")]
    request_id: &'e str,
    #[serde(rename = "eventID")]
    event_id: String,
    read_only: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resources: Vec<Resource>,
    event_type: &'static str,
    management_event: bool,
    recipient_account_id: Option<String>,
    event_category: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_details: Option<TlsDetails<'e>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TlsDetails<'e> {
    tls_version: &'static str,
    cipher_suite: &'static str,
    client_provided_host_header: Option<&'e str>,
}

/// One line, without its break.
pub(super) fn render(
    spec: &ServiceSpec,
    outcome: &Outcome,
    details: Details,
    sender: &Sender,
    response: &Response,
    runtime: &Runtime,
) -> String {
    let ctx = details.ctx.as_ref().or(outcome.ctx.as_ref());
    let operation = ctx.and_then(Context::operation);
    let error = outcome.error.as_ref();
    let event = Event {
        event_version: VERSION,
        user_identity: ctx.map_or_else(|| json!({ "type": "Unknown" }), user_identity),
        event_time: runtime.clock.now().to_iso_8601(),
        event_source: format!("{}.amazonaws.com", spec.signing_name),
        // Differs from AWS: CloudTrail does not record what came to no operation.
        event_name: details.event_name.unwrap_or_else(|| operation.unwrap_or("Unknown").into()),
        aws_region: ctx.map(|ctx| ctx.scope().region.as_str()),
        source_ip_address: sender.address.map(|peer| peer.0.to_string()),
        user_agent: details
            .user_agent
            .as_deref()
            .or(sender.user_agent.as_deref())
            .map(|agent| cut(agent, MAX_USER_AGENT)),
        error_code: error.map(|error| error.code()),
        error_message: error.map(|error| cut(error.message(), MAX_ERROR_MESSAGE)).filter(|message| !message.is_empty()),
        request_parameters: unless_too_long(details.request_parameters),
        response_elements: unless_too_long(if error.is_none() { details.response_elements } else { Value::Null }),
        additional_event_data: with_ids(details.additional_event_data, response, sender.tls),
        request_id: &outcome.request_id,
        event_id: runtime.ids.uuid(),
        read_only: details.is_read_only || operation.is_some_and(is_read),
        recipient_account_id: recipient(ctx, &details.resources),
        resources: details.resources,
        event_type: "AwsApiCall",
        management_event: !details.is_data,
        event_category: if details.is_data { "Data" } else { "Management" },
        tls_details: sender.tls.map(|tls| TlsDetails {
            tls_version: tls.version,
            cipher_suite: tls.cipher_suite,
            client_provided_host_header: sender.host.as_deref(),
        }),
    };
    serde_json::to_string(&event).expect("a record is plain data")
}

/// The account whose trail it would be in; of senders without one, that of what they ask for.
fn recipient(ctx: Option<&Context>, resources: &[Resource]) -> Option<String> {
    let is_known = |ctx: &&Context| ctx.identity().principal != Principal::Anonymous;
    let sender = ctx.filter(is_known).map(|ctx| ctx.scope().account.to_string());
    sender.or_else(|| resources.iter().find_map(|resource| resource.account.clone()))
}

/// What only the answer's head and the connection tell, for services that have such data.
fn with_ids(mut data: Value, response: &Response, tls: Option<Tls>) -> Value {
    if let Value::Object(members) = &mut data {
        if let Some(tls) = tls {
            members.insert("CipherSuite".to_owned(), tls.cipher_suite.into());
        }
        if let Some(id) = text(response.headers(), "x-amz-id-2") {
            members.insert("x-amz-id-2".to_owned(), id.into());
        }
    }
    data
}

fn unless_too_long(element: Value) -> Value {
    let length = if element.is_null() { 0 } else { element.to_string().len() };
    if length <= MAX_ELEMENT { element } else { json!({ "omitted": true, "originalSize": length }) }
}

fn cut(text: &str, length: usize) -> &str {
    &text[..text.floor_char_boundary(length)]
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}
