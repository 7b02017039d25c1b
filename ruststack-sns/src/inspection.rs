//! Below `/_aws/sns/`: messages that nothing here sends, tokens, opt-outs, with LocalStack's paths and names; and the
//! certificate that signatures verify by.

use http::{HeaderValue, Method, StatusCode, header};
use ruststack_core::{
    Request, Response,
    arn::Arn,
    body::Body,
    context::Context,
    error::AwsError,
    protocol::aws_query::Form,
    scope::{AccountId, Region, Scope},
    service::BodyPolicy,
};
use serde_json::{Map, Value, json};

use crate::{
    Sns, arns,
    error::SnsError,
    kept_messages::{KeptMessage, Kind},
    phone,
    regional::Regional,
};

pub(crate) const PATHS: &str = "/_aws/sns/";
/// As AWS has it, for who maps AWS's host to us. No bucket's name has capitals.
pub(crate) const CERTIFICATES: &str = "/SimpleNotificationService-";
const TOKENS: &str = "subscription-tokens/";
const OPT_OUTS: &str = "phone-opt-outs";

/// Where messages of a kind are shown.
struct Shelf {
    path: &'static str,
    kind: Kind,
    /// The member that holds them.
    member: &'static str,
    /// The parameter that names a receiver.
    parameter: &'static str,
}

const SHELVES: [Shelf; 3] = [
    Shelf {
        path: "platform-endpoint-messages",
        kind: Kind::Push,
        member: "platform_endpoint_messages",
        parameter: "endpointArn",
    },
    Shelf { path: "sms-messages", kind: Kind::Sms, member: "sms_messages", parameter: "phoneNumber" },
    Shelf { path: "email-messages", kind: Kind::Email, member: "email_messages", parameter: "address" },
];

pub(crate) fn is_for(path: &str) -> bool {
    path.starts_with(PATHS) || path.starts_with(CERTIFICATES)
}

pub(crate) async fn answer(sns: &Sns, ctx: &Context, request: Request) -> Result<Response, AwsError> {
    ctx.note_operation("Inspect");
    let (head, body) = request.into_parts();
    let path = head.uri.path().strip_prefix(PATHS).unwrap_or_else(|| head.uri.path().trim_start_matches('/'));
    let form = Form::of_query(head.uri.query().unwrap_or_default());
    if let Some(shelf) = SHELVES.iter().find(|shelf| shelf.path == path.trim_end_matches('/')) {
        return shelf.answer(sns, ctx, &head.method, &form);
    }
    if let Some(arn) = path.strip_prefix(TOKENS) {
        return Ok(token(sns, arn));
    }
    if path == OPT_OUTS && head.method == Method::POST {
        let body = body.read(BodyPolicy::DEFAULT_LIMIT).await;
        return opt_out(sns, ctx, &body.unwrap_or_default());
    }
    certificate(sns, ctx, path).await
}

impl Shelf {
    fn answer(&self, sns: &Sns, ctx: &Context, method: &Method, form: &Form) -> Result<Response, AwsError> {
        let scope = scope_of(form.get("accountId"), form.get("region"));
        let regional = sns.regional(&scope);
        let receiver = form.get(self.parameter);
        match *method {
            Method::GET => Ok(document(StatusCode::OK, &self.shown(&regional, &scope, receiver))),
            Method::DELETE => {
                let _section = ctx.changes().begin()?;
                let is_meant = |message: &KeptMessage| {
                    message.kind == self.kind && receiver.is_none_or(|receiver| message.receiver == receiver)
                };
                regional.kept.forget(&scope, ctx.changes(), is_meant);
                Ok(empty(StatusCode::NO_CONTENT))
            }
            _ => Ok(empty(StatusCode::METHOD_NOT_ALLOWED)),
        }
    }

    /// By receiver; one that is asked for is there without messages as well.
    fn shown(&self, regional: &Regional, scope: &Scope, receiver: Option<&str>) -> Value {
        let mut by_receiver: Map<String, Value> = Map::new();
        if let Some(receiver) = receiver {
            by_receiver.insert(receiver.to_owned(), json!([]));
        }
        for message in regional.kept.of_kind(self.kind) {
            if receiver.is_some_and(|receiver| message.receiver != receiver) {
                continue;
            }
            let messages = by_receiver.entry(message.receiver.clone()).or_insert_with(|| json!([]));
            if let Value::Array(messages) = messages {
                messages.push(message.shown());
            }
        }
        json!({ self.member: by_receiver, "region": scope.region.as_str() })
    }
}

/// Those that are named, or the usual ones.
fn scope_of(account: Option<&str>, region: Option<&str>) -> Scope {
    let account = account.and_then(|text| text.parse().ok()).unwrap_or(AccountId::DEFAULT);
    Scope::new(account, region.map_or(Region::US_EAST_1, Region::nonstandard))
}

/// The token of a subscription whose endpoint cannot be reached from here.
fn token(sns: &Sns, text: &str) -> Response {
    let refused = |status, error: &str| document(status, &json!({"error": error, "subscription_arn": text}));
    let arn: Option<Arn> = text.parse().ok();
    let Some((arn, scope)) = arn.and_then(|arn| arns::scope_of(&arn).map(|scope| (arn, scope))) else {
        return refused(StatusCode::BAD_REQUEST, "The provided SubscriptionARN is invalid");
    };
    let regional = sns.regional(&scope);
    let token = regional.topics.look(|held| held.subscription(&arn).ok().and_then(|found| found.token.clone()));
    match token {
        Some(token) => document(StatusCode::OK, &json!({"subscription_token": token, "subscription_arn": text})),
        None => refused(StatusCode::NOT_FOUND, "The provided SubscriptionARN is not found"),
    }
}

/// As if somebody answered a text message with `STOP`.
fn opt_out(sns: &Sns, ctx: &Context, body: &[u8]) -> Result<Response, AwsError> {
    let wish: Value = serde_json::from_slice(body).unwrap_or_default();
    let number = wish["phoneNumber"].as_str().unwrap_or_default();
    phone::check(number)?;
    let scope = scope_of(wish["accountId"].as_str(), wish["region"].as_str());
    sns.regional(&scope).sms.change(ctx, &scope, |settings| {
        settings.opted_out.insert(number.to_owned());
        Ok::<_, SnsError>(())
    })?;
    Ok(document(StatusCode::OK, &json!({})))
}

async fn certificate(sns: &Sns, ctx: &Context, path: &str) -> Result<Response, AwsError> {
    let key = sns.carrier.signer.key_or_new(ctx).await?;
    if path != key.file_name() {
        return Ok(empty(StatusCode::NOT_FOUND));
    }
    let mut response = Response::new(Body::from(key.certificate().to_owned()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-pem-file"));
    Ok(response)
}

fn document(status: StatusCode, document: &Value) -> Response {
    let mut response = Response::new(Body::from(document.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn empty(status: StatusCode) -> Response {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
}
