//! A version's configuration: made of requests, checked, and on its way from `Pending` to `Active`.

use std::collections::BTreeMap;

use ruststack_core::{clock::Timestamp, context::Context};

use crate::{
    api::{
        CreateFunctionInput, Environment, EnvironmentResponse, EphemeralStorage, FunctionConfiguration, ImageConfig,
        ImageConfigResponse, LoggingConfig, RuntimeVersionConfig, SnapStart, SnapStartResponse, TracingConfigResponse,
        UpdateFunctionConfigurationInput, VpcConfig, VpcConfigResponse,
    },
    code::digest,
    error::{LambdaError, conflict, invalid},
    limits::MAX_VARIABLES,
    names::LATEST,
};

const CREATING: &str = "The function is being created.";

impl FunctionConfiguration {
    /// Of a new function.
    pub(crate) fn of(ctx: &Context, arn: String, input: &CreateFunctionInput) -> Result<Self, LambdaError> {
        let package_type = input.package_type.clone().unwrap_or_else(|| "Zip".to_owned());
        let is_zip = package_type == "Zip";
        let name = arn.rsplit(':').next().unwrap_or_default().to_owned();
        let mut configuration = Self {
            function_name: Some(name.clone()),
            function_arn: Some(arn),
            runtime: input.runtime.clone().filter(|_| is_zip),
            role: Some(input.role.clone()),
            handler: input.handler.clone().filter(|_| is_zip),
            description: Some(input.description.clone().unwrap_or_default()),
            timeout: Some(input.timeout.unwrap_or(3)),
            memory_size: Some(input.memory_size.unwrap_or(128)),
            version: Some(LATEST.to_owned()),
            vpc_config: input.vpc_config.as_ref().map(vpc),
            dead_letter_config: input.dead_letter_config.clone(),
            environment: environment(input.environment.as_ref())?,
            kms_key_arn: input.kms_key_arn.clone(),
            tracing_config: Some(TracingConfigResponse {
                mode: Some(mode(input.tracing_config.as_ref().and_then(|tracing| tracing.mode.as_ref()))),
            }),
            package_type: Some(package_type),
            image_config_response: input.image_config.as_ref().and_then(image),
            architectures: Some(input.architectures.clone().unwrap_or_else(|| vec!["x86_64".to_owned()])),
            ephemeral_storage: Some(input.ephemeral_storage.clone().unwrap_or(EphemeralStorage { size: 512 })),
            snap_start: Some(snap_start(input.snap_start.as_ref())),
            runtime_version_config: is_zip.then(|| runtime_version(ctx, input.runtime.as_deref())),
            logging_config: Some(logging(&name, None, input.logging_config.as_ref())),
            file_system_configs: input.file_system_configs.clone(),
            ..Self::default()
        };
        configuration.make_pending();
        configuration.touch(ctx);
        Ok(configuration)
    }

    /// What UpdateFunctionConfiguration asks for.
    pub(crate) fn update(
        &mut self,
        ctx: &Context,
        input: &UpdateFunctionConfigurationInput,
    ) -> Result<(), LambdaError> {
        fn set<T: Clone>(place: &mut Option<T>, value: &Option<T>) {
            if let Some(value) = value {
                *place = Some(value.clone());
            }
        }
        set(&mut self.role, &input.role);
        set(&mut self.handler, &input.handler);
        set(&mut self.description, &input.description);
        set(&mut self.timeout, &input.timeout);
        set(&mut self.memory_size, &input.memory_size);
        set(&mut self.ephemeral_storage, &input.ephemeral_storage);
        set(&mut self.file_system_configs, &input.file_system_configs);
        set(&mut self.kms_key_arn, &input.kms_key_arn);
        set(&mut self.vpc_config, &input.vpc_config.as_ref().map(vpc));
        set(&mut self.snap_start, &input.snap_start.as_ref().map(|one| snap_start(Some(one))));
        if let Some(runtime) = &input.runtime {
            self.runtime = Some(runtime.clone());
            self.runtime_version_config = Some(runtime_version(ctx, Some(runtime)));
        }
        // Recorded: without an ARN nothing changes, an empty one takes it away.
        if let Some(arn) = input.dead_letter_config.as_ref().and_then(|config| config.target_arn.as_ref()) {
            self.dead_letter_config = input.dead_letter_config.clone().filter(|_| !arn.is_empty());
        }
        if input.environment.is_some() {
            self.environment = environment(input.environment.as_ref())?;
        }
        if let Some(tracing) = &input.tracing_config {
            self.tracing_config = Some(TracingConfigResponse { mode: Some(mode(tracing.mode.as_ref())) });
        }
        if let Some(config) = &input.image_config {
            self.image_config_response = image(config);
        }
        if input.logging_config.is_some() {
            let name = self.function_name.clone().unwrap_or_default();
            self.logging_config = Some(logging(&name, self.logging_config.as_ref(), input.logging_config.as_ref()));
        }
        Ok(())
    }

