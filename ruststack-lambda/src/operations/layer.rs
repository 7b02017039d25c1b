//! PublishLayerVersion, GetLayerVersion, GetLayerVersionByArn, ListLayerVersions, ListLayers, DeleteLayerVersion.

use std::{collections::BTreeMap, sync::Arc};

use ruststack_core::{context::Context, operation::Call, scope::Scope};

use crate::{
    Lambda,
    api::{
        DeleteLayerVersionInput, DeleteLayerVersionOutput, GetLayerVersionByArnInput, GetLayerVersionByArnOutput,
        GetLayerVersionInput, GetLayerVersionOutput, Layer as LayerInUse, LayerVersionContentOutput,
        LayerVersionsListItem, LayersListItem, ListLayerVersionsInput, ListLayerVersionsOutput, ListLayersInput,
        ListLayersOutput, PublishLayerVersionInput, PublishLayerVersionOutput,
    },
    configuration::modified,
    deploying::Source,
    error::{LambdaError, constraint, invalid, no_such_resource, validation},
    function::Code,
    home::{Layer, LayerVersion},
    limits::MAX_LAYERS,
    operations::{get_function::archive_url, paged, same},
    rows, runtimes,
};

pub(super) async fn publish_layer_version(
    call: Call<Lambda>,
    input: PublishLayerVersionInput,
) -> Result<PublishLayerVersionOutput, LambdaError> {
    let (lambda, ctx, scope) = (call.service(), call.ctx(), call.scope());
    let name = layer_name(&input.layer_name);
    check_compatible(&input)?;
    let source = Source {
        zip_file: input.content.zip_file.as_ref().map(|blob| &blob.0),
        bucket: input.content.s3_bucket.as_deref(),
        key: input.content.s3_key.as_deref(),
        object_version: input.content.s3_object_version.as_deref(),
        image_uri: None,
    };
    let found = lambda.find_code(ctx, &source).await?;
    let Code::Archive(digest) = found.code.clone() else {
        return Err(invalid("A layer cannot be reloaded from a folder."));
    };
    let version = LayerVersion {
        digest,
        code_sha256: found.code_sha256.clone(),
        code_size: found.size,
        description: input.description.unwrap_or_default(),
        license_info: input.license_info,
        runtimes: input.compatible_runtimes,
        architectures: input.compatible_architectures,
        created: call.now(),
        policy: None,
    };
    let told = lambda.change(ctx, scope, |things| {
        let layer = things.layers.entry(name.clone()).or_insert_with(|| Arc::new(Layer::new(scope, &name)));
        let layer = Arc::make_mut(layer);
        let number = layer.next_version;
        layer.next_version += 1;
        layer.versions.insert(number, version);
        found.record(ctx);
        ctx.changes().record(|rows| rows::put_layer(rows, scope, layer));
        Ok(told(ctx, layer, number, &layer.versions[&number]))
    })?;
    same(&told)
}

/// Refuses runtimes and architectures that there are not, both at once.
fn check_compatible(input: &PublishLayerVersionInput) -> Result<(), LambdaError> {
    let broken: Vec<String> = [
        runtimes::broken(input.compatible_runtimes.as_deref(), "compatibleRuntimes"),
        runtimes::broken_architectures(input.compatible_architectures.as_deref(), "compatibleArchitectures"),
    ]
    .into_iter()
    .flatten()
    .collect();
    validation(&broken)
}

impl Layer {
    fn new(scope: &Scope, name: &str) -> Self {
        let arn = format!("arn:{}:lambda:{}:{}:layer:{name}", scope.partition(), scope.region, scope.account);
        Self { name: name.to_owned(), arn, versions: BTreeMap::new(), next_version: 1 }
    }
}

/// Of a name or an ARN.
pub(super) fn layer_name(told: &str) -> String {
    told.rsplit(':').next().unwrap_or_default().to_owned()
}

fn told(ctx: &Context, layer: &Layer, number: i64, version: &LayerVersion) -> GetLayerVersionOutput {
    GetLayerVersionOutput {
        content: Some(LayerVersionContentOutput {
            location: Some(archive_url(ctx, &version.digest)),
            code_sha256: Some(version.code_sha256.clone()),
            code_size: Some(version.code_size),
            ..LayerVersionContentOutput::default()
        }),
        layer_arn: Some(layer.arn.clone()),
        layer_version_arn: Some(format!("{}:{number}", layer.arn)),
        description: Some(version.description.clone()),
        created_date: Some(modified(version.created)),
        version: Some(number),
        compatible_architectures: version.architectures.clone(),
        compatible_runtimes: version.runtimes.clone(),
        license_info: version.license_info.clone(),
    }
}

