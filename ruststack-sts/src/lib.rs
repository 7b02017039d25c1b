//! AWS Security Token Service: who am I, and temporary credentials. The smallest service, kept exemplary.
//!
//! What it issues is known to the whole emulator: [`IssuedKeys`] is shared with the authenticator.

mod credentials;
pub mod error;
mod operations;
mod parameters;

use std::sync::Arc;

use async_trait::async_trait;
use ruststack_auth::issued_keys::IssuedKeys;
use ruststack_core::{
    Request, Response,
    body::ReadError,
    context::Context,
    error::AwsError,
    protocol::aws_query::{Form, Xml, respond},
    service::{BodyPolicy, ErrorStyle, Part, Protocol, Service, ServiceSpec, State},
};

use crate::error::StsError;

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";
const VERSION: &str = "2011-06-15";

/// How requests are recognised as STS's.
pub static SPEC: ServiceSpec = ServiceSpec {
    query_version: Some(VERSION),
    query_actions: &[
        "AssumeRole",
        "AssumeRoleWithSAML",
        "AssumeRoleWithWebIdentity",
        "AssumeRoot",
        "DecodeAuthorizationMessage",
        "GetAccessKeyInfo",
        "GetCallerIdentity",
        "GetDelegatedAccessToken",
        "GetFederationToken",
        "GetSessionToken",
        "GetWebIdentityToken",
    ],
    host_prefixes: &["sts"],
    error_style: ErrorStyle { xml_namespace: Some(NAMESPACE), ..ErrorStyle::PLAIN },
    ..ServiceSpec::named("sts", &[Protocol::AwsQuery])
};

/// What the user may set.
#[derive(Clone, Debug)]
pub struct Config {
    /// Issued keys look as AWS's do (`ASIA…`) instead of as LocalStack's (`LSIA…`).
    pub issues_aws_keys: bool,
}

/// The service.
pub struct Sts {
    config: Config,
    keys: IssuedKeys,
}

impl Sts {
    pub fn new(config: Config, keys: IssuedKeys) -> Arc<Self> {
        Arc::new(Self { config, keys })
    }
}

/// An operation: from its parameters to the writer of its result.
type Operation = fn(&Sts, &Context, &Form) -> Result<Answer, StsError>;
/// Writes an operation's result.
type Answer = Box<dyn FnOnce(&mut Xml) + Send>;

/// The operations that work; the others of [`SPEC`] answer 501.
const OPERATIONS: &[(&str, Operation)] = &[
    ("AssumeRole", operations::assume_role::assume_role),
    ("GetAccessKeyInfo", operations::get_access_key_info::get_access_key_info),
    ("GetCallerIdentity", operations::get_caller_identity::get_caller_identity),
    ("GetFederationToken", operations::get_federation_token::get_federation_token),
    ("GetSessionToken", operations::get_session_token::get_session_token),
];

#[async_trait]
impl Service for Sts {
    fn spec(&self) -> &'static ServiceSpec {
        &SPEC
    }

    async fn call(self: Arc<Self>, ctx: Context, request: Request) -> Result<Response, AwsError> {
        let (head, body) = request.into_parts();
        let body = body.read(BodyPolicy::DEFAULT_LIMIT).await.map_err(unreadable)?;
        let form = Form::of_query(head.uri.query().unwrap_or_default()).and(Form::parse(&body));
        let action = form.get("Action").ok_or(StsError::MissingAction {})?;
        ctx.note_operation(action);
        let Some((name, operation)) = OPERATIONS.iter().find(|(name, _)| *name == action) else {
            return Err(missing(action));
        };
        let answer = operation(&self, &ctx, &form)?;
        Ok(respond(NAMESPACE, name, ctx.request_id(), answer))
    }

    fn state(&self) -> &dyn State {
        self
    }
}

fn unreadable(_error: ReadError) -> AwsError {
    AwsError::new(400, "IncompleteBody", "The request body ended before it was complete.")
}

fn missing(action: &str) -> AwsError {
    if SPEC.query_actions.contains(&action) {
        return AwsError::not_implemented(format!("RustStack does not implement {action} of STS yet."));
    }
    StsError::InvalidAction { action: action.to_owned() }.into()
}

impl State for Sts {
    fn reset(&self, part: &Part) {
        self.keys.reset(|account| part.holds(account, None));
    }
}
