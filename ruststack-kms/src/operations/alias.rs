//! `CreateAlias`, `UpdateAlias`, `DeleteAlias`.

use ruststack_core::operation::{Call, Operation};

use crate::{
    Kms, access,
    api::{
        CreateAlias, CreateAliasInput, CreateAliasOutput, DeleteAlias, DeleteAliasInput, DeleteAliasOutput,
        UpdateAlias, UpdateAliasInput, UpdateAliasOutput,
    },
    error::{KmsError, invalid},
    found::Found,
    keys::{Alias, Journaled},
    reference::{ALIAS, MANAGED_ALIAS, Name, Reference},
};

/// Recorded: test_create_alias, 2023-04-13.
const NO_PREFIX: &str = "Alias must start with the prefix \"alias/\". Please see \
                         https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html";
const NO_KEY: &str = "Aliases must refer to keys. Not aliases";

pub(super) async fn create_alias(call: Call<Kms>, input: CreateAliasInput) -> Result<CreateAliasOutput, KmsError> {
    let name = input.alias_name;
    check_name(&name)?;
    let key_id = target::<CreateAlias>(&call, &input.target_key_id)?;
    let (scope, changes, now) = (call.scope(), call.ctx().changes(), call.now());
    let _section = changes.begin()?;
    let keys = call.service().keys(scope);
    let mut contents = keys.lock();
    if contents.alias(&name).is_some() {
        return Err(KmsError::AlreadyExistsException { arn: named(&call, &name).arn() });
    }
    contents.put_alias(Journaled { scope, changes }, name, Alias { key_id, created_at: now, updated_at: now });
    Ok(CreateAliasOutput {})
}

// Differs from AWS: UpdateAlias lets an alias of KMS go over to a key for something else.
pub(super) async fn update_alias(call: Call<Kms>, input: UpdateAliasInput) -> Result<UpdateAliasOutput, KmsError> {
    let name = input.alias_name;
    check_name(&name)?;
    let reference = named(&call, &name);
    Found::of_reference(&call, &reference, UpdateAlias::SHAPE.name)?;
    let key_id = target::<UpdateAlias>(&call, &input.target_key_id)?;
    let (scope, changes) = (call.scope(), call.ctx().changes());
    let _section = changes.begin()?;
    let keys = call.service().keys(scope);
    let mut contents = keys.lock();
    let old = contents.alias(&name).ok_or_else(|| reference.not_found())?;
    let alias = Alias { key_id, created_at: old.created_at, updated_at: call.now() };
    contents.put_alias(Journaled { scope, changes }, name, alias);
    Ok(UpdateAliasOutput {})
}

pub(super) async fn delete_alias(call: Call<Kms>, input: DeleteAliasInput) -> Result<DeleteAliasOutput, KmsError> {
    let name = input.alias_name;
    check_name(&name)?;
    let reference = named(&call, &name);
    Found::of_reference(&call, &reference, DeleteAlias::SHAPE.name)?;
    let (scope, changes) = (call.scope(), call.ctx().changes());
    let _section = changes.begin()?;
    let keys = call.service().keys(scope);
    let mut contents = keys.lock();
    contents.alias(&name).ok_or_else(|| reference.not_found())?;
    contents.remove_alias(Journaled { scope, changes }, &name);
    Ok(DeleteAliasOutput {})
}

fn named(call: &Call<Kms>, name: &str) -> Reference {
    Reference { scope: call.scope().clone(), name: Name::Alias(name.to_owned()) }
}

fn check_name(name: &str) -> Result<(), KmsError> {
    match name {
        name if name.starts_with(MANAGED_ALIAS) => Err(KmsError::NotAuthorizedException {}),
        name if name.len() > ALIAS.len() && name.starts_with(ALIAS) => Ok(()),
        _ => Err(invalid(NO_PREFIX)),
    }
}

/// The id of the key that an alias is to name, which is in the same account.
fn target<O: Operation>(call: &Call<Kms>, text: &str) -> Result<String, KmsError> {
    let reference = Reference::parse(text, call.scope())?;
    if matches!(reference.name, Name::Alias(_)) {
        return Err(invalid(NO_KEY));
    }
    let found = Found::of_reference(call, &reference, O::SHAPE.name)?;
    if found.scope != *call.scope() || found.key.is_managed {
        return Err(access::denied_by_key(call.ctx(), O::SHAPE.name, &found.key.arn));
    }
    found.key.check_not_pending_deletion()?;
    Ok(found.key.id.clone())
}
