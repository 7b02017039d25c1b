//! The registry of buckets: names are unique across accounts, and each bucket has one owner.

use std::sync::Arc;

use dashmap::{DashMap, Entry};
use ruststack_core::{journal::Changes, scope::AccountId, service::Part};

use crate::{bucket::Bucket, error::S3Error, rows};

/// All buckets, by name.
#[derive(Default)]
pub(crate) struct Buckets(DashMap<String, Arc<Bucket>>);

impl Buckets {
    pub(crate) fn get(&self, name: &str) -> Result<Arc<Bucket>, S3Error> {
        let found = self.0.get(name).map(|bucket| Arc::clone(&bucket));
        found.ok_or_else(|| S3Error::NoSuchBucket { bucket: name.to_owned() })
    }

    /// The bucket, if it belongs to whom the caller expects (`x-amz-expected-bucket-owner`).
    ///
    /// Every operation on a bucket begins here.
    pub(crate) fn expect(&self, name: &str, expected_owner: Option<&str>) -> Result<Arc<Bucket>, S3Error> {
        let expected_owner = expected_owner.map(parse_owner).transpose()?;
        let bucket = self.get(name)?;
        let is_expected = expected_owner.is_none_or(|owner| owner == bucket.owner);
        if is_expected { Ok(bucket) } else { Err(S3Error::AccessDenied {}) }
    }

    /// Adds a bucket; gives back the one that has its name already.
    pub(crate) fn add(&self, bucket: Arc<Bucket>, changes: &Changes) -> Result<(), Arc<Bucket>> {
        match self.0.entry(bucket.name.clone()) {
            Entry::Occupied(occupied) => Err(Arc::clone(occupied.get())),
            Entry::Vacant(vacant) => {
                changes.record(|rows| rows::put_bucket(rows, &bucket, &bucket.settings.read()));
                vacant.insert(bucket);
                Ok(())
            }
        }
    }

    /// Adds one that an earlier process made.
    pub(crate) fn restore(&self, bucket: Bucket) {
        self.0.insert(bucket.name.clone(), Arc::new(bucket));
    }

    /// Removes this very bucket, not a later one of its name.
    pub(crate) fn remove(&self, bucket: &Arc<Bucket>) {
        self.0.remove_if(&bucket.name, |_, found| Arc::ptr_eq(found, bucket));
    }

    /// An account's buckets, sorted by name.
    pub(crate) fn owned_by(&self, account: AccountId) -> Vec<Arc<Bucket>> {
        let owned = self.0.iter().filter(|entry| entry.owner == account);
        let mut buckets: Vec<_> = owned.map(|entry| Arc::clone(&entry)).collect();
        buckets.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        buckets
    }

    /// Forgets the buckets of an account, a region, or all.
    pub(crate) fn reset(&self, part: &Part, changes: &Changes) {
        for bucket in self.all().iter().filter(|bucket| part.holds(bucket.owner, Some(&bucket.region))) {
            bucket.delete(bucket.objects.write(), changes);
            self.remove(bucket);
        }
    }

    /// In no order.
    pub(crate) fn all(&self) -> Vec<Arc<Bucket>> {
        self.0.iter().map(|entry| Arc::clone(&entry)).collect()
    }
}

fn parse_owner(text: &str) -> Result<AccountId, S3Error> {
    text.parse().map_err(|_| S3Error::InvalidBucketOwnerAWSAccountID { account: text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caller::changes;

    fn bucket(name: &str, owner: u64) -> Arc<Bucket> {
        Arc::new(Bucket::named(name, AccountId::from_number(owner).unwrap()))
    }

    #[test]
    fn a_name_belongs_to_one_bucket_of_all_accounts() {
        let buckets = Buckets::default();
        buckets.add(bucket("one", 1), &changes()).unwrap();
        let existing = buckets.add(bucket("one", 2), &changes()).unwrap_err();
        assert_eq!(existing.owner, AccountId::from_number(1).unwrap());
        assert_eq!(buckets.get("two").unwrap_err(), S3Error::NoSuchBucket { bucket: "two".to_owned() });
    }

    #[test]
    fn the_expected_owner_is_checked_after_the_bucket_is_found() {
        let buckets = Buckets::default();
        buckets.add(bucket("one", 1), &changes()).unwrap();
        assert!(buckets.expect("one", None).is_ok());
        assert!(buckets.expect("one", Some("000000000001")).is_ok());
        assert_eq!(buckets.expect("one", Some("000000000002")).unwrap_err(), S3Error::AccessDenied {});
        assert!(matches!(buckets.expect("two", Some("000000000002")), Err(S3Error::NoSuchBucket { .. })));
    }

    #[test]
    fn an_expected_owner_is_an_account_id() {
        for wrong in ["0000", "0000000000020", "abcd", "aa000000000$"] {
            let error =
                ruststack_core::error::AwsError::from(Buckets::default().expect("one", Some(wrong)).unwrap_err());
            assert_eq!(error.code(), "InvalidBucketOwnerAWSAccountID");
            let message = "The value of the expected bucket owner parameter must be an AWS Account ID...";
            assert_eq!(error.message(), format!("{message} [{wrong}]"));
        }
    }

    #[test]
    fn an_account_sees_its_own_buckets_sorted_by_name() {
        let buckets = Buckets::default();
        for (name, owner) in [("b", 1), ("a", 1), ("c", 2)] {
            buckets.add(bucket(name, owner), &changes()).unwrap();
        }
        let names: Vec<_> =
            buckets.owned_by(AccountId::from_number(1).unwrap()).iter().map(|b| b.name.clone()).collect();
        assert_eq!(names, ["a", "b"]);
    }

    #[test]
    fn removing_a_bucket_spares_its_successor() {
        let buckets = Buckets::default();
        let (old, new) = (bucket("one", 1), bucket("one", 1));
        buckets.add(Arc::clone(&old), &changes()).unwrap();
        buckets.remove(&old);
        buckets.add(new, &changes()).unwrap();
        buckets.remove(&old);
        assert!(buckets.get("one").is_ok());
    }
}
