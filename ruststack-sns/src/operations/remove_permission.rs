//! `RemovePermission`: what another account may do with a topic, it may no longer.

use ruststack_core::operation::Call;

use crate::{
    Sns,
    api::{RemovePermissionInput, RemovePermissionOutput},
    error::SnsError,
    policy,
    topics_of_calls::change_topic,
};

pub(super) async fn remove_permission(
    call: Call<Sns>,
    input: RemovePermissionInput,
) -> Result<RemovePermissionOutput, SnsError> {
    change_topic(&call, "RemovePermission", ("TopicArn", &input.topic_arn), |settings| {
        let policy = policy::without(&settings.policy(), &input.label);
        settings.set("Policy", policy);
        Ok(())
    })?;
    Ok(RemovePermissionOutput {})
}
