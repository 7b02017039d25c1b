//! Who may do what, where identities are held to policies (`RUSTSTACK_AUTH=iam`).
//!
//! Every operation is decided here before it runs and before its body is read: by the permissions it asks for
//! (`access/actions.rs`, and `access/headers.rs` for what headers ask besides), the policies of caller and bucket, ACLs
//! (`access/grants.rs`), and public access blocks. Keys that conditions speak of are in `access/keys.rs`.

pub(crate) mod actions;
mod grants;
mod headers;
mod keys;
#[cfg(test)]
mod tests;

use http::HeaderMap;
use ruststack_auth::{
    authorizer::{Authorizer, Standing},
    policy::{
        context::ContextKeys,
        evaluate::{AclGrant, Decision, NamedPolicy, Policies, Request},
        principal::CallerKind,
    },
};
use ruststack_core::{context::Context, error::AwsError, scope::Partition};

use crate::{
    S3,
    acl::{Acl, CanonicalUser, ObjectOwnership},
    bucket::{Bucket, Settings},
    bucket_policy,
    call::Call,
    config::AclMode,
    copy_source,
    described::{Described, Hidden},
    error::S3Error,
    listing::parameters::raw,
    public_access::Blocks,
};
use actions::{Action, GET_OBJECT, LIST_BUCKET, Level};

pub(crate) use headers::BYPASS;
pub(crate) use keys::version_id;

impl Call {
    /// The call has come to its operation, which its caller may be refused.
    pub(crate) async fn begin(&self, operation: &str) -> Result<(), AwsError> {
        self.ctx().begin_operation(operation).await?;
        self.check_access(operation)
    }

    /// Refuses what the caller may not. Where identities are not held to policies this is all that it costs.
    pub(crate) fn check_access(&self, operation: &str) -> Result<(), AwsError> {
        match &self.s3.authorizer {
            None => Ok(()),
            Some(authorizer) => Ok(Access::of(self, authorizer).check_operation(operation)?),
        }
    }

    /// The same of one object among many that a request names.
    pub(crate) fn check_access_to_object(
        &self,
        bucket: &Bucket,
        key: &str,
        version_id: Option<&str>,
        actions: &[Action],
    ) -> Result<(), S3Error> {
        let Some(authorizer) = &self.s3.authorizer else { return Ok(()) };
        let access = Access::of(self, authorizer);
        let found = access.find(bucket, key, version_id);
        let target = Target { bucket, key, version_id, found: found.as_ref() };
        actions.iter().try_for_each(|action| access.check(*action, &target))
    }
}

/// One request on trial.
struct Access<'c> {
    call: &'c Call,
    standing: Standing,
    partition: Partition,
    keys: ContextKeys,
}

/// What an action is asked for on.
#[derive(Clone, Copy)]
struct Target<'t> {
    bucket: &'t Bucket,
    /// Empty for the bucket itself.
    key: &'t str,
    version_id: Option<&'t str>,
    /// The version that is read or described, if there is one.
    found: Option<&'t Described>,
}

/// What a bucket says of access to it.
struct Rules {
    policy: Option<NamedPolicy>,
    is_policy_public: bool,
    ownership: ObjectOwnership,
    blocks: Blocks,
    acl: Acl,
}

impl<'c> Access<'c> {
    fn of(call: &'c Call, authorizer: &Authorizer) -> Self {
        let partition = call.ctx().scope().partition();
        let mut standing = authorizer.standing(call.ctx().identity(), partition);
        let id = standing.caller.account.map(|account| CanonicalUser::of_account(account).as_str().to_owned());
        standing.caller.canonical_user = id;
        let keys = keys::of_request(call, &standing);
        Self { call, standing, partition, keys }
    }

    fn check_operation(&self, operation: &str) -> Result<(), S3Error> {
        let actions = actions::of_operation(operation).ok_or(S3Error::AccessDenied {})?;
        let besides = headers::actions(operation, self.call);
        let head = self.call.exchange.head();
        let name = head.bucket.as_deref().unwrap_or_default();
        let is_elsewhere = |action: &&Action| matches!(action.level, Level::Account | Level::NewBucket);
        for action in actions.iter().chain(&besides).filter(is_elsewhere) {
            self.check_without_owner(*action, name)?;
        }
        // That there is no such bucket is the operation's to say, and anybody's to know.
        let Ok(bucket) = self.call.s3.buckets.get(name) else { return Ok(()) };
        let version_id = keys::version_id(self.call);
        let key = head.key.as_deref().unwrap_or_default();
        let found = if key.is_empty() { None } else { self.find(&bucket, key, version_id.as_deref()) };
        let target = Target { bucket: &bucket, key, version_id: version_id.as_deref(), found: found.as_ref() };
        for action in actions.iter().chain(&besides).filter(|action| !is_elsewhere(action)) {
            self.check(*action, &target)?;
        }
        if headers::has_copy_source(operation) { self.check_copy_source() } else { Ok(()) }
    }

