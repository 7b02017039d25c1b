//! The table of contents of IAM: its operations, by what they are about.

#![expect(clippy::needless_pass_by_value, reason = "an operation is given its input, whether it takes it apart or not")]

mod access_key;
mod account_settings;
mod attached_policy;
mod get_account_authorization_details;
mod get_account_summary;
mod group;
mod inline_policy;
mod instance_profile;
mod list_entities_for_policy;
mod login_profile;
mod managed_policy;
mod open_id_connect;
mod permissions_boundary;
mod policy_version;
mod role;
mod saml;
mod service_linked_role;
mod service_specific_credential;
mod simulate_policy;
mod tags;
mod user;

use std::future::{Ready, ready};

use ruststack_core::{
    operation::{Call, Operations},
    record::{Recording, Resource},
    scope::Scope,
};
use serde_json::Value;

use crate::{Iam, api, error::IamError, refusal, turn::Turn};

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html>
static RECORDING: Recording = Recording {
    hidden: &["Password", "OldPassword", "NewPassword", "PrivateKey", "SecretAccessKey", "ServicePassword"],
    resource,
    ..Recording::USUAL
};

/// What an input names as its own.
fn resource(scope: &Scope, input: &Value) -> Option<Resource> {
    let text = |name: &str| input.get(name).and_then(Value::as_str);
    if let Some(arn) = text("PolicyArn").filter(|_| text("RoleName").or(text("UserName")).is_none()) {
        return Some(Resource::new("AWS::IAM::Policy", arn.to_owned()));
    }
    let kinds = [
        ("RoleName", "AWS::IAM::Role", "role"),
        ("UserName", "AWS::IAM::User", "user"),
        ("GroupName", "AWS::IAM::Group", "group"),
    ];
    let (name, kind, resource) =
        kinds.into_iter().find_map(|(member, kind, resource)| Some((text(member)?, kind, resource)))?;
    let arn = format!("arn:{}:iam::{}:{resource}/{name}", scope.partition(), scope.account);
    Some(Resource::new(kind, arn))
}

