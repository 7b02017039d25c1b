//! A key that a call named, once it is found and the caller may use it so.

use std::sync::Arc;

use ruststack_core::{
    operation::{Call, Operation},
    scope::Scope,
};

use crate::{
    Kms, access,
    error::KmsError,
    key::{Key, NewKey},
    keys::{Alias, Journaled, Keys},
    policy,
    reference::{MANAGED_ALIAS, Name, Reference},
    spec::Spec,
};

/// The services that have a key of AWS's, made when it is first used, and what AWS says of it.
const MANAGED: [(&str, &str); 10] = [
    ("dynamodb", "Default key that protects my DynamoDB data when no other key is defined"),
    ("ebs", "Default key that protects my EBS volumes when no other key is defined"),
    ("kinesis", "Default key that protects my Kinesis data when no other key is defined"),
    ("lambda", "Default key that protects my Lambda functions when no other key is defined"),
    ("rds", "Default key that protects my RDS database volumes when no other key is defined"),
    ("s3", "Default key that protects my S3 objects when no other key is defined"),
    ("secretsmanager", "Default key that protects my Secrets Manager data when no other key is defined"),
    ("sns", "Default key that protects my SNS data when no other key is defined"),
    ("sqs", "Default key that protects my SQS messages when no other key is defined"),
    ("ssm", "Default key that protects my SSM parameters when no other key is defined"),
];

pub(crate) struct Found {
    pub(crate) key: Arc<Key>,
    pub(crate) scope: Scope,
    keys: Arc<Keys>,
    operation: &'static str,
}

impl Found {
    /// By id, alias, or the ARN of either.
    pub(crate) fn of<O: Operation>(call: &Call<Kms>, text: &str) -> Result<Self, KmsError> {
        Self::of_reference(call, &Reference::parse(text, call.scope())?, O::SHAPE.name)
    }

    /// By id or its ARN: aliases are not taken everywhere.
    pub(crate) fn of_key<O: Operation>(call: &Call<Kms>, text: &str) -> Result<Self, KmsError> {
        Self::of_reference(call, &Reference::parse_key(text, call.scope())?, O::SHAPE.name)
    }

    /// For an operation of which the permission may have another name.
    pub(crate) fn of_reference(
        call: &Call<Kms>,
        reference: &Reference,
        operation: &'static str,
    ) -> Result<Self, KmsError> {
        let (kms, ctx) = (call.service(), call.ctx());
        let owner = reference.scope.account;
        let keys = kms.keys_now(ctx, &reference.scope)?;
        let key = find(call, &keys, reference)?;
        let arn = key.as_ref().map_or_else(|| reference.arn(), |key| key.arn.clone());
        // Whether there is such a key is told only to whose it would be.
        if key.is_some() || owner != ctx.scope().account {
            access::check(kms, ctx, operation, &arn, owner, key.as_deref())?;
        }
        let key = key.ok_or_else(|| reference.not_found())?;
        Ok(Self { key, scope: reference.scope.clone(), keys, operation })
    }

    /// Changes the key, if `work` succeeds.
    pub(crate) fn change<T>(
        &self,
        call: &Call<Kms>,
        work: impl FnOnce(&mut Key) -> Result<T, KmsError>,
    ) -> Result<T, KmsError> {
        if self.key.is_managed {
            return Err(access::denied_by_key(call.ctx(), self.operation, &self.key.arn));
        }
        let changes = call.ctx().changes();
        let _section = changes.begin()?;
        let mut contents = self.keys.lock();
        let gone = || Reference { scope: self.scope.clone(), name: Name::Id(self.key.id.clone()) }.not_found();
        let mut key = Key::clone(contents.key(&self.key.id).ok_or_else(gone)?);
        let done = work(&mut key)?;
        contents.put(Journaled { scope: &self.scope, changes }, key);
        Ok(done)
    }
}

fn find(call: &Call<Kms>, keys: &Keys, reference: &Reference) -> Result<Option<Arc<Key>>, KmsError> {
    match &reference.name {
        Name::Id(id) => Ok(keys.lock().key(id).cloned()),
        Name::Alias(name) => match by_alias(keys, name) {
            None => make_managed(call, keys, reference, name),
            found => Ok(found),
        },
    }
}

fn by_alias(keys: &Keys, name: &str) -> Option<Arc<Key>> {
    let contents = keys.lock();
    contents.alias(name).and_then(|alias| contents.key(&alias.key_id)).cloned()
}

/// The key of AWS's for a service, if `name` is the alias of one: made in the caller's own account alone.
fn make_managed(
    call: &Call<Kms>,
    keys: &Keys,
    reference: &Reference,
    name: &str,
) -> Result<Option<Arc<Key>>, KmsError> {
    let service = name.strip_prefix(MANAGED_ALIAS).filter(|_| reference.scope == *call.scope());
    let Some((_, description)) = MANAGED.iter().find(|(managed, _)| Some(*managed) == service) else { return Ok(None) };
    let new = NewKey {
        id: call.ids().uuid(),
        spec: Spec::Symmetric,
        description: (*description).to_owned(),
        is_managed: true,
        is_multi_region: false,
        policy: policy::default(&reference.scope),
        tags: Vec::new(),
    };
    let (now, changes) = (call.now(), call.ctx().changes());
    let made = Key::new(&reference.scope, now, new)?;
    let _section = changes.begin()?;
    let mut contents = keys.lock();
    // Somebody else may have made it meanwhile.
    if let Some(found) = contents.alias(name).and_then(|alias| contents.key(&alias.key_id)) {
        return Ok(Some(Arc::clone(found)));
    }
    let at = Journaled { scope: &reference.scope, changes };
    let key = contents.put(at, made);
    let alias = Alias { key_id: key.id.clone(), created_at: now, updated_at: now };
    contents.put_alias(at, name.to_owned(), alias);
    Ok(Some(key))
}
