//! What an environment is started with: code, layers, variables, credentials.

use std::{collections::BTreeMap, fs, path::Path, time::UNIX_EPOCH};

use ruststack_core::{
    context::{Context, NewContext},
    identity::{Identity, Principal},
    scope::Scope,
    service::Protocol,
};
use serde_json::{Value, json};

use crate::{
    Lambda,
    error::LambdaError,
    executor::{self, Folder, Package},
    fleet::Start,
    function::{Code, Function, Version},
};

/// How many files of a folder that is used as it is are looked at for changes.
const MAX_WATCHED_FILES: usize = 5000;

impl Lambda {
    /// What tells environments of a version apart from those of an older one.
    pub(super) fn generation(&self, version: &Version) -> u64 {
        match &version.code {
            Code::HostFolder(folder) => {
                version.generation.wrapping_add(newest(Path::new(folder), &mut MAX_WATCHED_FILES.clone()))
            }
            Code::Archive(_) | Code::Image(_) => version.generation,
        }
    }

    pub(crate) async fn start<'s>(
        &self,
        ctx: &'s Context,
        scope: &Scope,
        function: &Function,
        number: &str,
        version: &Version,
    ) -> Result<Start<'s>, LambdaError> {
        let configuration = &version.configuration;
        let environment_id = ctx.ids().hex(32);
        let date = ctx.now().to_iso_8601()[..10].replace('-', "/");
        let log_stream = format!("{date}/[{number}]{environment_id}");
        let logging = configuration.logging_config.as_ref();
        let log_group = logging.and_then(|logging| logging.log_group.clone());
        let log_group = log_group.unwrap_or_else(|| format!("/aws/lambda/{}", function.name));
        let mut variables = self.variables(scope, function, number, version);
        variables.insert("AWS_LAMBDA_LOG_GROUP_NAME".to_owned(), log_group.clone());
        variables.insert("AWS_LAMBDA_LOG_STREAM_NAME".to_owned(), log_stream.clone());
        let credentials = self.credentials(ctx, scope, function, configuration.role.as_deref()).await;
        for (name, value) in credentials {
            variables.entry(name).or_insert(value);
        }
        Ok(Start {
            ctx,
            version: self.version_to_run(function, number, version).await?,
            handler: configuration.handler.clone().unwrap_or_default(),
            variables,
            log_group,
            environment_id,
            log_stream,
        })
    }

    /// A version as executors know it.
    pub(crate) async fn version_to_run(
        &self,
        function: &Function,
        number: &str,
        version: &Version,
    ) -> Result<executor::Version, LambdaError> {
        let configuration = &version.configuration;
        let runtime = configuration.runtime.clone().unwrap_or_default();
        let handler = configuration.handler.clone().unwrap_or_default();
        let package = match &version.code {
            Code::Archive(digest) => {
                let folder = Folder { path: self.archives.unpacked(digest).await?, digest: Some(digest.clone()) };
                Package::Zip { runtime, handler, code: folder }
            }
            Code::HostFolder(path) => {
                Package::Zip { runtime, handler, code: Folder { path: path.into(), digest: None } }
            }
            Code::Image(uri) => {
                let config = configuration.image_config_response.as_ref().and_then(|one| one.image_config.clone());
                let config = config.unwrap_or_default();
                Package::Image {
                    uri: uri.clone(),
                    entry_point: config.entry_point.unwrap_or_default(),
                    command: config.command.unwrap_or_default(),
                    working_directory: config.working_directory,
                }
            }
        };
        let storage = configuration.ephemeral_storage.as_ref().map_or(512, |storage| storage.size);
        Ok(executor::Version {
            function_name: function.name.clone(),
            version: number.to_owned(),
            function_arn: function.arn.clone(),
            package,
            layers: self.layers_folder(version).await?,
            architecture: configuration.architectures.as_ref().and_then(|all| all.first().cloned()).unwrap_or_default(),
            memory_mb: configuration.memory_size.unwrap_or(128).unsigned_abs(),
            ephemeral_storage_mb: storage.unsigned_abs(),
            revision: format!("{:016x}", version.generation),
        })
    }

    /// The archives of a version's layers.
    pub(crate) fn layer_digests(&self, version: &Version) -> Vec<String> {
        let layers = version.configuration.layers.iter().flatten().filter_map(|layer| layer.arn.as_deref());
        layers.filter_map(|arn| self.layer_digest(arn)).collect()
    }

    async fn layers_folder(&self, version: &Version) -> Result<Option<Folder>, LambdaError> {
        let digests = self.layer_digests(version);
        if digests.is_empty() {
            return Ok(None);
        }
        let (path, digest) = self.archives.merged(&digests).await?;
        Ok(Some(Folder { path, digest: Some(digest) }))
    }

    /// As on AWS; what depends on how it runs is the executor's.
    fn variables(
        &self,
        scope: &Scope,
        function: &Function,
        number: &str,
        version: &Version,
    ) -> BTreeMap<String, String> {
        let configuration = &version.configuration;
        let own = configuration.environment.as_ref().and_then(|environment| environment.variables.clone());
        let mut variables = own.unwrap_or_default();
        let region = scope.region.as_str();
        let memory = configuration.memory_size.unwrap_or(128).to_string();
        let initialization = if function.is_provisioned(number) { "provisioned-concurrency" } else { "on-demand" };
        let mut set = |name: &str, value: &str| drop(variables.insert(name.to_owned(), value.to_owned()));
        for (name, value) in [
            ("AWS_LAMBDA_FUNCTION_NAME", function.name.as_str()),
            ("AWS_LAMBDA_FUNCTION_VERSION", number),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", &memory),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", initialization),
            ("AWS_REGION", region),
            ("AWS_DEFAULT_REGION", region),
            ("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"),
            ("TZ", ":UTC"),
            ("LANG", "en_US.UTF-8"),
        ] {
            set(name, value);
        }
        if let Some(runtime) = configuration.runtime.as_deref().filter(|runtime| !runtime.starts_with("provided")) {
            set("AWS_EXECUTION_ENV", &format!("AWS_Lambda_{runtime}"));
        }
        if let Some(endpoint) = &self.config.endpoint_url {
            variables.entry("AWS_ENDPOINT_URL".to_owned()).or_insert_with(|| endpoint.clone());
        }
        variables
    }

    /// Those of the function's role; where nobody issues any, the account's.
    async fn credentials(
        &self,
        ctx: &Context,
        scope: &Scope,
        function: &Function,
        role: Option<&str>,
    ) -> Vec<(String, String)> {
        let input = json!({ "RoleArn": role, "RoleSessionName": function.name });
        let asked = ctx.bus().request(&self.context(ctx, scope), "sts", "AssumeRole", input).await;
        let issued = asked.ok().map(|answer| answer["Credentials"].clone()).unwrap_or(Value::Null);
        let of = |name: &str, otherwise: String| issued[name].as_str().map_or(otherwise, str::to_owned);
        vec![
            ("AWS_ACCESS_KEY_ID".to_owned(), of("AccessKeyId", scope.account.to_string())),
            ("AWS_SECRET_ACCESS_KEY".to_owned(), of("SecretAccessKey", "test".to_owned())),
            ("AWS_SESSION_TOKEN".to_owned(), of("SessionToken", "test".to_owned())),
        ]
    }

    /// A context of what nobody asked for by a request: in the name of the account.
    pub(crate) fn context(&self, ctx: &Context, scope: &Scope) -> Context {
        Context::new(NewContext {
            request_id: ctx.request_id().to_owned(),
            scope: scope.clone(),
            identity: Identity { principal: Principal::Root, ..Identity::anonymous(scope.account) },
            protocol: Protocol::RestJson,
            endpoint: ctx.endpoint().clone(),
            trace_id: ctx.trace_id().map(str::to_owned),
            hops: ctx.hops(),
            runtime: ctx.runtime().clone(),
        })
    }
}

/// When something below a folder was changed last, in nanoseconds, mixed with how much there is.
fn newest(folder: &Path, left: &mut usize) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut sum = 0_u64;
    for entry in entries {
        if *left == 0 {
            break;
        }
        *left -= 1;
        let Ok(metadata) = entry.metadata() else { continue };
        let modified = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
        sum = sum.wrapping_mul(31).wrapping_add(modified.as_nanos() as u64).wrapping_add(metadata.len());
        if metadata.is_dir() {
            sum = sum.wrapping_add(newest(&entry.path(), left));
        }
    }
    sum
}
