//! `GetPublicAccessBlock`, `PutPublicAccessBlock`, `DeletePublicAccessBlock` of an account: kept and echoed.

use ruststack_core::operation::Call;

use super::{
    S3Control,
    api::{
        DeletePublicAccessBlockInput, DeletePublicAccessBlockOutput, GetPublicAccessBlockInput,
        GetPublicAccessBlockOutput, PublicAccessBlockConfiguration, PutPublicAccessBlockInput,
        PutPublicAccessBlockOutput,
    },
    check_account,
};
use crate::error::S3Error;

pub(super) async fn get_public_access_block(
    call: Call<S3Control>,
    input: GetPublicAccessBlockInput,
) -> Result<GetPublicAccessBlockOutput, S3Error> {
    let account = check_account(call.ctx(), &input.account_id)?;
    let block = call.service().blocks.get(account).lock().clone();
    let block = block.ok_or(S3Error::NoSuchAccountPublicAccessBlock { account: account.to_string() })?;
    Ok(GetPublicAccessBlockOutput { public_access_block_configuration: Some(block) })
}

// Differs from AWS: an account's public access block is kept and echoed; what it forbids is not refused yet.
pub(super) async fn put_public_access_block(
    call: Call<S3Control>,
    input: PutPublicAccessBlockInput,
) -> Result<PutPublicAccessBlockOutput, S3Error> {
    let account = check_account(call.ctx(), &input.account_id)?;
    let sent = input.public_access_block_configuration;
    if sent == PublicAccessBlockConfiguration::default() {
        return Err(S3Error::EmptyPublicAccessBlock {});
    }
    let said = |blocks: Option<bool>| Some(blocks.unwrap_or(false));
    let block = PublicAccessBlockConfiguration {
        block_public_acls: said(sent.block_public_acls),
        ignore_public_acls: said(sent.ignore_public_acls),
        block_public_policy: said(sent.block_public_policy),
        restrict_public_buckets: said(sent.restrict_public_buckets),
    };
    let _section = call.ctx().changes().begin()?;
    call.service().set_block(account, Some(block), call.ctx().changes());
    Ok(PutPublicAccessBlockOutput {})
}

pub(super) async fn delete_public_access_block(
    call: Call<S3Control>,
    input: DeletePublicAccessBlockInput,
) -> Result<DeletePublicAccessBlockOutput, S3Error> {
    let account = check_account(call.ctx(), &input.account_id)?;
    let _section = call.ctx().changes().begin()?;
    call.service().set_block(account, None, call.ctx().changes());
    Ok(DeletePublicAccessBlockOutput {})
}
