//! `AssumeRole`: credentials that act as a role.

use ruststack_core::operation::Call;

use crate::{
    Sts,
    api::{AssumeRoleInput, AssumeRoleOutput},
    assumed_role::Role,
    credentials::NewKey,
    error::StsError,
    session_policy::Packed,
    session_tags,
};

const DEFAULT_SECONDS: i32 = 3600;

// Differs from AWS: anybody may assume any role, in any account; roles do not say yet whom they trust.
pub(super) async fn assume_role(call: Call<Sts>, input: AssumeRoleInput) -> Result<AssumeRoleOutput, StsError> {
    let (sts, ctx) = (call.service(), call.ctx());
    let role = Role::of_arn(&input.role_arn)?;
    let sent = input.tags.unwrap_or_default();
    let packed = Packed {
        policy: input.policy.as_deref(),
        policy_arns: input.policy_arns.as_deref().unwrap_or_default(),
        tags: &sent,
    };
    let policy = packed.read()?;
    let packed_policy_size = packed.percent_if_any()?;
    let transitive_keys = input.transitive_tag_keys.unwrap_or_default();
    let tags = session_tags::of_session(sent, &transitive_keys, sts.key_of_caller(ctx))?;
    let key = NewKey { seconds: input.duration_seconds.unwrap_or(DEFAULT_SECONDS), tags, policy };
    let (credentials, user) = role.assume(sts, ctx, input.role_session_name, key)?;
    Ok(AssumeRoleOutput {
        credentials: Some(credentials),
        assumed_role_user: Some(user),
        packed_policy_size,
        source_identity: input.source_identity,
    })
}
