//! THE list of services: the only place that knows them all.

use std::sync::Arc;

use ruststack_auth::{Authorizer, Mode, issued_keys::IssuedKeys};
use ruststack_core::{
    registry::{Registry, ReservedHost},
    service::{Service, ServiceSpec},
};
use ruststack_dynamodb::{DynamoDb, DynamoDbStreams};
use ruststack_events::Events;
use ruststack_iam::Iam;
use ruststack_kms::Kms;
use ruststack_lambda::{
    Lambda,
    executor::{
        Automatic, Executor,
        docker::DockerExecutor,
        process::{ProcessConfig, ProcessExecutor},
    },
};
use ruststack_logs::Logs;
use ruststack_s3::{S3, control::S3Control};
use ruststack_sns::Sns;
use ruststack_sqs::Sqs;
use ruststack_sts::Sts;

use crate::{
    aws_services::AWS_SERVICES,
    config::{
        Config,
        functions::{ExecutorChoice, Functions},
    },
};

/// Those that are here, by name.
pub(crate) const NAMES: &[&str] =
    &["dynamodb", "dynamodbstreams", "events", "iam", "kms", "lambda", "logs", "s3", "s3control", "sns", "sqs", "sts"];

/// Hosts of resources of services that are not here, which must not be taken for buckets.
const RESERVED_HOSTS: &[ReservedHost] = &[
    ReservedHost { marker: "appsync-api", service: "appsync" },
    ReservedHost { marker: "cloudfront", service: "cloudfront" },
    ReservedHost { marker: "elb", service: "elbv2" },
    ReservedHost { marker: "execute-api", service: "apigateway" },
    ReservedHost { marker: "lambda-url", service: "lambda" },
    ReservedHost { marker: "opensearch", service: "opensearch" },
];

/// Every service, bound; those that the user left out are known as disabled.
pub(crate) fn bind(config: &Config, keys: &IssuedKeys) -> Result<Registry, String> {
    let (enabled, disabled): (Vec<_>, Vec<_>) =
        all(config, keys)?.into_iter().partition(|service| config.has_service(service.spec().name));
    let disabled: Vec<&'static ServiceSpec> = disabled.iter().map(|service| service.spec()).collect();
    let registry = Registry::new(enabled).map_err(|collision| collision.to_string())?;
    let registry = registry.with_known(AWS_SERVICES).with_reserved_hosts(RESERVED_HOSTS);
    Ok(registry.with_fallback("s3").with_disabled(disabled))
}

/// Whether AWS has a service of that name, here or not; botocore's name without its dashes.
pub(crate) fn exists(name: &str) -> bool {
    AWS_SERVICES.iter().any(|known| known.name == name)
}

fn all(config: &Config, keys: &IssuedKeys) -> Result<Vec<Arc<dyn Service>>, String> {
    let authorizer = (config.auth.mode == Mode::Iam).then(|| Authorizer::new(keys.clone()));
    let dynamodb = DynamoDb::new(config.dynamodb.clone());
    let s3 = S3::new(config.s3.clone(), authorizer.clone());
    Ok(vec![
        Arc::<DynamoDb>::clone(&dynamodb),
        DynamoDbStreams::of(&dynamodb),
        Events::new(authorizer.clone()),
        Iam::new(ruststack_iam::Config { issues_aws_keys: config.sts.issues_aws_keys }, keys, authorizer.clone()),
        Kms::new(authorizer.clone()),
        lambda(&config.functions, authorizer.clone())?,
        Logs::new(authorizer.clone()),
        S3Control::of(&s3),
        s3,
        Sns::new(config.sns.clone(), authorizer.clone()),
        Sqs::new(config.sqs.clone(), authorizer.clone()),
        Sts::new(config.sts.clone(), keys.clone(), authorizer),
    ])
}

fn lambda(functions: &Functions, authorizer: Option<Authorizer>) -> Result<Arc<Lambda>, String> {
    let executor = |folder| {
        let process = || {
            let config = ProcessConfig { search_path: functions.search_path.clone(), folder };
            ProcessExecutor::new(config) as Arc<dyn Executor>
        };
        let docker = || DockerExecutor::new(functions.docker.clone()) as Arc<dyn Executor>;
        match functions.executor {
            ExecutorChoice::Process => process(),
            ExecutorChoice::Docker => docker(),
            ExecutorChoice::Auto => Automatic::new(docker(), process()),
        }
    };
    let made = Lambda::new(functions.lambda.clone(), authorizer, executor);
    made.map_err(|error| {
        let folder = functions.lambda.temporary_directory.display();
        format!("the code of functions cannot be kept in {folder}: {error}")
    })
}
