//! `GetPublicAccessBlock`, `PutPublicAccessBlock`, `DeletePublicAccessBlock` of an account: it counts for all its
//! buckets, as `public_access.rs` says.

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

/// Asked for by deletions, too.
const PUT: &str = "s3:PutAccountPublicAccessBlock";

pub(super) async fn get_public_access_block(
    call: Call<S3Control>,
    input: GetPublicAccessBlockInput,
) -> Result<GetPublicAccessBlockOutput, S3Error> {
    let account = check_account(&call, &input.account_id, "s3:GetAccountPublicAccessBlock")?;
    let block = *call.service().s3.account_blocks.get(account).lock();
    let block = block.ok_or(S3Error::NoSuchAccountPublicAccessBlock { account: account.to_string() })?;
    Ok(GetPublicAccessBlockOutput { public_access_block_configuration: Some(to_configuration(block)) })
}

pub(super) async fn put_public_access_block(
    call: Call<S3Control>,
    input: PutPublicAccessBlockInput,
) -> Result<PutPublicAccessBlockOutput, S3Error> {
    let account = check_account(&call, &input.account_id, PUT)?;
    let sent = input.public_access_block_configuration;
    if sent == PublicAccessBlockConfiguration::default() {
        return Err(S3Error::EmptyPublicAccessBlock {});
    }
    let _section = call.ctx().changes().begin()?;
    call.service().set_block(account, Some(of_configuration(&sent)), call.ctx().changes());
    Ok(PutPublicAccessBlockOutput {})
}

pub(super) async fn delete_public_access_block(
    call: Call<S3Control>,
    input: DeletePublicAccessBlockInput,
) -> Result<DeletePublicAccessBlockOutput, S3Error> {
    let account = check_account(&call, &input.account_id, PUT)?;
    let _section = call.ctx().changes().begin()?;
    call.service().set_block(account, None, call.ctx().changes());
    Ok(DeletePublicAccessBlockOutput {})
}

/// In the order of a bucket's; what is not said is false.
pub(super) fn of_configuration(said: &PublicAccessBlockConfiguration) -> [bool; 4] {
    let block =
        [said.block_public_acls, said.ignore_public_acls, said.block_public_policy, said.restrict_public_buckets];
    block.map(|blocks| blocks.unwrap_or(false))
}

pub(super) fn to_configuration(block: [bool; 4]) -> PublicAccessBlockConfiguration {
    let [block_public_acls, ignore_public_acls, block_public_policy, restrict_public_buckets] = block.map(Some);
    PublicAccessBlockConfiguration {
        block_public_acls,
        ignore_public_acls,
        block_public_policy,
        restrict_public_buckets,
    }
}
