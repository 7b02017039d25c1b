//! `AddPermission`: who else may use the queue, written into its policy.

use ruststack_core::operation::Call;

use crate::{
    Sqs,
    api::{AddPermissionInput, AddPermissionOutput},
    error::SqsError,
    policy::{self, Permission},
    service::queue_of,
};

pub(super) async fn add_permission(
    call: Call<Sqs>,
    input: AddPermissionInput,
) -> Result<AddPermissionOutput, SqsError> {
    let queue = queue_of(&call, &input.queue_url)?;
    let permission = Permission { label: &input.label, accounts: &input.aws_account_ids, actions: &input.actions };
    call.service().change(call.ctx(), &queue, |state| {
        let policy = policy::with(state.settings.attributes.get("Policy"), &queue.arn, &permission)?;
        state.settings.attributes.set([("Policy".to_owned(), policy)].into());
        state.settings.modified_at = call.now();
        Ok(AddPermissionOutput {})
    })
}
