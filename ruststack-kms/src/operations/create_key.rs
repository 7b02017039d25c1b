//! `CreateKey`.

use ruststack_core::operation::Call;

use crate::{
    Kms, access,
    api::{CreateKeyInput, CreateKeyOutput},
    error::{KmsError, invalid},
    key::{Key, NewKey},
    keys::Journaled,
    policy,
    spec::Spec,
    tagging,
};

const TWO_SPECS: &str = "Only one of KeySpec and CustomerMasterKeySpec can be specified.";

pub(super) async fn create_key(call: Call<Kms>, input: CreateKeyInput) -> Result<CreateKeyOutput, KmsError> {
    access::check_in_account(call.service(), call.ctx(), "CreateKey")?;
    check_origin(&input)?;
    if input.key_spec.is_some() && input.customer_master_key_spec.is_some() {
        return Err(invalid(TWO_SPECS));
    }
    let scope = call.scope();
    let spec = input.key_spec.as_deref().or(input.customer_master_key_spec.as_deref());
    let is_multi_region = input.multi_region == Some(true);
    let new = NewKey {
        id: if is_multi_region { format!("mrk-{}", call.ids().hex(32)) } else { call.ids().uuid() },
        spec: Spec::of_request(spec, input.key_usage.as_deref())?,
        description: input.description.unwrap_or_default(),
        is_managed: false,
        is_multi_region,
        policy: input.policy.as_deref().map(policy::parse).transpose()?.unwrap_or_else(|| policy::default(scope)),
        tags: tagging::of_request(input.tags.unwrap_or_default())?,
    };
    let key = Key::new(scope, call.now(), new)?;
    let changes = call.ctx().changes();
    let _section = changes.begin()?;
    let key = call.service().keys(scope).lock().put(Journaled { scope, changes }, key);
    Ok(CreateKeyOutput { key_metadata: Some(key.metadata(scope)) })
}

/// Material comes from KMS itself.
fn check_origin(input: &CreateKeyInput) -> Result<(), KmsError> {
    let origin = input.origin.as_deref().unwrap_or("AWS_KMS");
    if origin == "AWS_KMS" && input.custom_key_store_id.is_none() && input.xks_key_id.is_none() {
        return Ok(());
    }
    let message = "RustStack does not implement keys with imported material or in custom key stores yet.".to_owned();
    Err(KmsError::NotImplemented { message })
}
