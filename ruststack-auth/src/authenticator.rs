//! Says who sends a request and, when verification is on, holds it to its signature.

pub mod form;
mod hosts;
mod presigned;
mod verify;

use std::{borrow::Cow, sync::Arc};

use bytes::Bytes;
use http::{header, request::Parts};
use ruststack_core::{
    clock::Timestamp,
    error::AwsError,
    identity::{Authenticate, Credential, Identity, Principal, SignatureKind},
    scope::{AccountId, Region},
    service::{BodyPolicy, Protocol, ServiceSpec, Unsigned},
};

use self::form::FormAuthenticator;
use crate::{
    credential,
    directory::{KeyUse, UserKey},
    issued_keys::{IssuedKeys, account_in_key},
    proof::BodyProof,
    query,
};

/// The secret of every key that was not issued here.
pub const COMMON_SECRET: &str = "test";

/// The content type of forms that carry files.
const FORM: &str = "multipart/form-data";

/// What the user may set; plain data.
#[derive(Clone, Debug)]
pub struct Config {
    pub mode: Mode,
    /// Services whose presigned URLs are verified even when [`Mode::Off`] says that nothing is.
    pub verified_when_presigned: Vec<&'static str>,
    /// Where we listen: a proxy may show another port than a client signed for.
    pub ports: Vec<u16>,
    /// Our names: a URL signed for one of them is sent to another, inside a container or outside.
    pub domains: Vec<String>,
    /// The account of keys that name none.
    pub default_account: AccountId,
    /// Regions that AWS does not have are taken as they are.
    pub allows_nonstandard_regions: bool,
    /// Keys as AWS issues them (`AKIA…`, `ASIA…`) name their account.
    pub has_accounts_in_aws_keys: bool,
}

/// Whether signatures are checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// They are read, not checked.
    Off,
    /// All signed requests are held to their signatures.
    SigV4,
    /// The same, and their senders to policies: what a service that decides takes unsigned, too, no other does.
    Iam,
}

/// RustStack's authenticator.
#[derive(Clone)]
pub struct Authenticator {
    config: Config,
    keys: IssuedKeys,
}

impl Authenticator {
    pub fn new(config: Config, keys: IssuedKeys) -> Self {
        Self { config, keys }
    }

    fn identify(&self, credential: &Credential<'_>) -> Identity {
        let issued = self.keys.get(&credential.access_key);
        let named = || account_in_key(&credential.access_key, self.config.has_accounts_in_aws_keys);
        let (account, principal) = match issued {
            Some(key) => (key.account, key.principal),
            None => (named().unwrap_or(self.config.default_account), Principal::Root),
        };
        Identity {
            account,
            region: credential.region.as_deref().map(|name| self.region(name)),
            access_key: Some(credential.access_key.to_string()),
            principal,
            kind: Some(credential.kind),
            is_verified: false,
            body_proof: None,
        }
    }

    /// Nobody, until the form that a streaming service may read says otherwise.
    fn unsigned(&self, head: &Parts, service: &ServiceSpec) -> Identity {
        let mut identity = Identity::anonymous(self.config.default_account);
        let content_type = head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let is_form = content_type
            .and_then(|value| value.get(..FORM.len()))
            .is_some_and(|start| start.eq_ignore_ascii_case(FORM));
        if is_form && service.body == BodyPolicy::Streaming {
            let is_verified = self.is_verified(SignatureKind::PostPolicy, service);
            let form = FormAuthenticator { authenticator: self.clone(), is_verified };
            identity.body_proof = Some(Arc::new(BodyProof::Form(form)));
        }
        identity
    }

    /// Where identities are held to policies, whoever has none gets nowhere but where they are expected.
    fn check_takes_unsigned(&self, service: &ServiceSpec, form: Option<&Bytes>) -> Result<(), AwsError> {
        let is_taken = match service.unsigned {
            Unsigned::Any => true,
            Unsigned::Actions(names) => {
                let action = form.and_then(|form| query::value(std::str::from_utf8(form).ok()?, "Action"));
                action.is_some_and(|action| names.contains(&action.as_str()))
            }
        };
        if is_taken || self.config.mode != Mode::Iam {
            return Ok(());
        }
        let text = "Request is missing Authentication Token";
        // Recorded: ScyllaDB's tests of DynamoDB.
        Err(match service.protocols.first() {
            Some(Protocol::AwsJson10 | Protocol::AwsJson11) => {
                AwsError::new(400, "MissingAuthenticationTokenException", text)
            }
            _ => AwsError::new(403, "MissingAuthenticationToken", text),
        })
    }

