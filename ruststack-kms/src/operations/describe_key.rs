//! `DescribeKey`.

use ruststack_core::operation::Call;

use crate::{
    Kms,
    api::{DescribeKey, DescribeKeyInput, DescribeKeyOutput},
    error::KmsError,
    found::Found,
};

pub(super) async fn describe_key(call: Call<Kms>, input: DescribeKeyInput) -> Result<DescribeKeyOutput, KmsError> {
    let found = Found::of::<DescribeKey>(&call, &input.key_id)?;
    Ok(DescribeKeyOutput { key_metadata: Some(found.key.metadata(&found.scope)) })
}