/// Lets a function take its turn.
fn turn<I, O>(
    run: fn(&mut Turn<'_>, I) -> Result<O, IamError>,
) -> impl Fn(Call<Iam>, I) -> Ready<Result<O, IamError>> + Clone {
    move |call, input| ready(call.service().take_turn(&call, |turn| run(turn, input)))
}

pub(crate) fn operations() -> Operations<Iam> {
    Operations::new(&api::MODEL)
        .requiring_version()
        .refusing_with(refusal::refuse)
        .recorded_as(&RECORDING)
        .on::<api::AddClientIDToOpenIDConnectProvider, _, _, _>(turn(
            open_id_connect::add_client_id_to_open_id_connect_provider,
        ))
        .on::<api::AddRoleToInstanceProfile, _, _, _>(turn(instance_profile::add_role_to_instance_profile))
        .on::<api::AddUserToGroup, _, _, _>(turn(group::add_user_to_group))
        .on::<api::AttachGroupPolicy, _, _, _>(turn(attached_policy::attach_group_policy))
        .on::<api::AttachRolePolicy, _, _, _>(turn(attached_policy::attach_role_policy))
        .on::<api::AttachUserPolicy, _, _, _>(turn(attached_policy::attach_user_policy))
        .on::<api::ChangePassword, _, _, _>(turn(login_profile::change_password))
        .on::<api::CreateAccessKey, _, _, _>(turn(access_key::create_access_key))
        .on::<api::CreateAccountAlias, _, _, _>(turn(account_settings::create_account_alias))
        .on::<api::CreateGroup, _, _, _>(turn(group::create_group))
        .on::<api::CreateInstanceProfile, _, _, _>(turn(instance_profile::create_instance_profile))
        .on::<api::CreateLoginProfile, _, _, _>(turn(login_profile::create_login_profile))
        .on::<api::CreateOpenIDConnectProvider, _, _, _>(turn(open_id_connect::create_open_id_connect_provider))
        .on::<api::CreatePolicy, _, _, _>(turn(managed_policy::create_policy))
        .on::<api::CreatePolicyVersion, _, _, _>(turn(policy_version::create_policy_version))
        .on::<api::CreateRole, _, _, _>(turn(role::create_role))
        .on::<api::CreateSAMLProvider, _, _, _>(turn(saml::create_saml_provider))
        .on::<api::CreateServiceLinkedRole, _, _, _>(turn(service_linked_role::create_service_linked_role))
        .on::<api::CreateServiceSpecificCredential, _, _, _>(turn(
            service_specific_credential::create_service_specific_credential,
        ))
        .on::<api::CreateUser, _, _, _>(turn(user::create_user))
        .on::<api::DeleteAccessKey, _, _, _>(turn(access_key::delete_access_key))
        .on::<api::DeleteAccountAlias, _, _, _>(turn(account_settings::delete_account_alias))
        .on::<api::DeleteAccountPasswordPolicy, _, _, _>(turn(account_settings::delete_account_password_policy))
        .on::<api::DeleteGroup, _, _, _>(turn(group::delete_group))
        .on::<api::DeleteGroupPolicy, _, _, _>(turn(inline_policy::delete_group_policy))
        .on::<api::DeleteInstanceProfile, _, _, _>(turn(instance_profile::delete_instance_profile))
        .on::<api::DeleteLoginProfile, _, _, _>(turn(login_profile::delete_login_profile))
        .on::<api::DeleteOpenIDConnectProvider, _, _, _>(turn(open_id_connect::delete_open_id_connect_provider))
        .on::<api::DeletePolicy, _, _, _>(turn(managed_policy::delete_policy))
        .on::<api::DeletePolicyVersion, _, _, _>(turn(policy_version::delete_policy_version))
        .on::<api::DeleteRole, _, _, _>(turn(role::delete_role))
        .on::<api::DeleteRolePermissionsBoundary, _, _, _>(turn(permissions_boundary::delete_role_permissions_boundary))
        .on::<api::DeleteRolePolicy, _, _, _>(turn(inline_policy::delete_role_policy))
        .on::<api::DeleteSAMLProvider, _, _, _>(turn(saml::delete_saml_provider))
        .on::<api::DeleteServiceLinkedRole, _, _, _>(turn(service_linked_role::delete_service_linked_role))
        .on::<api::DeleteServiceSpecificCredential, _, _, _>(turn(
            service_specific_credential::delete_service_specific_credential,
        ))
        .on::<api::DeleteUser, _, _, _>(turn(user::delete_user))
        .on::<api::DeleteUserPermissionsBoundary, _, _, _>(turn(permissions_boundary::delete_user_permissions_boundary))
        .on::<api::DeleteUserPolicy, _, _, _>(turn(inline_policy::delete_user_policy))
        .on::<api::DetachGroupPolicy, _, _, _>(turn(attached_policy::detach_group_policy))
        .on::<api::DetachRolePolicy, _, _, _>(turn(attached_policy::detach_role_policy))
        .on::<api::DetachUserPolicy, _, _, _>(turn(attached_policy::detach_user_policy))
        .on::<api::GetAccessKeyLastUsed, _, _, _>(turn(access_key::get_access_key_last_used))
        .on::<api::GetAccountAuthorizationDetails, _, _, _>(turn(
            get_account_authorization_details::get_account_authorization_details,
        ))
        .on::<api::GetAccountPasswordPolicy, _, _, _>(turn(account_settings::get_account_password_policy))
        .on::<api::GetAccountSummary, _, _, _>(turn(get_account_summary::get_account_summary))
        .on::<api::GetContextKeysForCustomPolicy, _, _, _>(turn(simulate_policy::get_context_keys_for_custom_policy))
        .on::<api::GetContextKeysForPrincipalPolicy, _, _, _>(turn(
            simulate_policy::get_context_keys_for_principal_policy,
        ))
        .on::<api::GetGroup, _, _, _>(turn(group::get_group))
        .on::<api::GetGroupPolicy, _, _, _>(turn(inline_policy::get_group_policy))
        .on::<api::GetInstanceProfile, _, _, _>(turn(instance_profile::get_instance_profile))
        .on::<api::GetLoginProfile, _, _, _>(turn(login_profile::get_login_profile))
        .on::<api::GetOpenIDConnectProvider, _, _, _>(turn(open_id_connect::get_open_id_connect_provider))
        .on::<api::GetPolicy, _, _, _>(turn(managed_policy::get_policy))
        .on::<api::GetPolicyVersion, _, _, _>(turn(policy_version::get_policy_version))
        .on::<api::GetRole, _, _, _>(turn(role::get_role))
        .on::<api::GetRolePolicy, _, _, _>(turn(inline_policy::get_role_policy))
        .on::<api::GetSAMLProvider, _, _, _>(turn(saml::get_saml_provider))
        .on::<api::GetServiceLinkedRoleDeletionStatus, _, _, _>(turn(
            service_linked_role::get_service_linked_role_deletion_status,
        ))
        .on::<api::GetUser, _, _, _>(turn(user::get_user))
        .on::<api::GetUserPolicy, _, _, _>(turn(inline_policy::get_user_policy))
        .on::<api::ListAccessKeys, _, _, _>(turn(access_key::list_access_keys))
        .on::<api::ListAccountAliases, _, _, _>(turn(account_settings::list_account_aliases))
        .on::<api::ListAttachedGroupPolicies, _, _, _>(turn(attached_policy::list_attached_group_policies))
        .on::<api::ListAttachedRolePolicies, _, _, _>(turn(attached_policy::list_attached_role_policies))
        .on::<api::ListAttachedUserPolicies, _, _, _>(turn(attached_policy::list_attached_user_policies))
        .on::<api::ListEntitiesForPolicy, _, _, _>(turn(list_entities_for_policy::list_entities_for_policy))
        .on::<api::ListGroupPolicies, _, _, _>(turn(inline_policy::list_group_policies))
        .on::<api::ListGroups, _, _, _>(turn(group::list_groups))
        .on::<api::ListGroupsForUser, _, _, _>(turn(group::list_groups_for_user))
        .on::<api::ListInstanceProfileTags, _, _, _>(turn(tags::list_instance_profile_tags))
        .on::<api::ListInstanceProfiles, _, _, _>(turn(instance_profile::list_instance_profiles))
        .on::<api::ListInstanceProfilesForRole, _, _, _>(turn(instance_profile::list_instance_profiles_for_role))
        .on::<api::ListOpenIDConnectProviderTags, _, _, _>(turn(open_id_connect::list_open_id_connect_provider_tags))
        .on::<api::ListOpenIDConnectProviders, _, _, _>(turn(open_id_connect::list_open_id_connect_providers))
        .on::<api::ListPolicies, _, _, _>(turn(managed_policy::list_policies))
        .on::<api::ListPolicyTags, _, _, _>(turn(tags::list_policy_tags))
        .on::<api::ListPolicyVersions, _, _, _>(turn(policy_version::list_policy_versions))
        .on::<api::ListRolePolicies, _, _, _>(turn(inline_policy::list_role_policies))
        .on::<api::ListRoleTags, _, _, _>(turn(tags::list_role_tags))
        .on::<api::ListRoles, _, _, _>(turn(role::list_roles))
        .on::<api::ListSAMLProviderTags, _, _, _>(turn(saml::list_saml_provider_tags))
        .on::<api::ListSAMLProviders, _, _, _>(turn(saml::list_saml_providers))
        .on::<api::ListServiceSpecificCredentials, _, _, _>(turn(
            service_specific_credential::list_service_specific_credentials,
        ))
        .on::<api::ListUserPolicies, _, _, _>(turn(inline_policy::list_user_policies))
        .on::<api::ListUserTags, _, _, _>(turn(tags::list_user_tags))
        .on::<api::ListUsers, _, _, _>(turn(user::list_users))
        .on::<api::PutGroupPolicy, _, _, _>(turn(inline_policy::put_group_policy))
        .on::<api::PutRolePermissionsBoundary, _, _, _>(turn(permissions_boundary::put_role_permissions_boundary))
        .on::<api::PutRolePolicy, _, _, _>(turn(inline_policy::put_role_policy))
        .on::<api::PutUserPermissionsBoundary, _, _, _>(turn(permissions_boundary::put_user_permissions_boundary))
        .on::<api::PutUserPolicy, _, _, _>(turn(inline_policy::put_user_policy))
        .on::<api::RemoveClientIDFromOpenIDConnectProvider, _, _, _>(turn(
            open_id_connect::remove_client_id_from_open_id_connect_provider,
        ))
        .on::<api::RemoveRoleFromInstanceProfile, _, _, _>(turn(instance_profile::remove_role_from_instance_profile))
        .on::<api::RemoveUserFromGroup, _, _, _>(turn(group::remove_user_from_group))
        .on::<api::ResetServiceSpecificCredential, _, _, _>(turn(
            service_specific_credential::reset_service_specific_credential,
        ))
        .on::<api::SetDefaultPolicyVersion, _, _, _>(turn(policy_version::set_default_policy_version))
        .on::<api::SimulateCustomPolicy, _, _, _>(turn(simulate_policy::simulate_custom_policy))
        .on::<api::SimulatePrincipalPolicy, _, _, _>(turn(simulate_policy::simulate_principal_policy))
        .on::<api::TagInstanceProfile, _, _, _>(turn(tags::tag_instance_profile))
        .on::<api::TagOpenIDConnectProvider, _, _, _>(turn(open_id_connect::tag_open_id_connect_provider))
        .on::<api::TagPolicy, _, _, _>(turn(tags::tag_policy))
        .on::<api::TagRole, _, _, _>(turn(tags::tag_role))
        .on::<api::TagSAMLProvider, _, _, _>(turn(saml::tag_saml_provider))
        .on::<api::TagUser, _, _, _>(turn(tags::tag_user))
        .on::<api::UntagInstanceProfile, _, _, _>(turn(tags::untag_instance_profile))
        .on::<api::UntagOpenIDConnectProvider, _, _, _>(turn(open_id_connect::untag_open_id_connect_provider))
        .on::<api::UntagPolicy, _, _, _>(turn(tags::untag_policy))
        .on::<api::UntagRole, _, _, _>(turn(tags::untag_role))
        .on::<api::UntagSAMLProvider, _, _, _>(turn(saml::untag_saml_provider))
        .on::<api::UntagUser, _, _, _>(turn(tags::untag_user))
        .on::<api::UpdateAccessKey, _, _, _>(turn(access_key::update_access_key))
        .on::<api::UpdateAccountPasswordPolicy, _, _, _>(turn(account_settings::update_account_password_policy))
        .on::<api::UpdateAssumeRolePolicy, _, _, _>(turn(role::update_assume_role_policy))
        .on::<api::UpdateGroup, _, _, _>(turn(group::update_group))
        .on::<api::UpdateLoginProfile, _, _, _>(turn(login_profile::update_login_profile))
        .on::<api::UpdateOpenIDConnectProviderThumbprint, _, _, _>(turn(
            open_id_connect::update_open_id_connect_provider_thumbprint,
        ))
        .on::<api::UpdateRole, _, _, _>(turn(role::update_role))
        .on::<api::UpdateRoleDescription, _, _, _>(turn(role::update_role_description))
        .on::<api::UpdateSAMLProvider, _, _, _>(turn(saml::update_saml_provider))
        .on::<api::UpdateServiceSpecificCredential, _, _, _>(turn(
            service_specific_credential::update_service_specific_credential,
        ))
        .on::<api::UpdateUser, _, _, _>(turn(user::update_user))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_says_which_operations_work() {
        let page = include_str!("../../docs/iam.md");
        ruststack_testkit::check_operations(page, &operations().names(), api::OPERATIONS);
    }
}
