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
    queue.with(|state| {
        let policy = policy::without(state.attributes.get("Policy"), &input.label)?;
        state.attributes.set([("Policy".to_owned(), policy)].into());
        state.modified_at = call.now();
        Ok(RemovePermissionOutput {})
    })
}