fn listed(layer: &Layer, number: i64, version: &LayerVersion) -> LayerVersionsListItem {
    let some = |list: &Option<Vec<String>>| list.clone().filter(|list| !list.is_empty());
    LayerVersionsListItem {
        layer_version_arn: Some(format!("{}:{number}", layer.arn)),
        version: Some(number),
        description: Some(version.description.clone()),
        created_date: Some(modified(version.created)),
        compatible_architectures: some(&version.architectures),
        compatible_runtimes: some(&version.runtimes),
        license_info: version.license_info.clone(),
    }
}

fn check_number(number: i64) -> Result<(), LambdaError> {
    if number < 1 { Err(invalid("Layer Version Cannot be less than 1")) } else { Ok(()) }
}

pub(super) async fn get_layer_version(
    call: Call<Lambda>,
    input: GetLayerVersionInput,
) -> Result<GetLayerVersionOutput, LambdaError> {
    check_number(input.version_number)?;
    // The ARN of a layer names another account's, too.
    let arn = format!("{}:{}", input.layer_name, input.version_number);
    match version_of(&arn) {
        Some((scope, name, number)) => find(&call, &scope, &name, number),
        None => find(&call, call.scope(), &layer_name(&input.layer_name), input.version_number),
    }
}

fn find(call: &Call<Lambda>, scope: &Scope, name: &str, number: i64) -> Result<GetLayerVersionOutput, LambdaError> {
    let home = call.service().home(scope);
    let things = home.lock();
    let layer = things.layers.get(name).ok_or_else(no_such_resource)?;
    let version = layer.versions.get(&number).ok_or_else(no_such_resource)?;
    Ok(told(call.ctx(), layer, number, version))
}

pub(super) async fn get_layer_version_by_arn(
    call: Call<Lambda>,
    input: GetLayerVersionByArnInput,
) -> Result<GetLayerVersionByArnOutput, LambdaError> {
    const PATTERN: &str = r"(arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+)";
    let refused =
        || constraint(&input.arn, "arn", &format!("Member must satisfy regular expression pattern: {PATTERN}"));
    let (scope, name, number) = version_of(&input.arn).ok_or_else(refused)?;
    same(&find(&call, &scope, &name, number)?)
}

/// Scope, name and number that the ARN of a layer's version names.
pub(crate) fn version_of(arn: &str) -> Option<(Scope, String, i64)> {
    let parsed: ruststack_core::arn::Arn = arn.parse().ok()?;
    let (name, number) = parsed.resource().strip_prefix("layer:")?.split_once(':')?;
    let region = ruststack_core::scope::Region::nonstandard(parsed.region());
    Some((Scope::new(parsed.account().parse().ok()?, region), name.to_owned(), number.parse().ok()?))
}

pub(super) async fn list_layer_versions(
    call: Call<Lambda>,
    input: ListLayerVersionsInput,
) -> Result<ListLayerVersionsOutput, LambdaError> {
    let home = call.service().home(call.scope());
    let things = home.lock();
    let layer = things.layers.get(&layer_name(&input.layer_name));
    let fits = |version: &LayerVersion| {
        fits(version, input.compatible_runtime.as_ref(), input.compatible_architecture.as_ref())
    };
    let list = layer.into_iter().flat_map(|layer| {
        let versions = layer.versions.iter().rev().filter(|(_, version)| fits(version));
        // The newest comes first.
        versions.map(|(number, version)| (format!("{:020}", i64::MAX - number), listed(layer, *number, version)))
    });
    let (versions, next_marker) = paged(list, input.marker.as_ref(), input.max_items)?;
    Ok(ListLayerVersionsOutput { next_marker, layer_versions: Some(versions) })
}

fn fits(version: &LayerVersion, runtime: Option<&String>, architecture: Option<&String>) -> bool {
    let has = |list: &Option<Vec<String>>, wanted: Option<&String>| {
        wanted.is_none_or(|wanted| list.as_ref().is_some_and(|list| list.contains(wanted)))
    };
    has(&version.runtimes, runtime) && has(&version.architectures, architecture)
}

