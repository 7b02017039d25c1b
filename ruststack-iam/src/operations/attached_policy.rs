//! `Attach…Policy`, `Detach…Policy`, `ListAttached…Policies`: managed policies of roles, users and groups.

use crate::{
    api::{self, AttachedPolicy},
    error::{IamError, no_such, validation},
    group::Group,
    holder::Holder,
    paging::{Page, page},
    policy_arn,
    role::Role,
    turn::Turn,
    user::User,
};

/// Refuses what is no ARN of a managed policy. Recorded: test_role_attach_policy, 2025-06-19.
pub(super) fn check_arn(arn: &str) -> Result<(), IamError> {
    if !arn.starts_with("arn:") || arn.split(':').count() < 6 {
        return Err(validation("Invalid ARN:  Could not be parsed!"));
    }
    if policy_arn::parse(arn).is_none() { Err(validation(format!("ARN {arn} is not valid."))) } else { Ok(()) }
}

/// Refuses what is no policy of this account or AWS's.
pub(super) fn check_attachable(turn: &Turn<'_>, arn: &str) -> Result<(), IamError> {
    check_arn(arn)?;
    if turn.managed_document(arn).is_none() {
        return Err(no_such(format!("Policy {arn} does not exist or is not attachable.")));
    }
    Ok(())
}

fn attach<H: Holder>(turn: &mut Turn<'_>, holder: &str, arn: String) -> Result<(), IamError> {
    check_arn(&arn)?;
    let mut holder = turn.edit::<H>(holder)?;
    holder.check_modifiable()?;
    check_attachable(turn, &arn)?;
    holder.attach(arn)?;
    turn.put(holder);
    Ok(())
}

fn detach<H: Holder>(turn: &mut Turn<'_>, holder: &str, arn: &str) -> Result<(), IamError> {
    check_arn(arn)?;
    let mut holder = turn.edit::<H>(holder)?;
    holder.check_modifiable()?;
    if !holder.permissions_mut().attached.remove(arn) {
        return Err(no_such(format!("Policy {arn} was not found.")));
    }
    turn.put(holder);
    Ok(())
}

/// What a page is asked for with.
struct Asked<'a> {
    path_prefix: Option<&'a str>,
    marker: Option<&'a str>,
    max_items: Option<i32>,
}

fn list<H: Holder>(turn: &Turn<'_>, holder: &str, asked: &Asked<'_>) -> Result<Page<AttachedPolicy>, IamError> {
    let holder = turn.find::<H>(holder)?;
    let prefix = asked.path_prefix.unwrap_or("/");
    let attached = holder.permissions().attached.iter().filter_map(|arn| {
        let policy = policy_arn::parse(arn).filter(|policy| policy.path.starts_with(prefix))?;
        Some((arn.clone(), described(policy.name, arn)))
    });
    page(attached, asked.marker, asked.max_items)
}

pub(super) fn described(name: &str, arn: &str) -> AttachedPolicy {
    AttachedPolicy { policy_name: Some(name.to_owned()), policy_arn: Some(arn.to_owned()) }
}

macro_rules! attached_policies {
    ($($holder:ident $name:ident: $attach:ident $attach_in:ident $attach_out:ident,
       $detach:ident $detach_in:ident $detach_out:ident, $list:ident $list_in:ident $list_out:ident;)*) => { $(
        pub(super) fn $attach(turn: &mut Turn<'_>, input: api::$attach_in) -> Result<api::$attach_out, IamError> {
            attach::<$holder>(turn, &input.$name, input.policy_arn)?;
            Ok(api::$attach_out {})
        }

        pub(super) fn $detach(turn: &mut Turn<'_>, input: api::$detach_in) -> Result<api::$detach_out, IamError> {
            detach::<$holder>(turn, &input.$name, &input.policy_arn)?;
            Ok(api::$detach_out {})
        }

        pub(super) fn $list(turn: &mut Turn<'_>, input: api::$list_in) -> Result<api::$list_out, IamError> {
            let (path_prefix, marker) = (input.path_prefix.as_deref(), input.marker.as_deref());
            let asked = Asked { path_prefix, marker, max_items: input.max_items };
            let page = list::<$holder>(turn, &input.$name, &asked)?;
            let is_truncated = page.is_truncated();
            Ok(api::$list_out { attached_policies: Some(page.entries), is_truncated, marker: page.marker })
        }
    )* };
}

attached_policies! {
    Role role_name: attach_role_policy AttachRolePolicyInput AttachRolePolicyOutput,
        detach_role_policy DetachRolePolicyInput DetachRolePolicyOutput,
        list_attached_role_policies ListAttachedRolePoliciesInput ListAttachedRolePoliciesOutput;
    User user_name: attach_user_policy AttachUserPolicyInput AttachUserPolicyOutput,
        detach_user_policy DetachUserPolicyInput DetachUserPolicyOutput,
        list_attached_user_policies ListAttachedUserPoliciesInput ListAttachedUserPoliciesOutput;
    Group group_name: attach_group_policy AttachGroupPolicyInput AttachGroupPolicyOutput,
        detach_group_policy DetachGroupPolicyInput DetachGroupPolicyOutput,
        list_attached_group_policies ListAttachedGroupPoliciesInput ListAttachedGroupPoliciesOutput;
}
