//! One key: what it is, what it is made of, and the states it goes through.

use ruststack_auth::policy::stored::StoredPolicy;
use ruststack_core::{clock::Timestamp, scope::Scope, tags::Tags};
use serde::{Deserialize, Serialize};

use crate::{
    api::{KeyMetadata, MultiRegionConfiguration, MultiRegionKey},
    error::KmsError,
    grant::Grant,
    limits::{MAX_ON_DEMAND_ROTATIONS, days},
    material::{Ciphertext, EncryptionContext, Material, Rotated},
    spec::{SYMMETRIC, Spec, Usage},
};

/// Rotations that a clock moved very far ahead makes up for.
const MAX_ROTATIONS_AT_ONCE: usize = 100;

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) spec: Spec,
    pub(crate) description: String,
    pub(crate) created_at: Timestamp,
    pub(crate) is_enabled: bool,
    pub(crate) deletion: Option<Deletion>,
    /// AWS made it, for a service of its own.
    pub(crate) is_managed: bool,
    pub(crate) is_multi_region: bool,
    pub(crate) policy: StoredPolicy,
    pub(crate) tags: Tags,
    pub(crate) rotation: Option<Rotation>,
    /// The last one encrypts, all of them decrypt.
    materials: Vec<Material>,
    pub(crate) grants: Vec<Grant>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Deletion {
    pub(crate) at: Timestamp,
    pub(crate) window_days: i32,
}

/// Of its material, once in so many days.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Rotation {
    pub(crate) period_days: i32,
    pub(crate) next_at: Timestamp,
}

impl Rotation {
    pub(crate) fn new(period_days: i32, now: Timestamp) -> Self {
        Self { period_days, next_at: now.plus(days(period_days)) }
    }
}

/// What a new key is made of.
pub(crate) struct NewKey {
    pub(crate) id: String,
    pub(crate) spec: Spec,
    pub(crate) description: String,
    pub(crate) is_managed: bool,
    pub(crate) is_multi_region: bool,
    pub(crate) policy: StoredPolicy,
    pub(crate) tags: Tags,
}

impl Key {
    pub(crate) fn new(scope: &Scope, now: Timestamp, new: NewKey) -> Result<Self, KmsError> {
        let arn = arn(scope, &new.id);
        let NewKey { id, spec, description, is_managed, is_multi_region, policy, tags } = new;
        // AWS rotates the keys that are its own.
        let rotation = is_managed.then(|| Rotation::new(crate::limits::DEFAULT_ROTATION_DAYS, now));
        Ok(Self {
            id,
            arn,
            spec,
            description,
            created_at: now,
            is_enabled: true,
            deletion: None,
            is_managed,
            is_multi_region,
            policy,
            tags,
            rotation,
            materials: vec![spec.generate()?],
            grants: Vec::new(),
        })
    }