pub(super) async fn list_layers(call: Call<Lambda>, input: ListLayersInput) -> Result<ListLayersOutput, LambdaError> {
    let home = call.service().home(call.scope());
    let things = home.lock();
    let list = things.layers.values().filter_map(|layer| {
        let mut versions = layer.versions.iter().rev();
        let (number, version) = versions.find(|(_, version)| {
            fits(version, input.compatible_runtime.as_ref(), input.compatible_architecture.as_ref())
        })?;
        let item = LayersListItem {
            layer_name: Some(layer.name.clone()),
            layer_arn: Some(layer.arn.clone()),
            latest_matching_version: Some(listed(layer, *number, version)),
        };
        Some((layer.name.clone(), item))
    });
    let (layers, next_marker) = paged(list, input.marker.as_ref(), input.max_items)?;
    Ok(ListLayersOutput { next_marker, layers: Some(layers) })
}

// Differs from AWS: functions that use a layer's version that is deleted lose it when they are started anew.
pub(super) async fn delete_layer_version(
    call: Call<Lambda>,
    input: DeleteLayerVersionInput,
) -> Result<DeleteLayerVersionOutput, LambdaError> {
    check_number(input.version_number)?;
    let (lambda, ctx, scope) = (call.service(), call.ctx(), call.scope());
    let removed = lambda.change(ctx, scope, |things| {
        let Some(layer) = things.layers.get_mut(&layer_name(&input.layer_name)) else { return Ok(None) };
        let layer = Arc::make_mut(layer);
        let removed = layer.versions.remove(&input.version_number);
        ctx.changes().record(|rows| rows::put_layer(rows, scope, layer));
        Ok(removed)
    })?;
    if let Some(version) = removed {
        lambda.sweep_archives(ctx, &[version.digest]);
    }
    Ok(DeleteLayerVersionOutput {})
}

impl Lambda {
    /// The layers that a function asks for, as its configuration tells them.
    pub(crate) fn layers(
        &self,
        scope: &Scope,
        arns: Option<&[String]>,
    ) -> Result<Option<Vec<LayerInUse>>, LambdaError> {
        let Some(arns) = arns.filter(|arns| !arns.is_empty()) else { return Ok(None) };
        if arns.len() > MAX_LAYERS {
            return Err(invalid("Cannot reference more than 5 layers."));
        }
        check_distinct(arns)?;
        arns.iter().map(|arn| self.layer(scope, arn)).collect::<Result<_, _>>().map(Some)
    }

    fn layer(&self, scope: &Scope, arn: &str) -> Result<LayerInUse, LambdaError> {
        let (theirs, name, number) = version_of(arn).ok_or_else(|| invalid_layer(arn))?;
        if theirs.region != scope.region {
            return Err(invalid(format!(
                "Layers are not in the same region as the function. Layers are expected to be in region {}.",
                scope.region
            )));
        }
        let home = self.home(&theirs);
        let things = home.lock();
        let version = things.layers.get(&name).and_then(|layer| layer.versions.get(&number));
        let version = version.ok_or_else(|| invalid(format!("Layer version {arn} does not exist.")))?;
        Ok(LayerInUse { arn: Some(arn.to_owned()), code_size: Some(version.code_size), ..LayerInUse::default() })
    }

    /// The archive of a layer's version.
    pub(crate) fn layer_digest(&self, arn: &str) -> Option<String> {
        let (scope, name, number) = version_of(arn)?;
        let home = self.home(&scope);
        let things = home.lock();
        Some(things.layers.get(&name)?.versions.get(&number)?.digest.clone())
    }
}

fn check_distinct(arns: &[String]) -> Result<(), LambdaError> {
    for (index, arn) in arns.iter().enumerate() {
        let layer = |arn: &String| arn.rsplit_once(':').map(|(layer, _)| layer.to_owned());
        if let Some(other) = arns[index + 1..].iter().find(|other| layer(other) == layer(arn)) {
            return Err(invalid(format!(
                "Two different versions of the same layer are not allowed to be referenced in the same function. {arn} and \
                 {other} are versions of the same layer."
            )));
        }
    }
    Ok(())
}

fn invalid_layer(arn: &str) -> LambdaError {
    let rule = r"Member must satisfy constraint: [Member must have length less than or equal to 2048, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)|(arn:[a-zA-Z0-9-]+:lambda:::awslayer:[a-zA-Z0-9-_]+), Member must not be null]";
    constraint(&format!("[{arn}]"), "layers", rule)
}
