//! `Put…Policy`, `Get…Policy`, `List…Policies`, `Delete…Policy`: the inline policies of roles, users and groups.

use crate::{
    api, document,
    document::encoded,
    error::{IamError, no_such},
    group::Group,
    holder::Holder,
    paging::{Page, page},
    role::Role,
    turn::Turn,
    user::User,
};

fn put<H: Holder>(turn: &mut Turn<'_>, holder: &str, name: String, text: &str) -> Result<(), IamError> {
    let mut holder = turn.edit::<H>(holder)?;
    holder.check_modifiable()?;
    holder.put_inline(name, document::identity(text)?)?;
    turn.put(holder);
    Ok(())
}

/// The document, as it is shown.
fn get<H: Holder>(turn: &Turn<'_>, holder: &str, name: &str) -> Result<String, IamError> {
    let holder = turn.find::<H>(holder)?;
    let policy = holder.permissions().inline.get(name).ok_or_else(|| missing::<H>(name))?;
    Ok(encoded(policy.text()))
}

fn list<H: Holder>(
    turn: &Turn<'_>,
    holder: &str,
    marker: Option<&str>,
    max_items: Option<i32>,
) -> Result<Page<String>, IamError> {
    let holder = turn.find::<H>(holder)?;
    let names = holder.permissions().inline.keys().map(|name| (name.clone(), name.clone()));
    page(names, marker, max_items)
}

fn delete<H: Holder>(turn: &mut Turn<'_>, holder: &str, name: &str) -> Result<(), IamError> {
    let mut holder = turn.edit::<H>(holder)?;
    holder.check_modifiable()?;
    holder.permissions_mut().inline.remove(name).ok_or_else(|| missing::<H>(name))?;
    turn.put(holder);
    Ok(())
}

fn missing<H: Holder>(name: &str) -> IamError {
    no_such(format!("The {} policy with name {name} cannot be found.", H::RESOURCE))
}

macro_rules! inline_policies {
    ($($holder:ident $name:ident: $put:ident $put_in:ident $put_out:ident, $get:ident $get_in:ident $get_out:ident,
       $list:ident $list_in:ident $list_out:ident, $delete:ident $delete_in:ident $delete_out:ident;)*) => { $(
        pub(super) fn $put(turn: &mut Turn<'_>, input: api::$put_in) -> Result<api::$put_out, IamError> {
            put::<$holder>(turn, &input.$name, input.policy_name, &input.policy_document)?;
            Ok(api::$put_out {})
        }

        pub(super) fn $get(turn: &mut Turn<'_>, input: api::$get_in) -> Result<api::$get_out, IamError> {
            let policy_document = get::<$holder>(turn, &input.$name, &input.policy_name)?;
            Ok(api::$get_out { $name: input.$name, policy_name: input.policy_name, policy_document })
        }

        pub(super) fn $list(turn: &mut Turn<'_>, input: api::$list_in) -> Result<api::$list_out, IamError> {
            let page = list::<$holder>(turn, &input.$name, input.marker.as_deref(), input.max_items)?;
            Ok(api::$list_out { is_truncated: page.is_truncated(), policy_names: page.entries, marker: page.marker })
        }

        pub(super) fn $delete(turn: &mut Turn<'_>, input: api::$delete_in) -> Result<api::$delete_out, IamError> {
            delete::<$holder>(turn, &input.$name, &input.policy_name)?;
            Ok(api::$delete_out {})
        }
    )* };
}

inline_policies! {
    Role role_name: put_role_policy PutRolePolicyInput PutRolePolicyOutput,
        get_role_policy GetRolePolicyInput GetRolePolicyOutput,
        list_role_policies ListRolePoliciesInput ListRolePoliciesOutput,
        delete_role_policy DeleteRolePolicyInput DeleteRolePolicyOutput;
    User user_name: put_user_policy PutUserPolicyInput PutUserPolicyOutput,
        get_user_policy GetUserPolicyInput GetUserPolicyOutput,
        list_user_policies ListUserPoliciesInput ListUserPoliciesOutput,
        delete_user_policy DeleteUserPolicyInput DeleteUserPolicyOutput;
    Group group_name: put_group_policy PutGroupPolicyInput PutGroupPolicyOutput,
        get_group_policy GetGroupPolicyInput GetGroupPolicyOutput,
        list_group_policies ListGroupPoliciesInput ListGroupPoliciesOutput,
        delete_group_policy DeleteGroupPolicyInput DeleteGroupPolicyOutput;
}
