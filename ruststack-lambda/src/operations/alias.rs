//! CreateAlias, GetAlias, UpdateAlias, DeleteAlias, ListAliases.

use ruststack_core::operation::Call;

use crate::{
    Lambda,
    api::{
        AliasConfiguration, AliasRoutingConfiguration, CreateAliasInput, CreateAliasOutput, DeleteAliasInput,
        DeleteAliasOutput, GetAliasInput, GetAliasOutput, ListAliasesInput, ListAliasesOutput, UpdateAliasInput,
        UpdateAliasOutput,
    },
    configuration::STALE,
    error::{LambdaError, conflict, constraint, invalid, not_found},
    function::Function,
    names::{FunctionName, LATEST},
    operations::{paged, same},
};

pub(super) async fn create_alias(
    call: Call<Lambda>,
    input: CreateAliasInput,
) -> Result<CreateAliasOutput, LambdaError> {
    let name = FunctionName::parse(call.scope(), &input.function_name)?;
    let ctx = call.ctx();
    let qualified = FunctionName { qualifier: Some(input.function_version.clone()), ..name.clone() };
    let created = call.service().change_function(
        ctx,
        &name.scope,
        |things| things.function(&qualified).cloned(),
        |function| {
            if function.aliases.contains_key(&input.name) {
                return Err(conflict(format!("Alias already exists: {}", function.qualified_arn(&input.name))));
            }
            check_target(function, &input.function_version, input.routing_config.as_ref())?;
            let alias = AliasConfiguration {
                alias_arn: Some(function.qualified_arn(&input.name)),
                name: Some(input.name.clone()),
                function_version: Some(input.function_version.clone()),
                description: Some(input.description.clone().unwrap_or_default()),
                routing_config: weighted(input.routing_config.clone()),
                revision_id: Some(ctx.ids().uuid()),
            };
            function.aliases.insert(input.name.clone(), alias.clone());
            Ok(alias)
        },
    )?;
    same(&created)
}

/// A routing without weights is none.
fn weighted(routing: Option<AliasRoutingConfiguration>) -> Option<AliasRoutingConfiguration> {
    routing.filter(|routing| routing.additional_version_weights.as_ref().is_some_and(|weights| !weights.is_empty()))
}

fn check_target(
    function: &Function,
    version: &str,
    routing: Option<&AliasRoutingConfiguration>,
) -> Result<(), LambdaError> {
    let weights = routing.and_then(|routing| routing.additional_version_weights.as_ref());
    let weights = weights.into_iter().flatten().collect::<Vec<_>>();
    if weights.len() > 1 {
        return Err(invalid("Number of items in AdditionalVersionWeights cannot be greater than 1"));
    }
    for (other, weight) in &weights {
        check_weight(other, **weight)?;
        if other.as_str() == version {
            return Err(invalid(format!(
                "Invalid function version {version}. Function version {version} is already included in routing \
                 configuration."
            )));
        }
    }
    if version == LATEST && !weights.is_empty() {
        let message = "$LATEST is not supported for an alias pointing to more than 1 version".to_owned();
        return Err(LambdaError::Impossible { message });
    }
    let versions = std::iter::once(version).chain(weights.iter().map(|(other, _)| other.as_str()));
    versions.into_iter().try_for_each(|version| {
        if function.version(version).is_some() { Ok(()) } else { Err(function.unknown(Some(version))) }
    })
}

fn check_weight(version: &str, weight: f64) -> Result<(), LambdaError> {
    const MEMBER: &str = "routingConfig.additionalVersionWeights";
    let shown = format!("{{{version}={weight:?}}}");
    if !version.bytes().all(|byte| byte.is_ascii_digit()) {
        let rule = "Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must \
                    have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+]";
        return Err(constraint(&shown, MEMBER, rule));
    }
    if !(0.0..=1.0).contains(&weight) {
        let rule = "Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must \
                    have value greater than or equal to 0.0, Member must not be null]";
        return Err(constraint(&shown, MEMBER, rule));
    }
    Ok(())
}

pub(super) async fn get_alias(call: Call<Lambda>, input: GetAliasInput) -> Result<GetAliasOutput, LambdaError> {
    let name = FunctionName::parse(call.scope(), &input.function_name)?;
    let home = call.service().home(&name.scope);
    let things = home.lock();
    let function = things.functions.get(&name.name);
    let alias = function.and_then(|function| function.aliases.get(&input.name));
    same(alias.ok_or_else(|| not_found(format!("Cannot find alias arn: {}:{}", name.arn(), input.name)))?)
}

pub(super) async fn update_alias(
    call: Call<Lambda>,
    input: UpdateAliasInput,
) -> Result<UpdateAliasOutput, LambdaError> {
    let name = FunctionName::parse(call.scope(), &input.function_name)?;
    let ctx = call.ctx();
    let updated = call.service().change_function(
        ctx,
        &name.scope,
        |things| things.function_itself(&name).cloned(),
        |function| {
            let unknown = || not_found(format!("Alias not found: {}:{}", name.arn(), input.name));
            let mut alias = function.aliases.get(&input.name).cloned().ok_or_else(unknown)?;
            if input.revision_id.is_some() && input.revision_id != alias.revision_id {
                return Err(LambdaError::PreconditionFailedException { message: STALE.to_owned() });
            }
            if input.function_version.is_some() {
                alias.function_version.clone_from(&input.function_version);
            }
            if input.description.is_some() {
                alias.description.clone_from(&input.description);
            }
            if input.routing_config.is_some() {
                alias.routing_config = input.routing_config.clone();
            }
            let version = alias.function_version.clone().unwrap_or_default();
            check_target(function, &version, alias.routing_config.as_ref())?;
            alias.routing_config = weighted(alias.routing_config);
            alias.revision_id = Some(ctx.ids().uuid());
            function.aliases.insert(input.name.clone(), alias.clone());
            Ok(alias)
        },
    )?;
    same(&updated)
}

/// One that is not there is as good as deleted.
pub(super) async fn delete_alias(
    call: Call<Lambda>,
    input: DeleteAliasInput,
) -> Result<DeleteAliasOutput, LambdaError> {
    let name = FunctionName::parse(call.scope(), &input.function_name)?;
    call.service().change_function(
        call.ctx(),
        &name.scope,
        |things| things.function_itself(&name).cloned(),
        |function| {
            function.aliases.remove(&input.name);
            function.policies.remove(&input.name);
            function.provisioned.remove(&input.name);
            function.event_invoke.remove(&input.name);
            function.urls.remove(&input.name);
            Ok(())
        },
    )?;
    Ok(DeleteAliasOutput {})
}

pub(super) async fn list_aliases(
    call: Call<Lambda>,
    input: ListAliasesInput,
) -> Result<ListAliasesOutput, LambdaError> {
    let name = FunctionName::parse(call.scope(), &input.function_name)?;
    let home = call.service().home(&name.scope);
    let things = home.lock();
    let function = things.function_itself(&name)?;
    let points_there = |alias: &AliasConfiguration| {
        input.function_version.is_none() || alias.function_version == input.function_version
    };
    let list = function.aliases.iter().filter(|(_, alias)| points_there(alias));
    let list = list.map(|(name, alias)| (name.clone(), alias.clone()));
    let (aliases, next_marker) = paged(list, input.marker.as_ref(), input.max_items)?;
    Ok(ListAliasesOutput { aliases: Some(aliases), next_marker })
}
