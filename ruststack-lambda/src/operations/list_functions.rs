//! ListFunctions.

use ruststack_core::operation::Call;

use crate::{
    Lambda,
    api::{FunctionConfiguration, ListFunctionsInput, ListFunctionsOutput},
    error::LambdaError,
    function::Function,
    names::LATEST,
    operations::paged,
};

pub(super) async fn list_functions(
    call: Call<Lambda>,
    input: ListFunctionsInput,
) -> Result<ListFunctionsOutput, LambdaError> {
    let home = call.service().home(call.scope());
    let things = home.lock();
    let is_all = input.function_version.as_deref() == Some("ALL");
    let list = things.functions.values().flat_map(|function| listed(function, is_all));
    let (functions, next_marker) = paged(list, input.marker.as_ref(), input.max_items)?;
    Ok(ListFunctionsOutput { functions: Some(functions), next_marker })
}

fn listed(function: &Function, is_all: bool) -> Vec<(String, FunctionConfiguration)> {
    let mut list = vec![(format!("{}\0", function.name), in_list(&function.latest.configuration))];
    if is_all {
        list[0].1.function_arn = Some(function.qualified_arn(LATEST));
        list.extend(function.published.iter().map(|(number, version)| {
            let mut told = in_list(&version.configuration);
            told.function_arn = Some(function.qualified_arn(&number.to_string()));
            (format!("{}\0{number:020}", function.name), told)
        }));
    }
    list
}

/// Lists leave out what changes by itself.
pub(super) fn in_list(configuration: &FunctionConfiguration) -> FunctionConfiguration {
    FunctionConfiguration {
        state: None,
        state_reason: None,
        state_reason_code: None,
        last_update_status: None,
        last_update_status_reason: None,
        last_update_status_reason_code: None,
        runtime_version_config: None,
        ..configuration.clone()
    }
}
