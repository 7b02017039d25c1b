//! `AddPermission`: another account may do something with a topic.

use ruststack_core::operation::Call;

use crate::{
    Sns,
    api::{AddPermissionInput, AddPermissionOutput},
    error::SnsError,
    policy::{self, Permission},
    topics_of_calls::change_topic,
};

pub(super) async fn add_permission(
    call: Call<Sns>,
    input: AddPermissionInput,
) -> Result<AddPermissionOutput, SnsError> {
    let AddPermissionInput { topic_arn, label, aws_account_id, action_name } = &input;
    change_topic(&call, "AddPermission", ("TopicArn", topic_arn), |settings| {
        let permission = Permission { label, accounts: aws_account_id, actions: action_name };
        let policy = policy::with(&settings.policy(), &settings.arn, &permission)?;
        settings.set("Policy", policy);
        Ok(())
    })?;
    Ok(AddPermissionOutput {})
}
