//! `DescribeTable`: what a table is.

use ruststack_core::operation::Call;

use crate::{
    DynamoDb,
    api::{DescribeTableInput, DescribeTableOutput},
    error::DynamoDbError,
    replicas,
    service::table_itself,
    table_definition::check_table_name,
};

pub(super) async fn describe_table(
    call: Call<DynamoDb>,
    input: DescribeTableInput,
) -> Result<DescribeTableOutput, DynamoDbError> {
    let table = table_itself(&call, check_table_name(input.table_name.as_deref())?)?;
    Ok(DescribeTableOutput { table: Some(replicas::description_in(&table, &call.scope().region)) })
}
