//! PublishVersion and ListVersionsByFunction.

use ruststack_core::operation::Call;

use crate::{
    Lambda,
    api::{
        FunctionConfiguration, ListVersionsByFunctionInput, ListVersionsByFunctionOutput, PublishVersionInput,
        PublishVersionOutput,
    },
    error::{LambdaError, invalid},
    function::{Function, Version},
    names::{FunctionName, LATEST},
    operations::{list_functions::in_list, paged, same},
};

pub(super) async fn publish_version(
    call: Call<Lambda>,
    input: PublishVersionInput,
) -> Result<PublishVersionOutput, LambdaError> {
    let name = FunctionName::parse(call.scope(), &input.function_name)?;
    let home = call.service().home(&name.scope);
    let function = home.lock().function_itself(&name)?.clone();
    let configuration = &function.latest.configuration;
    configuration.check_revision(input.revision_id.as_ref())?;
    let current = configuration.code_sha256.clone().unwrap_or_default();
    if let Some(told) = input.code_sha256.as_ref().filter(|told| **told != current) {
        return Err(invalid(format!(
            "CodeSHA256 ({told}) is different from current CodeSHA256 in $LATEST ({current}). Please try again with the \
             CodeSHA256 in $LATEST."
        )));
    }
    same(&publish(&call, &name, input.description.as_ref())?)
}

/// Publishes the latest version; where it is published already, that is told.
pub(super) fn publish(
    call: &Call<Lambda>,
    name: &FunctionName,
    description: Option<&String>,
) -> Result<FunctionConfiguration, LambdaError> {
    let ctx = call.ctx();
    call.service().change_function(
        ctx,
        &name.scope,
        |things| things.function_itself(name).cloned(),
        |function| {
            if let Some(number) = same_as_latest(function) {
                return function.told(Some(&number));
            }
            let number = function.next_version;
            function.next_version += 1;
            let mut version = Version { generation: ctx.ids().number(), ..function.latest.clone() };
            let configuration = &mut version.configuration;
            configuration.version = Some(number.to_string());
            configuration.function_arn = Some(function.qualified_arn(&number.to_string()));
            configuration.revision_id = Some(ctx.ids().uuid());
            if let Some(description) = description {
                configuration.description = Some(description.clone());
            }
            configuration.make_active();
            function.published.insert(number, version);
            function.latest.configuration.revision_id = Some(ctx.ids().uuid());
            function.told(Some(&number.to_string()))
        },
    )
}

/// The last published version, if nothing has changed since.
fn same_as_latest(function: &Function) -> Option<String> {
    let (number, last) = function.published.last_key_value()?;
    let core = |version: &Version| FunctionConfiguration {
        version: None,
        function_arn: None,
        revision_id: None,
        description: None,
        last_modified: None,
        ..in_list(&version.configuration)
    };
    let is_same = core(last) == core(&function.latest) && last.code == function.latest.code;
    let modified = |version: &Version| version.configuration.last_modified.clone();
    (is_same && modified(last) == modified(&function.latest)).then(|| number.to_string())
}

pub(super) async fn list_versions_by_function(
    call: Call<Lambda>,
    input: ListVersionsByFunctionInput,
) -> Result<ListVersionsByFunctionOutput, LambdaError> {
    let name = FunctionName::parse(call.scope(), &input.function_name)?;
    let home = call.service().home(&name.scope);
    let things = home.lock();
    let function = things.function_itself(&name)?;
    let told = |number: String, version: &Version| {
        let mut told = in_list(&version.configuration);
        told.function_arn = Some(function.qualified_arn(&number));
        told
    };
    let latest = (String::new() + "0", told(LATEST.to_owned(), &function.latest));
    let published = function
        .published
        .iter()
        .map(|(number, version)| (format!("1{number:020}"), told(number.to_string(), version)));
    let list = std::iter::once(latest).chain(published);
    let (versions, next_marker) = paged(list, input.marker.as_ref(), input.max_items)?;
    Ok(ListVersionsByFunctionOutput { versions: Some(versions), next_marker })
}