    /// A change has begun.
    pub(crate) fn begin_update(&mut self, ctx: &Context) {
        self.last_update_status = Some("InProgress".to_owned());
        self.last_update_status_reason = Some(CREATING.to_owned());
        self.last_update_status_reason_code = Some("Creating".to_owned());
        self.touch(ctx);
    }

    /// It is new.
    pub(crate) fn make_pending(&mut self) {
        self.state = Some("Pending".to_owned());
        self.state_reason = Some(CREATING.to_owned());
        self.state_reason_code = Some("Creating".to_owned());
        self.last_update_status = None;
        (self.last_update_status_reason, self.last_update_status_reason_code) = (None, None);
    }

    /// It can be invoked.
    pub(crate) fn make_active(&mut self) {
        if self.state.as_deref() == Some("Failed") {
            return;
        }
        self.state = Some("Active".to_owned());
        (self.state_reason, self.state_reason_code) = (None, None);
        self.last_update_status = Some("Successful".to_owned());
        (self.last_update_status_reason, self.last_update_status_reason_code) = (None, None);
    }

    /// It cannot, and why.
    pub(crate) fn make_failed(&mut self, code: &str, reason: &str) {
        let (code, reason) = (Some(code.to_owned()), Some(reason.to_owned()));
        if self.state.as_deref() == Some("Pending") {
            self.state = Some("Failed".to_owned());
            (self.state_reason, self.state_reason_code) = (reason.clone(), code.clone());
        }
        self.last_update_status = Some("Failed".to_owned());
        (self.last_update_status_reason, self.last_update_status_reason_code) = (reason, code);
    }

    pub(crate) fn touch(&mut self, ctx: &Context) {
        self.revision_id = Some(ctx.ids().uuid());
        self.last_modified = Some(modified(ctx.now()));
    }

    /// Refuses to invoke what is not ready.
    pub(crate) fn check_ready(&self) -> Result<(), LambdaError> {
        match self.state.as_deref() {
            Some(state @ ("Pending" | "Failed")) => Err(conflict(format!(
                "The operation cannot be performed at this time. The function is currently in the following state: {state}"
            ))),
            _ => Ok(()),
        }
    }

    /// Refuses to change what is being changed.
    pub(crate) fn check_changeable(&self, arn: &str) -> Result<(), LambdaError> {
        let is_pending = self.state.as_deref() == Some("Pending");
        if is_pending || self.last_update_status.as_deref() == Some("InProgress") {
            return Err(conflict(format!(
                "The operation cannot be performed at this time. An update is in progress for resource: {arn}"
            )));
        }
        Ok(())
    }

    /// Refuses a revision that is not the latest.
    pub(crate) fn check_revision(&self, revision: Option<&String>) -> Result<(), LambdaError> {
        if revision.is_none() || revision == self.revision_id.as_ref() {
            return Ok(());
        }
        Err(LambdaError::PreconditionFailedException { message: STALE.to_owned() })
    }
}

pub(crate) const STALE: &str = "The Revision Id provided does not match the latest Revision Id. Call the \
                                GetFunction/GetAlias API to retrieve the latest Revision Id";

/// `2026-10-21T07:28:00.000+0000`.
pub(crate) fn modified(at: Timestamp) -> String {
    at.to_iso_8601_millis().replace('Z', "+0000")
}

fn environment(told: Option<&Environment>) -> Result<Option<EnvironmentResponse>, LambdaError> {
    let Some(told) = told else { return Ok(None) };
    let variables = told.variables.clone().unwrap_or_default();
    check_variables(&variables)?;
    Ok(Some(EnvironmentResponse { variables: Some(variables), error: None }))
}