    /// Who copies reads the source, too. One that cannot be found is the operation's to refuse.
    fn check_copy_source(&self) -> Result<(), S3Error> {
        let source = copy_source::parse(self.call.header("x-amz-copy-source").unwrap_or_default())?;
        let Ok(bucket) = self.call.s3.buckets.get(&source.bucket) else { return Ok(()) };
        let found = self.find(&bucket, &source.key, source.version_id.as_deref());
        let (key, version_id) = (source.key.as_str(), source.version_id.as_deref());
        let target = Target { bucket: &bucket, key, version_id, found: found.as_ref() };
        self.check(GET_OBJECT, &target)?;
        let copies_tags = self.call.header("x-amz-tagging-directive") != Some("REPLACE");
        let is_tagged = found.as_ref().is_some_and(|found| !found.object().tags.is_empty());
        if copies_tags && is_tagged { self.check(actions::GET_TAGS, &target) } else { Ok(()) }
    }

    fn find(&self, bucket: &Bucket, key: &str, version_id: Option<&str>) -> Option<Described> {
        Described::find(self.call, bucket, key, version_id, Hidden::DoesNotExist).ok()
    }

    /// What is on no bucket that there is, only the caller's own policies decide.
    fn check_without_owner(&self, action: Action, bucket: &str) -> Result<(), S3Error> {
        let resource = match action.level {
            Level::Account => "*".to_owned(),
            _ => format!("arn:{}:s3:::{bucket}", self.partition),
        };
        let policies = self.policies();
        let context = &self.keys;
        let request = Request {
            caller: &self.standing.caller,
            action: action.name,
            resource: &resource,
            resource_account: None,
            context,
        };
        verdict(self.call.ctx(), &request, &policies.decide(&request))
    }

    fn check(&self, action: Action, target: &Target<'_>) -> Result<(), S3Error> {
        self.check_named(action.name_for(target.version_id.is_some()), action.level, target)?;
        // Whoever may not list a bucket is not told which keys are not there.
        if action == GET_OBJECT && target.found.is_none() {
            let listing = if target.version_id.is_some() { actions::LIST_VERSIONS } else { LIST_BUCKET };
            return self.check_named(listing.name, Level::Bucket, target);
        }
        Ok(())
    }

    fn check_named(&self, action: &'static str, level: Level, target: &Target<'_>) -> Result<(), S3Error> {
        let rules = Rules::of(self.call, target.bucket);
        let found = target.found.filter(|_| level == Level::Object);
        let object_acl = found.map(|found| &found.object().acl);
        let has_acls = rules.ownership != ObjectOwnership::BucketOwnerEnforced;
        // Objects that a bucket's owner does not own are theirs to delete, not to read.
        let is_deletion = action.starts_with("s3:DeleteObject") && !action.ends_with("Tagging");
        let owner = object_acl.and_then(Acl::owner).filter(|_| has_acls && !is_deletion);

        let mut context = self.keys.clone();
        let account = owner.unwrap_or(target.bucket.owner);
        keys::add_resource(&mut context, account, found.map(|found| found.object().tags.as_slice()));
        let resource = match level {
            Level::Object | Level::NewObject => format!("{}/{}", target.bucket.arn(), target.key),
            _ => target.bucket.arn(),
        };
        let request = Request {
            caller: &self.standing.caller,
            action,
            resource: &resource,
            resource_account: Some(account),
            context: &context,
        };
        if self.is_owner_minding_the_policy(&request) {
            return Ok(());
        }
        let mut policies = self.policies();
        policies.resource = rules.policy.as_ref();
        policies.is_policy_kept_in_account = rules.is_policy_public && rules.blocks.restricts_buckets;
        if has_acls && self.call.s3.config.acl == AclMode::Enforce {
            let asked = grants::Asked { action, level, bucket: target.bucket, bucket_acl: &rules.acl, object_acl };
            policies.acl = asked.grant(&self.standing.caller, rules.blocks.ignores_acls);
        }
        if self.began_upload(action, target) {
            policies.acl = Some(AclGrant::Account);
        }
        let mut decision = policies.decide(&request);
        if owner.is_some() && !matches!(decision, Decision::ExplicitDeny(_)) {
            // Of an object that is not its owner's, a bucket's policy may deny all and grant nothing.
            policies.resource = None;
            decision = policies.decide(&request);
        }
        verdict(self.call.ctx(), &request, &decision)?;
        self.check_minds_own_policy(&request)
    }

