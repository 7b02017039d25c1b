//! Who sends a request: the credential it shows, and the identity behind it.
//!
//! Parsing and verifying signatures is `ruststack-auth`'s; here are the types that the gateway and services speak of.

use std::{any::Any, borrow::Cow, sync::Arc};

use bytes::Bytes;
use http::request::Parts;
use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    error::AwsError,
    scope::{AccountId, Partition, Region},
    service::ServiceSpec,
};

/// The way a request was signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SignatureKind {
    SigV4Header,
    SigV4Query,
    SigV4aHeader,
    SigV4aQuery,
    SigV2Header,
    SigV2Query,
    /// A form's policy is signed.
    PostPolicy,
    Bearer,
}

impl SignatureKind {
    /// Somebody else may send it than who signed it.
    pub fn is_presigned(self) -> bool {
        matches!(self, Self::SigV4Query | Self::SigV4aQuery | Self::SigV2Query | Self::PostPolicy)
    }
}

/// What a request says of its sender, unproven.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Credential<'a> {
    pub kind: SignatureKind,
    pub access_key: Cow<'a, str>,
    /// `YYYYMMDD` of the credential scope.
    pub date: Option<Cow<'a, str>>,
    /// Region of the credential scope; of SigV4A the first of `X-Amz-Region-Set`.
    pub region: Option<Cow<'a, str>>,
    /// Signing name of the credential scope.
    pub service: Option<Cow<'a, str>>,
}

/// The principal behind a request.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Principal {
    /// Unsigned.
    Anonymous,
    /// The account itself: every key that we did not issue.
    Root,
    User {
        name: String,
        #[serde(default = "root_path")]
        path: String,
        id: String,
    },
    AssumedRole {
        role: String,
        /// Of the role.
        #[serde(default = "root_path")]
        path: String,
        role_id: String,
        session: String,
    },
    FederatedUser {
        name: String,
    },
}

/// Of who has no other, and in what was kept before there were any.
fn root_path() -> String {
    "/".to_owned()
}

/// Who sends a request, and how we know.
#[derive(Clone)]
pub struct Identity {
    pub account: AccountId,
    /// Region of the credential's scope, if it names one.
    pub region: Option<Region>,
    pub access_key: Option<String>,
    pub principal: Principal,
    pub kind: Option<SignatureKind>,
    /// True when the signature was checked, not only read.
    pub is_verified: bool,
    /// What is needed to verify a streamed body against its signature; the authenticator's own type.
    pub body_proof: Option<Arc<dyn Any + Send + Sync>>,
}

impl Identity {
    pub fn anonymous(account: AccountId) -> Self {
        Self {
            account,
            region: None,
            access_key: None,
            principal: Principal::Anonymous,
            kind: None,
            is_verified: false,
            body_proof: None,
        }
    }

    /// The ARN that `GetCallerIdentity` and event records show.
    pub fn arn(&self, partition: Partition) -> String {
        let account = self.account;
        match &self.principal {
            Principal::Anonymous => format!("arn:{partition}:iam::{account}:anonymous"),
            Principal::Root => format!("arn:{partition}:iam::{account}:root"),
            Principal::User { name, path, .. } => format!("arn:{partition}:iam::{account}:user{path}{name}"),
            Principal::AssumedRole { role, session, .. } => {
                format!("arn:{partition}:sts::{account}:assumed-role/{role}/{session}")
            }
            Principal::FederatedUser { name } => format!("arn:{partition}:sts::{account}:federated-user/{name}"),
        }
    }
}

/// Reads a request's credential and, when verification is on, checks its signature.
pub trait Authenticate: Send + Sync {
    /// The credential a request shows, found in its head alone; used to find the service.
    fn credential<'a>(&self, head: &'a Parts) -> Option<Credential<'a>>;

    /// Says who sends the request.
    ///
    /// `body` is at hand for services that buffer; for streaming ones it is `None`, and what verifies the stream is
    /// left in [`Identity::body_proof`].
    fn authenticate(
        &self,
        head: &Parts,
        credential: Option<&Credential<'_>>,
        service: &ServiceSpec,
        body: Option<&Bytes>,
        now: Timestamp,
    ) -> Result<Identity, AwsError>;
}