fn check_variables(variables: &BTreeMap<String, String>) -> Result<(), LambdaError> {
    let text = serde_json::to_string(variables).expect("texts are JSON");
    if text.len() > MAX_VARIABLES {
        return Err(invalid(format!(
            "Lambda was unable to configure your environment variables because the environment variables you have \
             provided exceeded the 4KB limit. String measured: {text}"
        )));
    }
    const RESERVED: [&str; 8] = [
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "LAMBDA_TASK_ROOT",
        "LAMBDA_RUNTIME_DIR",
    ];
    let reserved: Vec<&str> = RESERVED.into_iter().filter(|name| variables.contains_key(*name)).collect();
    if reserved.is_empty() {
        return Ok(());
    }
    let names = reserved.join(", ");
    Err(invalid(format!(
        "Lambda was unable to configure your environment variables because the environment variables you have provided \
         contains reserved keys that are currently not supported for modification. Reserved keys used in this request: \
         {names}"
    )))
}

fn mode(told: Option<&String>) -> String {
    told.cloned().unwrap_or_else(|| "PassThrough".to_owned())
}

fn image(config: &ImageConfig) -> Option<ImageConfigResponse> {
    let is_empty = *config == ImageConfig::default();
    (!is_empty).then(|| ImageConfigResponse { image_config: Some(config.clone()), error: None })
}

fn snap_start(told: Option<&SnapStart>) -> SnapStartResponse {
    let apply_on = told.and_then(|one| one.apply_on.clone()).unwrap_or_else(|| "None".to_owned());
    SnapStartResponse { apply_on: Some(apply_on), optimization_status: Some("Off".to_owned()) }
}

fn vpc(told: &VpcConfig) -> VpcConfigResponse {
    VpcConfigResponse {
        subnet_ids: Some(told.subnet_ids.clone().unwrap_or_default()),
        security_group_ids: Some(told.security_group_ids.clone().unwrap_or_default()),
        vpc_id: Some(String::new()),
        ipv6_allowed_for_dual_stack: Some(told.ipv6_allowed_for_dual_stack.unwrap_or(false)),
    }
}

/// The same for the same runtime, as on AWS until it is patched.
fn runtime_version(ctx: &Context, runtime: Option<&str>) -> RuntimeVersionConfig {
    let digest = digest(runtime.unwrap_or_default().as_bytes());
    let arn = format!("arn:{}:lambda:{}::runtime:{digest}", ctx.scope().partition(), ctx.scope().region);
    RuntimeVersionConfig { runtime_version_arn: Some(arn), error: None }
}

fn logging(name: &str, old: Option<&LoggingConfig>, told: Option<&LoggingConfig>) -> LoggingConfig {
    let mut config = old.cloned().unwrap_or_else(|| LoggingConfig {
        log_format: Some("Text".to_owned()),
        log_group: Some(format!("/aws/lambda/{name}")),
        ..LoggingConfig::default()
    });
    if let Some(told) = told {
        let LoggingConfig { log_format, application_log_level, system_log_level, log_group } = told.clone();
        config.log_format = log_format.or(config.log_format);
        config.log_group = log_group.or(config.log_group);
        config.application_log_level = application_log_level.or(config.application_log_level);
        config.system_log_level = system_log_level.or(config.system_log_level);
    }
    if config.log_format.as_deref() == Some("JSON") {
        config.application_log_level.get_or_insert_with(|| "INFO".to_owned());
        config.system_log_level.get_or_insert_with(|| "INFO".to_owned());
    } else {
        (config.application_log_level, config.system_log_level) = (None, None);
    }
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded: test_lambda_concurrent_config_updates, 2025-11-25.
    #[test]
    fn an_update_waits_for_the_one_before() {
        let with = |state: &str, update: &str| FunctionConfiguration {
            state: Some(state.to_owned()),
            last_update_status: Some(update.to_owned()),
            ..FunctionConfiguration::default()
        };
        let message = "The operation cannot be performed at this time. An update is in progress for resource: arn";
        for (state, update, is_refused) in
            [("Active", "InProgress", true), ("Pending", "Successful", true), ("Active", "Successful", false)]
        {
            let refused = with(state, update).check_changeable("arn").map_err(|error| error.to_string());
            assert_eq!(refused, if is_refused { Err(message.to_owned()) } else { Ok(()) });
        }
    }
}
