//! `GetQueueUrl`: from a name to its URL.

use ruststack_core::{operation::Call, scope::Scope};

use crate::{
    Sqs, access,
    api::{GetQueueUrlInput, GetQueueUrlOutput},
    error::SqsError,
    service::no_queue,
};

pub(super) async fn get_queue_url(call: Call<Sqs>, input: GetQueueUrlInput) -> Result<GetQueueUrlOutput, SqsError> {
    let owner = input.queue_owner_aws_account_id.map(|owner| owner.parse()).transpose();
    let owner = owner.map_err(|_| no_queue(call.ctx()))?;
    let scope = Scope { account: owner.unwrap_or(call.scope().account), ..call.scope().clone() };
    let queue = call.service().queues(&scope).get(&input.queue_name).ok_or_else(|| no_queue(call.ctx()))?;
    access::check(&call, &queue)?;
    Ok(GetQueueUrlOutput { queue_url: Some(call.service().url(&queue, call.ctx())) })
}
