//! `GetPublicAccessBlock`, `PutPublicAccessBlock`, `DeletePublicAccessBlock` of an account: kept and echoed.

use http::StatusCode;
use ruststack_core::{Response, context::Context, error::AwsError};
use s3s::{
    dto::PublicAccessBlockConfiguration,
    xml::{Deserialize as _, Deserializer},
};

use super::{S3Control, answer_with, empty};
use crate::error::S3Error;

/// What is switched on, in the order of [`NAMES`].
pub(super) type AccountBlock = [bool; 4];

const NAMES: [&str; 4] = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];

impl S3Control {
    pub(super) fn public_access_block(&self, ctx: &Context) -> Result<Response, AwsError> {
        let account = ctx.scope().account;
        let block = *self.blocks.get(account).lock();
        let block = block.ok_or(S3Error::NoSuchAccountPublicAccessBlock { account: account.to_string() })?;
        let members: String =
            NAMES.iter().zip(block).map(|(name, blocks)| format!("<{name}>{blocks}</{name}>")).collect();
        Ok(answer_with("PublicAccessBlockConfiguration", &members))
    }

    // Differs from AWS: an account's public access block is kept and echoed; what it forbids is not refused yet.
    pub(super) fn put_public_access_block(&self, ctx: &Context, document: &[u8]) -> Result<Response, AwsError> {
        let mut reader = Deserializer::new(document);
        let sent = PublicAccessBlockConfiguration::deserialize(&mut reader).and_then(|sent| {
            reader.expect_eof()?;
            Ok(sent)
        });
        let sent = sent.map_err(|_| S3Error::MalformedXML {})?;
        let block =
            [sent.block_public_acls, sent.ignore_public_acls, sent.block_public_policy, sent.restrict_public_buckets];
        if block.iter().all(Option::is_none) {
            return Err(S3Error::EmptyPublicAccessBlock {}.into());
        }
        let block = block.map(|blocks| blocks.unwrap_or(false));
        *self.blocks.get(ctx.scope().account).lock() = Some(block);
        Ok(empty(StatusCode::OK))
    }

    pub(super) fn delete_public_access_block(&self, ctx: &Context) -> Response {
        *self.blocks.get(ctx.scope().account).lock() = None;
        empty(StatusCode::NO_CONTENT)
    }
}
