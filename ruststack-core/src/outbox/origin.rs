//! Where a parcel comes from: as much of the context of its cause as outlives the request.

use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    context::{Context, Endpoint, NewContext},
    identity::{Identity, Principal},
    scope::Scope,
    service::{Protocol, Runtime},
};

/// The circumstances in which a parcel was posted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Origin {
    pub request_id: String,
    /// The operation of the client's request that it goes back to.
    pub operation: Option<String>,
    pub scope: Scope,
    pub hops: u8,
    pub trace_id: Option<String>,
    /// How the client reached us.
    pub host: String,
    pub is_tls: bool,
    /// In milliseconds.
    posted_at: i64,
}

impl Origin {
    pub(super) fn of(ctx: &Context) -> Self {
        Self {
            request_id: ctx.request_id().to_owned(),
            operation: ctx.cause_operation().map(str::to_owned),
            scope: ctx.scope().clone(),
            hops: ctx.hops(),
            trace_id: ctx.trace_id().map(str::to_owned),
            host: ctx.endpoint().host.clone(),
            is_tls: ctx.endpoint().scheme == "https",
            posted_at: ctx.now().millis(),
        }
    }

    pub fn posted_at(&self) -> Timestamp {
        Timestamp::from_millis(self.posted_at)
    }

    /// The same circumstances for work that nobody waits for.
    pub(super) fn context(&self, runtime: &Runtime) -> Context {
        let new = NewContext {
            request_id: self.request_id.clone(),
            scope: self.scope.clone(),
            identity: Identity { principal: Principal::Root, ..Identity::anonymous(self.scope.account) },
            protocol: Protocol::AwsJson10,
            endpoint: Endpoint { scheme: if self.is_tls { "https" } else { "http" }, host: self.host.clone() },
            trace_id: self.trace_id.clone(),
            hops: self.hops,
            runtime: runtime.clone(),
        };
        Context::caused_by(new, self.operation.clone())
    }
}
