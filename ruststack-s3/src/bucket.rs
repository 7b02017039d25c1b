//! A bucket: its objects, its uploads in progress, its configuration.

use std::{
    ops::{Deref, DerefMut},
    sync::atomic::{AtomicBool, Ordering},
};

use parking_lot::{Mutex, MutexGuard, RwLock, RwLockWriteGuard};
use ruststack_auth::policy::stored::StoredPolicy;
use ruststack_core::{
    clock::Timestamp,
    journal::{Changes, Section},
    scope::{AccountId, Region},
};
use serde::{Deserialize, Serialize};

use crate::{
    acl::{Acl, CanonicalUser, ObjectOwnership},
    configurations::Configurations,
    error::S3Error,
    index::ObjectIndex,
    multipart::Uploads,
    rows,
    tags::Tags,
};

/// One bucket. Locks are held for look-ups and swaps of handles only, never while bytes move.
#[derive(Debug)]
pub(crate) struct Bucket {
    pub(crate) name: String,
    pub(crate) region: Region,
    pub(crate) owner: AccountId,
    pub(crate) created: Timestamp,
    pub(crate) objects: RwLock<ObjectIndex>,
    pub(crate) uploads: Mutex<Uploads>,
    pub(crate) settings: RwLock<Settings>,
    /// Set while `objects` is locked; whoever still has a handle must not change what nobody can see.
    is_deleted: AtomicBool,
}

/// What is locked to be changed, and the section in which that happens; unlocked first.
pub(crate) struct Changing<G> {
    guard: G,
    _section: Section,
}

impl<G: Deref> Deref for Changing<G> {
    type Target = G::Target;

    fn deref(&self) -> &G::Target {
        &self.guard
    }
}

impl<G: DerefMut> DerefMut for Changing<G> {
    fn deref_mut(&mut self) -> &mut G::Target {
        &mut self.guard
    }
}

/// What Put…Configuration operations change.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    pub(crate) versioning: Versioning,
    /// In the order given.
    pub(crate) tags: Tags,
    pub(crate) ownership: ObjectOwnership,
    pub(crate) acl: Acl,
    /// The ownership controls were deleted.
    pub(crate) lacks_ownership_controls: bool,
    pub(crate) policy: Option<StoredPolicy>,
    pub(crate) public_access_block: PublicAccessBlock,
    /// Object Lock was turned on; it stays so.
    pub(crate) has_object_lock: bool,
    /// Made by the name `EU`, which GetBucketLocation then shows for eu-west-1.
    pub(crate) is_located_eu: bool,
    #[serde(default)]
    pub(crate) configurations: Configurations,
}

/// Block public ACLs, ignore them, block public policies, restrict public buckets; `None` when it was deleted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct PublicAccessBlock(pub(crate) Option<[bool; 4]>);

/// Since April 2023 new buckets block all public access.
impl Default for PublicAccessBlock {
    fn default() -> Self {
        Self(Some([true; 4]))
    }
}

impl Bucket {
    pub(crate) fn new(name: String, region: Region, owner: AccountId, created: Timestamp, settings: Settings) -> Self {
        let (objects, uploads, settings) = (RwLock::default(), Mutex::default(), RwLock::new(settings));
        Self { name, region, owner, created, objects, uploads, settings, is_deleted: AtomicBool::new(false) }
    }

    /// The objects, to be changed, unless the bucket was deleted since it was found or the disk takes nothing.
    pub(crate) fn objects_to_change(
        &self,
        changes: &Changes,
    ) -> Result<Changing<RwLockWriteGuard<'_, ObjectIndex>>, S3Error> {
        let section = changes.begin()?;
        let objects = Changing { guard: self.objects.write(), _section: section };
        self.check_exists().map(|()| objects)
    }

    /// The same of the uploads. Whoever locks the objects, too, locks them first.
    pub(crate) fn uploads_to_change(&self, changes: &Changes) -> Result<Changing<MutexGuard<'_, Uploads>>, S3Error> {
        let section = changes.begin()?;
        let uploads = Changing { guard: self.uploads.lock(), _section: section };
        self.check_exists().map(|()| uploads)
    }

    /// Changes the settings and records them.
    pub(crate) fn change_settings<T>(
        &self,
        changes: &Changes,
        change: impl FnOnce(&mut Settings) -> Result<T, S3Error>,
    ) -> Result<T, S3Error> {
        let _section = changes.begin()?;
        let mut settings = self.settings.write();
        self.check_exists()?;
        let changed = change(&mut settings)?;
        changes.record(|rows| rows::put_bucket(rows, self, &settings));
        Ok(changed)
    }

    /// Removes it with all that is in it; `objects` are its own. Whoever still has a handle changes nothing any more.
    pub(crate) fn delete(&self, mut objects: impl DerefMut<Target = ObjectIndex>, changes: &Changes) {
        let (mut uploads, _settings) = (self.uploads.lock(), self.settings.write());
        self.is_deleted.store(true, Ordering::Release);
        changes.record(|rows| rows::remove_bucket(rows, &self.name));
        (*objects, *uploads) = (ObjectIndex::default(), Uploads::default());
    }

    pub(crate) fn exists(&self) -> bool {
        !self.is_deleted.load(Ordering::Acquire)
    }

    fn check_exists(&self) -> Result<(), S3Error> {
        if self.exists() { Ok(()) } else { Err(S3Error::NoSuchBucket { bucket: self.name.clone() }) }
    }

    pub(crate) fn owner_id(&self) -> CanonicalUser {
        CanonicalUser::of_account(self.owner)
    }

    pub(crate) fn arn(&self) -> String {
        format!("arn:{}:s3:::{}", self.region.partition(), self.name)
    }

    /// An empty bucket of `owner` in us-east-1.
    #[cfg(test)]
    pub(crate) fn named(name: &str, owner: AccountId) -> Self {
        Self::new(name.to_owned(), Region::US_EAST_1, owner, Timestamp::UNIX_EPOCH, Settings::default())
    }
}

/// Whether overwrites keep what they replace.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum Versioning {
    #[default]
    Unversioned,
    Enabled,
    Suspended,
}
