//! `GetAccessKeyInfo`: whose account an access key belongs to.

use ruststack_auth::issued_keys::account_in_key;
use ruststack_core::{operation::Call, scope::AccountId};

use crate::{
    Sts,
    api::{GetAccessKeyInfoInput, GetAccessKeyInfoOutput},
    error::StsError,
};

pub(super) async fn get_access_key_info(
    call: Call<Sts>,
    input: GetAccessKeyInfoInput,
) -> Result<GetAccessKeyInfoOutput, StsError> {
    let key = &input.access_key_id;
    let issued = call.service().keys.get(key).map(|key| key.account);
    let account = issued.or_else(|| account_in_key(key, true)).unwrap_or(AccountId::DEFAULT);
    Ok(GetAccessKeyInfoOutput { account: Some(account.to_string()) })
}
