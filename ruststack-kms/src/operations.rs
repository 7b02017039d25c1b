//! The table of contents of KMS: its operations. What AWS has and is not here answers 501.

mod alias;
mod create_key;
mod decrypt;
mod describe_key;
mod enable_key;
mod encrypt;
mod generate_data_key;
mod generate_random;
mod grant;
mod key_deletion;
mod key_policy;
mod key_rotation;
mod list_aliases;
mod list_key_rotations;
mod list_keys;
mod mac;
mod re_encrypt;
mod resource_tags;
mod rotate_key_on_demand;
mod update_key_description;

use ruststack_core::operation::Operations;

use crate::{Kms, api};

pub(crate) fn operations() -> Operations<Kms> {
    Operations::new(&api::MODEL)
        .on::<api::CancelKeyDeletion, _, _, _>(key_deletion::cancel_key_deletion)
        .on::<api::CreateAlias, _, _, _>(alias::create_alias)
        .on::<api::CreateGrant, _, _, _>(grant::create_grant)
        .on::<api::CreateKey, _, _, _>(create_key::create_key)
        .on::<api::Decrypt, _, _, _>(decrypt::decrypt)
        .on::<api::DeleteAlias, _, _, _>(alias::delete_alias)
        .on::<api::DescribeKey, _, _, _>(describe_key::describe_key)
        .on::<api::DisableKey, _, _, _>(enable_key::disable_key)
        .on::<api::DisableKeyRotation, _, _, _>(key_rotation::disable_key_rotation)
        .on::<api::EnableKey, _, _, _>(enable_key::enable_key)
        .on::<api::EnableKeyRotation, _, _, _>(key_rotation::enable_key_rotation)
        .on::<api::Encrypt, _, _, _>(encrypt::encrypt)
        .on::<api::GenerateDataKey, _, _, _>(generate_data_key::generate_data_key)
        .on::<api::GenerateDataKeyWithoutPlaintext, _, _, _>(generate_data_key::generate_data_key_without_plaintext)
        .on::<api::GenerateMac, _, _, _>(mac::generate_mac)
        .on::<api::GenerateRandom, _, _, _>(generate_random::generate_random)
        .on::<api::GetKeyPolicy, _, _, _>(key_policy::get_key_policy)
        .on::<api::GetKeyRotationStatus, _, _, _>(key_rotation::get_key_rotation_status)
        .on::<api::ListAliases, _, _, _>(list_aliases::list_aliases)
        .on::<api::ListGrants, _, _, _>(grant::list_grants)
        .on::<api::ListKeyPolicies, _, _, _>(key_policy::list_key_policies)
        .on::<api::ListKeyRotations, _, _, _>(list_key_rotations::list_key_rotations)
        .on::<api::ListKeys, _, _, _>(list_keys::list_keys)
        .on::<api::ListResourceTags, _, _, _>(resource_tags::list_resource_tags)
        .on::<api::ListRetirableGrants, _, _, _>(grant::list_retirable_grants)
        .on::<api::PutKeyPolicy, _, _, _>(key_policy::put_key_policy)
        .on::<api::ReEncrypt, _, _, _>(re_encrypt::re_encrypt)
        .on::<api::RetireGrant, _, _, _>(grant::retire_grant)
        .on::<api::RevokeGrant, _, _, _>(grant::revoke_grant)
        .on::<api::RotateKeyOnDemand, _, _, _>(rotate_key_on_demand::rotate_key_on_demand)
        .on::<api::ScheduleKeyDeletion, _, _, _>(key_deletion::schedule_key_deletion)
        .on::<api::TagResource, _, _, _>(resource_tags::tag_resource)
        .on::<api::UntagResource, _, _, _>(resource_tags::untag_resource)
        .on::<api::UpdateAlias, _, _, _>(alias::update_alias)
        .on::<api::UpdateKeyDescription, _, _, _>(update_key_description::update_key_description)
        .on::<api::VerifyMac, _, _, _>(mac::verify_mac)
}
