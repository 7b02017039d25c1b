//! `GetAccessKeyInfo`: whose account an access key belongs to.

use ruststack_auth::issued_keys::account_in_key;
use ruststack_core::{context::Context, protocol::aws_query::Form, scope::AccountId};

use crate::{Answer, Sts, error::StsError, parameters};

pub(crate) fn get_access_key_info(sts: &Sts, _ctx: &Context, form: &Form) -> Result<Answer, StsError> {
    let key = parameters::required(form, "AccessKeyId")?;
    let issued = sts.keys.get(key).map(|key| key.account);
    let account = issued.or_else(|| account_in_key(key, true)).unwrap_or(AccountId::DEFAULT);
    Ok(Box::new(move |xml| {
        xml.text("Account", &account.to_string());
    }))
}
