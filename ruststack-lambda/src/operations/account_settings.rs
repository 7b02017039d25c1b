//! GetAccountSettings: limits, and how much of them is used.

use ruststack_core::operation::Call;

use crate::{
    Lambda,
    api::{AccountLimit, AccountUsage, GetAccountSettingsInput, GetAccountSettingsOutput},
    error::LambdaError,
    limits::{MAX_UNZIPPED, MAX_ZIPPED, TOTAL_CODE_SIZE},
};

pub(super) async fn get_account_settings(
    call: Call<Lambda>,
    _input: GetAccountSettingsInput,
) -> Result<GetAccountSettingsOutput, LambdaError> {
    let lambda = call.service();
    let reserved = lambda.reserved_concurrency(call.scope());
    let limit = lambda.config.concurrent_executions;
    let home = lambda.home(call.scope());
    let things = home.lock();
    let of_functions: i64 = things.functions.values().map(|function| function.code_size()).sum();
    let layers = things.layers.values().flat_map(|layer| layer.versions.values());
    let of_layers: i64 = layers.map(|version| version.code_size).sum();
    let count = |number: u32| i32::try_from(number).ok();
    Ok(GetAccountSettingsOutput {
        account_limit: Some(AccountLimit {
            total_code_size: Some(TOTAL_CODE_SIZE),
            code_size_unzipped: i64::try_from(MAX_UNZIPPED).ok(),
            code_size_zipped: i64::try_from(MAX_ZIPPED).ok(),
            concurrent_executions: count(limit),
            unreserved_concurrent_executions: count(limit.saturating_sub(reserved)),
        }),
        account_usage: Some(AccountUsage {
            total_code_size: Some(of_functions + of_layers),
            function_count: i64::try_from(things.functions.len()).ok(),
        }),
    })
}
