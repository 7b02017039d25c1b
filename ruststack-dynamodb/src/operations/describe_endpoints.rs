//! `DescribeEndpoints`: where to send requests, which is where this one was sent.

use ruststack_core::operation::Call;

use crate::{
    DynamoDb,
    api::{DescribeEndpointsInput, DescribeEndpointsOutput, Endpoint},
    error::DynamoDbError,
};

pub(super) async fn describe_endpoints(
    call: Call<DynamoDb>,
    _input: DescribeEndpointsInput,
) -> Result<DescribeEndpointsOutput, DynamoDbError> {
    /// One day.
    const CACHE_PERIOD_MINUTES: i64 = 1440;
    let address = call.ctx().endpoint().host.clone();
    Ok(DescribeEndpointsOutput { endpoints: vec![Endpoint { address, cache_period_in_minutes: CACHE_PERIOD_MINUTES }] })
}
