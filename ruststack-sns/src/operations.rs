//! The table of contents of SNS: its operations.

mod add_permission;
mod check_if_phone_number_is_opted_out;
mod confirm_subscription;
mod create_platform_application;
mod create_platform_endpoint;
mod create_topic;
mod data_protection_policy;
mod delete_endpoint;
mod delete_platform_application;
mod delete_topic;
mod endpoint_attributes;
mod list_endpoints_by_platform_application;
mod list_origination_numbers;
mod list_phone_numbers_opted_out;
mod list_platform_applications;
mod list_subscriptions;
mod list_topics;
mod opt_in_phone_number;
mod platform_application_attributes;
mod publish;
mod publish_batch;
mod remove_permission;
mod sms_attributes;
mod sms_sandbox;
mod subscribe;
mod subscription_attributes;
mod topic_attributes;
mod topic_tags;
mod unsubscribe;

use ruststack_core::operation::Operations;

use crate::{Sns, api};

pub(crate) fn operations() -> Operations<Sns> {
    let operations = Operations::new(&api::MODEL);
    platforms(texts(topics(operations)))
}

/// Topics, subscriptions, messages.
fn topics(operations: Operations<Sns>) -> Operations<Sns> {
    operations
        .on::<api::AddPermission, _, _, _>(add_permission::add_permission)
        .on::<api::ConfirmSubscription, _, _, _>(confirm_subscription::confirm_subscription)
        .on::<api::CreateTopic, _, _, _>(create_topic::create_topic)
        .on::<api::DeleteTopic, _, _, _>(delete_topic::delete_topic)
        .on::<api::GetDataProtectionPolicy, _, _, _>(data_protection_policy::get_data_protection_policy)
        .on::<api::GetSubscriptionAttributes, _, _, _>(subscription_attributes::get_subscription_attributes)
        .on::<api::GetTopicAttributes, _, _, _>(topic_attributes::get_topic_attributes)
        .on::<api::ListSubscriptions, _, _, _>(list_subscriptions::list_subscriptions)
        .on::<api::ListSubscriptionsByTopic, _, _, _>(list_subscriptions::list_subscriptions_by_topic)
        .on::<api::ListTagsForResource, _, _, _>(topic_tags::list_tags_for_resource)
        .on::<api::ListTopics, _, _, _>(list_topics::list_topics)
        .on::<api::Publish, _, _, _>(publish::publish)
        .on::<api::PublishBatch, _, _, _>(publish_batch::publish_batch)
        .on::<api::PutDataProtectionPolicy, _, _, _>(data_protection_policy::put_data_protection_policy)
        .on::<api::RemovePermission, _, _, _>(remove_permission::remove_permission)
        .on::<api::SetSubscriptionAttributes, _, _, _>(subscription_attributes::set_subscription_attributes)
        .on::<api::SetTopicAttributes, _, _, _>(topic_attributes::set_topic_attributes)
        .on::<api::Subscribe, _, _, _>(subscribe::subscribe)
        .on::<api::TagResource, _, _, _>(topic_tags::tag_resource)
        .on::<api::Unsubscribe, _, _, _>(unsubscribe::unsubscribe)
        .on::<api::UntagResource, _, _, _>(topic_tags::untag_resource)
}

/// Text messages.
fn texts(operations: Operations<Sns>) -> Operations<Sns> {
    use check_if_phone_number_is_opted_out::check_if_phone_number_is_opted_out;
    operations
        .on::<api::CheckIfPhoneNumberIsOptedOut, _, _, _>(check_if_phone_number_is_opted_out)
        .on::<api::CreateSMSSandboxPhoneNumber, _, _, _>(sms_sandbox::create_sms_sandbox_phone_number)
        .on::<api::DeleteSMSSandboxPhoneNumber, _, _, _>(sms_sandbox::delete_sms_sandbox_phone_number)
        .on::<api::GetSMSAttributes, _, _, _>(sms_attributes::get_sms_attributes)
        .on::<api::GetSMSSandboxAccountStatus, _, _, _>(sms_sandbox::get_sms_sandbox_account_status)
        .on::<api::ListOriginationNumbers, _, _, _>(list_origination_numbers::list_origination_numbers)
        .on::<api::ListPhoneNumbersOptedOut, _, _, _>(list_phone_numbers_opted_out::list_phone_numbers_opted_out)
        .on::<api::ListSMSSandboxPhoneNumbers, _, _, _>(sms_sandbox::list_sms_sandbox_phone_numbers)
        .on::<api::OptInPhoneNumber, _, _, _>(opt_in_phone_number::opt_in_phone_number)
        .on::<api::SetSMSAttributes, _, _, _>(sms_attributes::set_sms_attributes)
        .on::<api::VerifySMSSandboxPhoneNumber, _, _, _>(sms_sandbox::verify_sms_sandbox_phone_number)
}

/// Mobile devices.
fn platforms(operations: Operations<Sns>) -> Operations<Sns> {
    use list_endpoints_by_platform_application::list_endpoints_by_platform_application;
    use platform_application_attributes::{get_platform_application_attributes, set_platform_application_attributes};
    operations
        .on::<api::CreatePlatformApplication, _, _, _>(create_platform_application::create_platform_application)
        .on::<api::CreatePlatformEndpoint, _, _, _>(create_platform_endpoint::create_platform_endpoint)
        .on::<api::DeleteEndpoint, _, _, _>(delete_endpoint::delete_endpoint)
        .on::<api::DeletePlatformApplication, _, _, _>(delete_platform_application::delete_platform_application)
        .on::<api::GetEndpointAttributes, _, _, _>(endpoint_attributes::get_endpoint_attributes)
        .on::<api::GetPlatformApplicationAttributes, _, _, _>(get_platform_application_attributes)
        .on::<api::ListEndpointsByPlatformApplication, _, _, _>(list_endpoints_by_platform_application)
        .on::<api::ListPlatformApplications, _, _, _>(list_platform_applications::list_platform_applications)
        .on::<api::SetEndpointAttributes, _, _, _>(endpoint_attributes::set_endpoint_attributes)
        .on::<api::SetPlatformApplicationAttributes, _, _, _>(set_platform_application_attributes)
}
