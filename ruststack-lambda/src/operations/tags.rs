//! TagResource, UntagResource, ListTags: of functions and event source mappings.

use std::{collections::BTreeMap, sync::Arc};

use ruststack_core::{arn::Arn, operation::Call};

use crate::{
    Lambda,
    api::{
        ListTagsInput, ListTagsOutput, TagResourceInput, TagResourceOutput, UntagResourceInput, UntagResourceOutput,
    },
    error::{LambdaError, constraint, invalid, not_found},
    limits::MAX_TAGS,
    names::FunctionName,
    policy, rows,
};

type Tags = BTreeMap<String, String>;

const PATTERN: &str = r"arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:(function:[a-zA-Z0-9-_]+(:(\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|capacity-provider:[a-zA-Z0-9-_]+)";

/// What has tags.
enum Tagged {
    Function(FunctionName),
    Mapping(String),
}

fn tagged(resource: &str) -> Result<Tagged, LambdaError> {
    let refused =
        || constraint(resource, "resource", &format!("Member must satisfy regular expression pattern: {PATTERN}"));
    let arn: Arn = resource.parse().map_err(|_| refused())?;
    if arn.service() != "lambda" {
        return Err(refused());
    }
    if let Some(id) = arn.resource().strip_prefix("event-source-mapping:") {
        return if id.contains(':') { Err(refused()) } else { Ok(Tagged::Mapping(id.to_owned())) };
    }
    if arn.resource().starts_with("capacity-provider:") {
        return Err(not_found(format!("Capacity provider not found: {resource}")));
    }
    let name = policy::function_of(&arn).ok_or_else(refused)?;
    if name.qualifier.is_some() {
        return Err(invalid("Tags on function aliases and versions are not supported. Please specify a function ARN."));
    }
    Ok(Tagged::Function(name))
}

pub(super) fn check(tags: Option<&Tags>) -> Result<(), LambdaError> {
    if tags.is_some_and(|tags| tags.len() > MAX_TAGS) {
        return Err(invalid("Number of tags exceeds resource tag limit."));
    }
    Ok(())
}

fn change(call: &Call<Lambda>, resource: &str, work: impl FnOnce(&mut Tags)) -> Result<(), LambdaError> {
    let (lambda, ctx) = (call.service(), call.ctx());
    let apply = |tags: &mut Tags| {
        let mut changed = tags.clone();
        work(&mut changed);
        check(Some(&changed))?;
        *tags = changed;
        Ok(())
    };
    match tagged(resource)? {
        Tagged::Function(name) => lambda.change_function(
            ctx,
            &name.scope,
            |things| things.function(&name).cloned(),
            |function| {
                function.latest.configuration.revision_id = Some(ctx.ids().uuid());
                apply(&mut function.tags)
            },
        ),
        Tagged::Mapping(id) => lambda.change(ctx, call.scope(), |things| {
            let mapping = things.mappings.get_mut(&id).ok_or_else(|| unknown_mapping(resource))?;
            apply(&mut Arc::make_mut(mapping).tags)?;
            ctx.changes().record(|rows| rows::put_mapping(rows, call.scope(), &id, mapping));
            Ok(())
        }),
    }
}

fn unknown_mapping(arn: &str) -> LambdaError {
    not_found(format!("Event source mapping not found: {arn}"))
}

pub(super) async fn tag_resource(
    call: Call<Lambda>,
    input: TagResourceInput,
) -> Result<TagResourceOutput, LambdaError> {
    if input.tags.is_empty() {
        return Err(invalid("An error occurred and the request cannot be processed."));
    }
    change(&call, &input.resource, |tags| tags.extend(input.tags))?;
    Ok(TagResourceOutput {})
}

pub(super) async fn untag_resource(
    call: Call<Lambda>,
    input: UntagResourceInput,
) -> Result<UntagResourceOutput, LambdaError> {
    change(&call, &input.resource, |tags| tags.retain(|key, _| !input.tag_keys.contains(key)))?;
    Ok(UntagResourceOutput {})
}

pub(super) async fn list_tags(call: Call<Lambda>, input: ListTagsInput) -> Result<ListTagsOutput, LambdaError> {
    let tags = match tagged(&input.resource)? {
        Tagged::Function(name) => call.service().home(&name.scope).lock().function(&name)?.tags.clone(),
        Tagged::Mapping(id) => {
            let home = call.service().home(call.scope());
            let things = home.lock();
            things.mappings.get(&id).ok_or_else(|| unknown_mapping(&input.resource))?.tags.clone()
        }
    };
    Ok(ListTagsOutput { tags: Some(tags) })
}
