//! `GetBucketNotificationConfiguration`, `PutBucketNotificationConfiguration`: who hears of what happens to objects.

use ruststack_core::error::AwsError;
use s3s::dto::{
    GetBucketNotificationConfigurationInput, GetBucketNotificationConfigurationOutput,
    PutBucketNotificationConfigurationInput, PutBucketNotificationConfigurationOutput,
};

use crate::{
    call::{Call, Reply},
    notifications::{
        document::{self, Draft},
        validation::{self, check_destinations, send_test_messages},
    },
};

const SKIP_VALIDATION: &str = "x-amz-skip-destination-validation";

pub(crate) async fn get_bucket_notification_configuration(
    call: Call,
    input: GetBucketNotificationConfigurationInput,
) -> Result<Reply<GetBucketNotificationConfigurationOutput>, AwsError> {
    let bucket = call.s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let output = document::shown(&bucket.settings.read().configurations);
    Ok(output.into())
}

pub(crate) async fn put_bucket_notification_configuration(
    call: Call,
    input: PutBucketNotificationConfigurationInput,
) -> Result<Reply<PutBucketNotificationConfigurationOutput>, AwsError> {
    let (ctx, s3) = (call.ctx(), &call.s3);
    let bucket = s3.buckets.expect(&input.bucket, input.expected_bucket_owner.as_deref())?;
    let notifies_event_bridge = input.notification_configuration.event_bridge_configuration.is_some();
    let drafts = document::drafts(input.notification_configuration)?;
    let is_validated = !call.header(SKIP_VALIDATION).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    if is_validated {
        check_destinations(ctx, &bucket, &drafts).await?;
    }
    let notifications: Vec<_> =
        drafts.into_iter().map(|draft| Draft::into_notification(draft, ctx.ids())).collect::<Result<_, _>>()?;
    validation::check(&bucket, &notifications)?;
    if is_validated && s3.config.sends_test_events {
        send_test_messages(ctx, &bucket, &notifications).await;
    }
    s3.notifications.switch_on();
    bucket.change_settings(ctx.changes(), |settings| {
        settings.configurations.notifications = notifications;
        settings.configurations.notifies_event_bridge = notifies_event_bridge;
        Ok(())
    })?;
    Ok(PutBucketNotificationConfigurationOutput {}.into())
}
