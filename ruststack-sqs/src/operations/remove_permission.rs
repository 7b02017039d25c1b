//! `RemovePermission`: takes a permission out of the queue's policy.

use ruststack_core::operation::Call;

use crate::{
    Sqs,
    api::{RemovePermissionInput, RemovePermissionOutput},
    error::SqsError,
    policy,
    service::queue_of,
};

pub(super) async fn remove_permission(
    call: Call<Sqs>,
    input: RemovePermissionInput,
) -> Result<RemovePermissionOutput, SqsError> {
    let queue = queue_of(&call, &input.queue_url)?;
    call.service().change(call.ctx(), &queue, |state| {
        let policy = policy::without(state.settings.attributes.get("Policy"), &input.label)?;
        state.settings.attributes.set([("Policy".to_owned(), policy)].into());
        state.settings.modified_at = call.now();
        Ok(RemovePermissionOutput {})
    })
}
