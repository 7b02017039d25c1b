//! `GetBucketNotificationConfiguration`, `PutBucketNotificationConfiguration`: who hears of what happens to objects.

use ruststack_core::error::AwsError;
use s3s::dto::{
    EventBridgeConfiguration, FilterRule, GetBucketNotificationConfigurationInput,
    GetBucketNotificationConfigurationOutput, NotificationConfiguration, NotificationConfigurationFilter,
    PutBucketNotificationConfigurationInput, PutBucketNotificationConfigurationOutput,
};

use crate::{
    call::{Call, Reply},
    error::S3Error,
};

pub(crate) async fn get_bucket_notification_configuration(
    call: Call,
    input: GetBucketNotificationConfigurationInput,
) -> Result<Reply<GetBucketNotificationConfigurationOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let notifies_event_bridge = bucket.settings.read().configurations.notifies_event_bridge;
    let event_bridge_configuration = notifies_event_bridge.then(EventBridgeConfiguration::default);
    Ok(GetBucketNotificationConfigurationOutput { event_bridge_configuration, ..Default::default() }.into())
}

// Differs from AWS: a bucket can be told to notify EventBridge, which is not told yet; queues, topics and functions are
// refused with 501.
pub(crate) async fn put_bucket_notification_configuration(
    call: Call,
    input: PutBucketNotificationConfigurationInput,
) -> Result<Reply<PutBucketNotificationConfigurationOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let configuration = input.notification_configuration;
    let filters = filters(&configuration);
    filters.iter().copied().flatten().try_for_each(check_filter)?;
    if !filters.is_empty() {
        let text = "Notifications of queues, topics and functions are not implemented yet.";
        return Err(AwsError::not_implemented(text));
    }
    let notifies_event_bridge = configuration.event_bridge_configuration.is_some();
    bucket.change_settings(call.ctx().changes(), |settings| {
        settings.configurations.notifies_event_bridge = notifies_event_bridge;
        Ok(())
    })?;
    Ok(PutBucketNotificationConfigurationOutput {}.into())
}

/// One for each that is to be notified, whether it has a filter or not.
fn filters(configuration: &NotificationConfiguration) -> Vec<Option<&NotificationConfigurationFilter>> {
    let queues = configuration.queue_configurations.iter().flatten().map(|queue| queue.filter.as_ref());
    let topics = configuration.topic_configurations.iter().flatten().map(|topic| topic.filter.as_ref());
    let functions = configuration.lambda_function_configurations.iter().flatten();
    queues.chain(topics).chain(functions.map(|function| function.filter.as_ref())).collect()
}

fn check_filter(filter: &NotificationConfigurationFilter) -> Result<(), S3Error> {
    let rules = filter.key.as_ref().and_then(|key| key.filter_rules.as_deref()).unwrap_or_default();
    rules.iter().try_for_each(check_filter_rule)
}

fn check_filter_rule(rule: &FilterRule) -> Result<(), S3Error> {
    let (Some(name), Some(_)) = (&rule.name, &rule.value) else { return Err(S3Error::MalformedXML {}) };
    let is_known = ["prefix", "suffix"].iter().any(|known| known.eq_ignore_ascii_case(name.as_str()));
    if is_known { Ok(()) } else { Err(S3Error::NotificationFilterUnknown { value: name.as_str().to_owned() }) }
}