    fn region(&self, name: &str) -> Region {
        match Region::known(name) {
            Some(region) => region,
            None if self.config.allows_nonstandard_regions => Region::nonstandard(name),
            None => {
                tracing::warn!(region = name, "unknown region: us-east-1 is used instead");
                Region::US_EAST_1
            }
        }
    }

    fn is_verified(&self, kind: SignatureKind, service: &ServiceSpec) -> bool {
        let is_always = kind.is_presigned() && self.config.verified_when_presigned.contains(&service.name);
        self.config.mode != Mode::Off || is_always
    }

    fn note_use(&self, credential: &Credential<'_>, service: &ServiceSpec, now: Timestamp) {
        if let Some(directory) = self.keys.directory() {
            let usage = KeyUse { at: now, service: service.name, region: credential.region.as_deref() };
            directory.note_use(&credential.access_key, &usage);
        }
    }

    /// The secret of a key, and the session token that must come with it.
    fn secret(
        &self,
        access_key: &str,
        is_bare_xml: bool,
        now: Timestamp,
    ) -> Result<(Cow<'static, str>, Option<String>), AwsError> {
        match self.keys.find(access_key) {
            None if self.keys.directory().is_some_and(|directory| directory.is_deleted_key(access_key)) => {
                Err(inactive(is_bare_xml))
            }
            None => Ok((Cow::Borrowed(COMMON_SECRET), None)),
            Some(UserKey { is_active: false, .. }) => Err(inactive(is_bare_xml)),
            Some(UserKey { key, .. }) if key.expires.is_some_and(|expires| expires <= now) => {
                Err(AwsError::new(400, "ExpiredToken", "The provided token has expired."))
            }
            Some(UserKey { key, .. }) => Ok((Cow::Owned(key.secret), key.session_token)),
        }
    }
}

impl Authenticate for Authenticator {
    fn credential<'a>(&self, head: &'a Parts) -> Option<Credential<'a>> {
        credential::of_head(head)
    }

    fn authenticate(
        &self,
        head: &Parts,
        credential: Option<&Credential<'_>>,
        service: &ServiceSpec,
        body: Option<&Bytes>,
        now: Timestamp,
    ) -> Result<Identity, AwsError> {
        let Some(credential) = credential else {
            presigned::check_complete(head, service)?;
            self.check_takes_unsigned(service, body)?;
            return Ok(self.unsigned(head, service));
        };
        if credential.kind.is_presigned() {
            presigned::check_complete(head, service)?;
        }
        check_region(credential, service)?;
        let mut identity = self.identify(credential);
        if self.is_verified(credential.kind, service) {
            let (secret, token) = self.secret(&credential.access_key, service.error_style.is_bare_xml, now)?;
            let request = verify::SignedRequest { head, credential, service, body, now, config: &self.config };
            let proof = request.verify(&secret, token.as_deref())?;
            identity.is_verified = true;
            identity.body_proof = match proof {
                BodyProof::Unsigned => None,
                proof => Some(Arc::new(proof)),
            };
        }
        self.note_use(credential, service, now);
        Ok(identity)
    }
}

/// As if it were not there.
fn inactive(is_bare_xml: bool) -> AwsError {
    if is_bare_xml {
        let text = "The AWS Access Key Id you provided does not exist in our records.";
        return AwsError::new(403, "InvalidAccessKeyId", text);
    }
    AwsError::new(403, "InvalidClientTokenId", "The security token included in the request is invalid.")
}

/// S3 refuses the name that stands for all regions, which only chooses an endpoint.
fn check_region(credential: &Credential<'_>, service: &ServiceSpec) -> Result<(), AwsError> {
    if credential.region.as_deref() != Some("aws-global") || !service.error_style.is_bare_xml {
        return Ok(());
    }
    let text = "The authorization header is malformed; the region 'aws-global' is wrong; expecting 'us-east-1'";
    Err(AwsError::new(400, "AuthorizationHeaderMalformed", text).with("Region", "us-east-1"))
}