    /// When something becomes of it by itself.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        match self.deletion {
            Some(deletion) => Some(deletion.at),
            // Keys that are switched off are not rotated until they are on again.
            None => self.rotation.filter(|_| self.is_enabled).map(|rotation| rotation.next_at),
        }
    }

    pub(crate) fn is_gone(&self, now: Timestamp) -> bool {
        self.deletion.is_some_and(|deletion| deletion.at <= now)
    }

    /// Takes new material as often as it was due until now.
    pub(crate) fn rotate_until(&mut self, now: Timestamp) -> Result<(), KmsError> {
        for _ in 0..MAX_ROTATIONS_AT_ONCE {
            let due = self.rotation.filter(|rotation| self.is_enabled && rotation.next_at <= now);
            let Some(rotation) = due else { return Ok(()) };
            let rotated = Rotated { at: rotation.next_at, is_on_demand: false };
            self.materials.push(Material::generate_aes(Some(rotated))?);
            self.rotation = Some(Rotation::new(rotation.period_days, rotation.next_at));
        }
        self.rotation = self.rotation.map(|rotation| Rotation::new(rotation.period_days, now));
        Ok(())
    }

    pub(crate) fn rotate_on_demand(&mut self, now: Timestamp) -> Result<(), KmsError> {
        let is_on_demand = |material: &&Material| material.rotation.is_some_and(|rotated| rotated.is_on_demand);
        if self.materials.iter().filter(is_on_demand).count() >= MAX_ON_DEMAND_ROTATIONS {
            let message = format!(
                "The on-demand rotations limit has been reached for the given keyId. No more on-demand rotations can be \
                 performed for this key: {}",
                self.arn
            );
            return Err(KmsError::LimitExceededException { message });
        }
        self.materials.push(Material::generate_aes(Some(Rotated { at: now, is_on_demand: true }))?);
        Ok(())
    }

    /// From the first to the current one.
    pub(crate) fn materials(&self) -> &[Material] {
        &self.materials
    }

    pub(crate) fn material(&self) -> &Material {
        self.materials.last().expect("a key has material from the beginning")
    }

    pub(crate) fn encrypt(&self, plaintext: &[u8], context: &EncryptionContext) -> Result<Vec<u8>, KmsError> {
        Ok(self.material().encrypt(&self.id, plaintext, context)?)
    }

    /// The plaintext, and what it was encrypted with.
    pub(crate) fn decrypt(
        &self,
        ciphertext: &Ciphertext<'_>,
        context: &EncryptionContext,
    ) -> Result<(Vec<u8>, &Material), KmsError> {
        let mut newest_first = self.materials.iter().rev();
        let opened = newest_first.find_map(|material| Some((material.decrypt(ciphertext, context).ok()?, material)));
        opened.ok_or(KmsError::InvalidCiphertextException {})
    }

    pub(crate) fn check_not_pending_deletion(&self) -> Result<(), KmsError> {
        match self.deletion {
            None => Ok(()),
            Some(_) => {
                Err(KmsError::KMSInvalidStateException { message: format!("{} is pending deletion.", self.arn) })
            }
        }
    }

    pub(crate) fn check_enabled(&self) -> Result<(), KmsError> {
        self.check_not_pending_deletion()?;
        if self.is_enabled { Ok(()) } else { Err(KmsError::DisabledException { arn: self.arn.clone() }) }
    }

    /// Whether it may be used now, by an operation that wants keys of a usage.
    pub(crate) fn check_usable(&self, usage: Usage, operation: &str) -> Result<(), KmsError> {
        self.check_enabled()?;
        if self.spec.usage() == usage {
            return Ok(());
        }
        let has = self.spec.usage().as_str();
        let message = format!("{} key usage is {has} which is not valid for {operation}.", self.arn);
        Err(KmsError::InvalidKeyUsageException { message })
    }

    /// Whether it has an algorithm; without a name it is the one of symmetric keys.
    pub(crate) fn check_encryption_algorithm(&self, algorithm: Option<&str>) -> Result<(), KmsError> {
        match algorithm {
            None | Some(SYMMETRIC) => Ok(()),
            Some(other) => Err(self.incompatible(other)),
        }
    }

    pub(crate) fn incompatible(&self, algorithm: &str) -> KmsError {
        let message = format!("Algorithm {algorithm} is incompatible with key spec {}.", self.spec.as_str());
        KmsError::InvalidKeyUsageException { message }
    }

    /// Only symmetric keys can be rotated.
    pub(crate) fn check_rotatable(&self) -> Result<(), KmsError> {
        self.check_enabled()?;
        let is_rotatable = self.spec == Spec::Symmetric;
        if is_rotatable { Ok(()) } else { Err(KmsError::UnsupportedOperationException { message: String::new() }) }
    }

    pub(crate) fn state(&self) -> &'static str {
        match self.deletion {
            Some(_) => "PendingDeletion",
            None if self.is_enabled => "Enabled",
            None => "Disabled",
        }
    }

    pub(crate) fn metadata(&self, scope: &Scope) -> KeyMetadata {
        let spec = self.spec.as_str();
        let encrypts = self.spec == Spec::Symmetric;
        KeyMetadata {
            aws_account_id: Some(scope.account.to_string()),
            key_id: self.id.clone(),
            arn: Some(self.arn.clone()),
            creation_date: Some(self.created_at),
            enabled: Some(self.is_enabled && self.deletion.is_none()),
            description: Some(self.description.clone()),
            key_usage: Some(self.spec.usage().as_str().to_owned()),
            key_state: Some(self.state().to_owned()),
            deletion_date: self.deletion.map(|deletion| deletion.at),
            origin: Some("AWS_KMS".to_owned()),
            key_manager: Some(if self.is_managed { "AWS" } else { "CUSTOMER" }.to_owned()),
            customer_master_key_spec: Some(spec.to_owned()),
            key_spec: Some(spec.to_owned()),
            encryption_algorithms: encrypts.then(|| vec![SYMMETRIC.to_owned()]),
            mac_algorithms: self.spec.mac_algorithm().map(|(name, _)| vec![name.to_owned()]),
            multi_region: Some(self.is_multi_region),
            multi_region_configuration: self.is_multi_region.then(|| self.regions(scope)),
            current_key_material_id: encrypts.then(|| self.material().id.clone()),
            ..KeyMetadata::default()
        }
    }

    fn regions(&self, scope: &Scope) -> MultiRegionConfiguration {
        let here = MultiRegionKey { arn: Some(self.arn.clone()), region: Some(scope.region.to_string()) };
        MultiRegionConfiguration {
            multi_region_key_type: Some("PRIMARY".to_owned()),
            primary_key: Some(here),
            replica_keys: Some(Vec::new()),
        }
    }
}

/// Of the key of that id.
pub(crate) fn arn(scope: &Scope, id: &str) -> String {
    resource_arn(scope, &format!("key/{id}"))
}

pub(crate) fn resource_arn(scope: &Scope, resource: &str) -> String {
    format!("arn:{}:kms:{}:{}:{resource}", scope.partition(), scope.region, scope.account)
}