    /// Who began an upload may list its parts and abort it, unless somebody forbids that.
    fn began_upload(&self, action: &str, target: &Target<'_>) -> bool {
        let asked = matches!(action, "s3:AbortMultipartUpload" | "s3:ListMultipartUploadParts");
        let upload_id = raw(self.call.exchange.head().uri.query(), "uploadId").filter(|_| asked);
        upload_id
            .and_then(|id| target.bucket.uploads.lock().find(target.key, &id).ok())
            .is_some_and(|upload| upload.initiator.is_some() && upload.initiator == self.standing.caller.account)
    }

    fn policies(&self) -> Policies<'_> {
        self.standing.policies()
    }

    /// No policy can lock out who owns the bucket: the account's root may read, replace and delete it.
    fn is_owner_minding_the_policy(&self, request: &Request<'_>) -> bool {
        let is_root = request.caller.kind == CallerKind::Root && self.standing.session.is_none();
        is_root && is_about_policy(request.action) && request.caller.account == request.resource_account
    }

    /// Nor is a policy ever another account's to read or change, whatever it says.
    fn check_minds_own_policy(&self, request: &Request<'_>) -> Result<(), S3Error> {
        if !is_about_policy(request.action) || request.caller.account == request.resource_account {
            return Ok(());
        }
        let method = self.call.exchange.head().method.to_string();
        Err(S3Error::MethodNotAllowed { method, resource_type: "BUCKETPOLICY" })
    }
}

// Differs from AWS: other accounts are told, too, why they are refused, as if all were of one organization.
fn verdict(ctx: &Context, request: &Request<'_>, decision: &Decision<'_>) -> Result<(), S3Error> {
    if decision.is_allowed() {
        return Ok(());
    }
    request.note_refusal(ctx.request_id(), decision);
    let (Request { caller, action, resource, .. }, reason) = (*request, decision.reason(request.action));
    if caller.kind == CallerKind::Anonymous {
        return Err(S3Error::AccessDenied {});
    }
    let reason = if resource == "*" { reason } else { format!("on resource: \"{resource}\" {reason}") };
    Err(S3Error::NotAuthorized { user: caller.name.clone(), action: action.to_owned(), reason })
}

/// Decides for S3 Control, which is asked by the account's own identities, of the account or of one of its buckets.
pub(crate) fn check_in_account(
    s3: &S3,
    ctx: &Context,
    action: &'static str,
    bucket: Option<&Bucket>,
) -> Result<(), S3Error> {
    let Some(authorizer) = &s3.authorizer else { return Ok(()) };
    let standing = authorizer.standing(ctx.identity(), ctx.scope().partition());
    let mut context = keys::of_context(ctx, &HeaderMap::new(), None, &standing);
    keys::add_resource(&mut context, ctx.scope().account, None);
    let resource = bucket.map_or_else(|| "*".to_owned(), Bucket::arn);
    let request = Request {
        caller: &standing.caller,
        action,
        resource: &resource,
        resource_account: Some(ctx.scope().account),
        context: &context,
    };
    let policy = bucket.and_then(|bucket| Some(bucket.settings.read().policy.as_ref()?.named(&bucket.name)));
    let policies = Policies { resource: policy.as_ref(), ..standing.policies() };
    verdict(ctx, &request, &policies.decide(&request))
}

impl Rules {
    fn of(call: &Call, bucket: &Bucket) -> Self {
        let settings: &Settings = &bucket.settings.read();
        let policy = settings.policy.as_ref();
        Self {
            is_policy_public: policy.is_some_and(|policy| bucket_policy::is_public(policy.policy())),
            policy: policy.map(|policy| policy.named(&bucket.name)),
            ownership: settings.ownership,
            blocks: Blocks::of(&call.s3, bucket, settings),
            acl: settings.acl.clone(),
        }
    }
}

fn is_about_policy(action: &str) -> bool {
    matches!(action, "s3:GetBucketPolicy" | "s3:PutBucketPolicy" | "s3:DeleteBucketPolicy")
}
