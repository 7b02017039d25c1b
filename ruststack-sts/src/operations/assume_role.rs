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
    trust::{self, Asked},
};

const DEFAULT_SECONDS: i32 = 3600;

// Differs from AWS: unless identities are held to policies, anybody may assume any role, whether it exists or not.
pub(super) async fn assume_role(call: Call<Sts>, input: AssumeRoleInput) -> Result<AssumeRoleOutput, StsError> {
    let (sts, ctx) = (call.service(), call.ctx());
    let role = Role::of_arn(&input.role_arn)?;
    let sent = input.tags.unwrap_or_default();
    let packed = Packed {
        policy: input.policy.as_deref(),
        policy_arns: input.policy_arns.as_deref().unwrap_or_default(),
        tags: &sent,
    };
    let policies = packed.read(sts, role.account)?;
    let packed_policy_size = packed.percent_if_any()?;
    let transitive_keys = input.transitive_tag_keys.unwrap_or_default();
    let mut keys = trust::tag_keys(&sent, &transitive_keys);
    let tags = session_tags::of_session(sent, &transitive_keys, sts.key_of_caller(ctx))?;
    let mut actions = vec!["sts:AssumeRole"];
    actions.extend((!tags.is_empty()).then_some("sts:TagSession"));
    actions.extend(input.source_identity.is_some().then_some("sts:SetSourceIdentity"));
    let told = [
        ("sts:RoleSessionName", Some(&input.role_session_name)),
        ("sts:ExternalId", input.external_id.as_ref()),
        ("sts:SourceIdentity", input.source_identity.as_ref()),
    ];
    keys.extend(told.into_iter().filter_map(|(key, value)| Some((key.to_owned(), vec![value?.clone()]))));
    Asked { role: &role, role_arn: &input.role_arn, actions, keys }.check_signer(sts, ctx)?;
    let seconds = input.duration_seconds.unwrap_or(DEFAULT_SECONDS);
    let key = NewKey { seconds, tags, policies, federated_by: None };
    let (credentials, user) = role.assume(sts, ctx, input.role_session_name, key)?;
    Ok(AssumeRoleOutput {
        credentials: Some(credentials),
        assumed_role_user: Some(user),
        packed_policy_size,
        source_identity: input.source_identity,
    })
}
