//! Block Public Access: what a bucket's own setting and its owner's account forbid together.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>

use ruststack_core::identity::Principal;

use crate::{
    S3,
    acl::Acl,
    bucket::{Bucket, Settings},
    call::Call,
    error::S3Error,
};

/// What is in effect for a bucket.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Blocks {
    blocks_acls: bool,
    pub(crate) ignores_acls: bool,
    blocks_policy: bool,
    /// Of a bucket whose policy is public, only its account has the use.
    pub(crate) restricts_buckets: bool,
}

impl Blocks {
    /// The stricter of bucket and account in each point.
    pub(crate) fn of(s3: &S3, bucket: &Bucket, settings: &Settings) -> Self {
        let account = *s3.account_blocks.get(bucket.owner).lock();
        Self::both(settings.public_access_block.0, account)
    }

    /// Of a bucket that is not made yet.
    pub(crate) fn of_account(call: &Call) -> Self {
        let account = *call.s3.account_blocks.get(call.ctx().scope().account).lock();
        Self::both(None, account)
    }

    fn both(bucket: Option<[bool; 4]>, account: Option<[bool; 4]>) -> Self {
        let (bucket, account) = (bucket.unwrap_or_default(), account.unwrap_or_default());
        Self {
            blocks_acls: bucket[0] || account[0],
            ignores_acls: bucket[1] || account[1],
            blocks_policy: bucket[2] || account[2],
            restricts_buckets: bucket[3] || account[3],
        }
    }

    pub(crate) fn check_public_policy(self, call: &Call, bucket: &Bucket) -> Result<(), S3Error> {
        if !self.blocks_policy {
            return Ok(());
        }
        Err(refusal(call, "s3:PutBucketPolicy", bucket.arn(), "public policies", "BlockPublicPolicy"))
    }

    /// `resource` is called only for the message.
    pub(crate) fn check_acl(
        self,
        call: &Call,
        acl: &Acl,
        action: &'static str,
        resource: impl FnOnce() -> String,
    ) -> Result<(), S3Error> {
        if !self.blocks_acls || !acl.is_public() {
            return Ok(());
        }
        Err(refusal(call, action, resource(), "public access control lists (ACLs)", "BlockPublicAcls"))
    }
}

fn refusal(call: &Call, action: &'static str, resource: String, what: &'static str, setting: &'static str) -> S3Error {
    let identity = call.ctx().identity();
    if identity.principal == Principal::Anonymous {
        return S3Error::AccessDenied {};
    }
    let user = identity.arn(call.ctx().scope().partition());
    S3Error::PublicAccessBlocked { user, action, resource, what, setting }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stricter_of_bucket_and_account_counts() {
        let block = |which: usize| Some(std::array::from_fn(|index| index == which));
        let both = Blocks::both(block(0), block(3));
        assert_eq!(both, Blocks { blocks_acls: true, restricts_buckets: true, ..Blocks::default() });
        assert_eq!(Blocks::both(None, None), Blocks::default());
    }
}
