//! `DescribeLimits`: the throughput that an account may provision.

use ruststack_core::operation::Call;

use crate::{
    DynamoDb,
    api::{DescribeLimitsInput, DescribeLimitsOutput},
    error::DynamoDbError,
};

pub(super) async fn describe_limits(
    _call: Call<DynamoDb>,
    _input: DescribeLimitsInput,
) -> Result<DescribeLimitsOutput, DynamoDbError> {
    const ACCOUNT: i64 = 80_000;
    const TABLE: i64 = 40_000;
    Ok(DescribeLimitsOutput {
        account_max_read_capacity_units: Some(ACCOUNT),
        account_max_write_capacity_units: Some(ACCOUNT),
        table_max_read_capacity_units: Some(TABLE),
        table_max_write_capacity_units: Some(TABLE),
    })
}
