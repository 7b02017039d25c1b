//! S3 Control: what Terraform asks of every bucket (its tags, by ARN), and an account's public access block.
//!
//! A service beside S3 that acts upon S3's buckets: it shares S3's signing name and is told from it by its paths.

mod account_block;
pub mod api;
mod bucket_tags;

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use http::{HeaderName, HeaderValue, header};
use ruststack_core::{
    Request, Response,
    context::Context,
    error::AwsError,
    journal::{self, Changes, LoadError, Reader, Table},
    operation::{Call, Operations},
    scope::AccountId,
    service::{ErrorStyle, Part, Protocol, RequestIdStyle, Service, ServiceSpec, State},
    snapshot::Frozen,
};
use serde_json::Value;

use crate::{S3, access::check_in_account, after, control::api::PublicAccessBlockConfiguration, error::S3Error};

const ACCOUNT_ID: HeaderName = HeaderName::from_static("x-amz-account-id");

/// How requests are recognised as S3 Control's.
pub static SPEC: ServiceSpec = ServiceSpec {
    signing_name: "s3",
    paths: &["/v20180820/"],
    error_style: ErrorStyle { xml_namespace: Some(api::XML_NAMESPACE), ..ErrorStyle::PLAIN },
    request_id: RequestIdStyle::Short,
    ..ServiceSpec::named("s3control", &[Protocol::RestXml])
};

static TABLES: &[&Table] = &[&BLOCKS];
/// Public access blocks, by account.
static BLOCKS: Table = Table::new("s3control", "public-access-blocks", 1);

static OPERATIONS: LazyLock<Operations<S3Control>> = LazyLock::new(|| {
    Operations::new(&api::MODEL)
        .refusing_with(refusal)
        .on::<api::DeletePublicAccessBlock, _, _, _>(account_block::delete_public_access_block)
        .on::<api::GetPublicAccessBlock, _, _, _>(account_block::get_public_access_block)
        .on::<api::ListTagsForResource, _, _, _>(bucket_tags::list_tags_for_resource)
        .on::<api::PutPublicAccessBlock, _, _, _>(account_block::put_public_access_block)
        .on::<api::TagResource, _, _, _>(bucket_tags::tag_resource)
        .on::<api::UntagResource, _, _, _>(bucket_tags::untag_resource)
});

/// The service.
pub struct S3Control {
    s3: Arc<S3>,
}

impl S3Control {
    /// Acts upon the buckets of `s3`.
    pub fn of(s3: &Arc<S3>) -> Arc<Self> {
        Arc::new(Self { s3: Arc::clone(s3) })
    }
}

#[async_trait]
impl Service for S3Control {
    fn spec(&self) -> &'static ServiceSpec {
        &SPEC
    }

    async fn call(self: Arc<Self>, ctx: Context, mut request: Request) -> Result<Response, AwsError> {
        // The SDKs say the account twice, in this header and before the host's name; others may leave it out.
        let account = HeaderValue::from_str(&ctx.scope().account.to_string()).expect("digits are ASCII");
        request.headers_mut().entry(ACCOUNT_ID).or_insert(account);
        match OPERATIONS.answer(self, ctx, request).await {
            Ok(mut response) => {
                response.headers_mut().insert(header::SERVER, after::SERVER);
                Ok(response)
            }
            Err(error) => Err(error.with_header(header::SERVER, after::SERVER)),
        }
    }

    async fn request(self: Arc<Self>, ctx: Context, operation: &str, input: Value) -> Result<Value, AwsError> {
        OPERATIONS.request(self, ctx, operation, input).await
    }

    fn state(&self) -> &dyn State {
        self
    }
}

impl State for S3Control {
    /// The buckets are S3's to forget.
    fn reset(&self, part: &Part, changes: &Changes) {
        for (account, _) in self.s3.account_blocks.all().into_iter().filter(|(account, _)| part.holds(*account, None)) {
            self.set_block(account, None, changes);
        }
    }

    fn tables(&self) -> &'static [&'static Table] {
        TABLES
    }

    fn load(&self, reader: &dyn Reader) -> Result<(), LoadError> {
        journal::load(reader, &BLOCKS, |key, block: PublicAccessBlockConfiguration| {
            let account = std::str::from_utf8(key).ok().and_then(|account| account.parse().ok());
            let account = account.ok_or_else(|| LoadError::broken(&BLOCKS, key, "this is no account"))?;
            *self.s3.account_blocks.get(account).lock() = Some(account_block::of_configuration(&block));
            Ok(())
        })
    }

    fn freeze(&self) -> Option<Frozen> {
        let blocks = self.blocks();
        Some(Box::new(move |rows| {
            blocks.iter().for_each(|(account, block)| rows.put(&BLOCKS, account.to_string().into(), block));
        }))
    }
}

impl S3Control {
    fn blocks(&self) -> Vec<(AccountId, PublicAccessBlockConfiguration)> {
        let all = self.s3.account_blocks.all().into_iter();
        all.filter_map(|(account, block)| Some((account, account_block::to_configuration((*block.lock())?)))).collect()
    }

    fn set_block(&self, account: AccountId, new: Option<[bool; 4]>, changes: &Changes) {
        let block = self.s3.account_blocks.get(account);
        let mut block = block.lock();
        changes.record(|rows| match new {
            Some(new) => rows.put(&BLOCKS, account.to_string().into(), &account_block::to_configuration(new)),
            None => rows.remove(&BLOCKS, account.to_string().into()),
        });
        *block = new;
    }
}

/// Of all that the model forbids, only what is missing is refused as such; tags and ARNs have words of their own.
fn refusal(_protocol: Protocol, broken: &str) -> Option<AwsError> {
    broken.contains("Member must not be null").then(|| S3Error::MalformedXML {}.into())
}

/// An account is asked by itself, by those of it who may.
fn check_account(call: &Call<S3Control>, named: &str, action: &'static str) -> Result<AccountId, S3Error> {
    let account = own_account(call, named)?;
    check_in_account(&call.service().s3, call.ctx(), action, None)?;
    Ok(account)
}

fn own_account(call: &Call<S3Control>, named: &str) -> Result<AccountId, S3Error> {
    let account = call.ctx().scope().account;
    if named.parse() == Ok(account) { Ok(account) } else { Err(S3Error::AccessDenied {}) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_of_the_model_works() {
        assert_eq!(OPERATIONS.names(), api::OPERATIONS);
    }
}
