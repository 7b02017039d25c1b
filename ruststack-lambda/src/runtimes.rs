//! The runtimes that AWS has. <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html>

use crate::error::{self, LambdaError, invalid, validation};

/// Those that functions may be created with, in the order in which AWS lists them.
const CURRENT: [&str; 25] = [
    "nodejs20.x",
    "python3.14",
    "provided.al2023",
    "python3.12",
    "python3.13",
    "nodejs24.x",
    "nodejs22.x",
    "java25",
    "python3.10",
    "python3.11",
    "java21",
    "ruby3.3",
    "ruby3.4",
    "ruby3.2",
    "python3.8",
    "python3.9",
    "java17",
    "nodejs16.x",
    "dotnet10",
    "dotnet8",
    "java11",
    "dotnet6",
    "nodejs18.x",
    "provided.al2",
    "java8.al2",
];

/// Those that AWS no longer takes, or does not say that it does.
const OLD: [&str; 18] = [
    "dotnet5.0",
    "dotnetcore1.0",
    "dotnetcore2.0",
    "dotnetcore2.1",
    "dotnetcore3.1",
    "go1.x",
    "java8",
    "nodejs10.x",
    "nodejs12.x",
    "nodejs14.x",
    "nodejs26.x",
    "provided",
    "python2.7",
    "python3.15",
    "python3.6",
    "python3.7",
    "ruby2.5",
    "ruby2.7",
];

/// What is wrong with the runtimes that a layer is for.
pub(crate) fn broken(told: Option<&[String]>, member: &str) -> Option<String> {
    let told = told?;
    let is_known = |runtime: &String| {
        let runtime = runtime.as_str();
        CURRENT.contains(&runtime) || OLD.contains(&runtime)
    };
    if told.iter().all(is_known) {
        return None;
    }
    let rule = format!("Member must satisfy enum value set: [{}]", CURRENT.join(", "));
    Some(error::broken(&format!("[{}]", told.join(", ")), member, &rule))
}

/// What is wrong with architectures.
pub(crate) fn broken_architectures(told: Option<&[String]>, member: &str) -> Option<String> {
    let told = told?;
    if told.iter().all(|architecture| ["x86_64", "arm64"].contains(&architecture.as_str())) {
        return None;
    }
    let rule = "Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be \
                null]";
    Some(error::broken(&format!("[{}]", told.join(", ")), member, rule))
}

/// Refuses what is no architecture of a function.
pub(crate) fn check_architectures(told: Option<&[String]>) -> Result<(), LambdaError> {
    validation(&broken_architectures(told, "architectures").into_iter().collect::<Vec<_>>())
}

/// Refuses what is no runtime, and, where the user wants that, what AWS no longer takes.
pub(crate) fn check(runtime: &str, refuses_old: bool) -> Result<(), LambdaError> {
    let is_new = ["nodejs26.x", "python3.15"].contains(&runtime);
    if CURRENT.contains(&runtime) || is_new || (OLD.contains(&runtime) && !refuses_old) {
        return Ok(());
    }
    if OLD.contains(&runtime) {
        return Err(invalid(format!(
            "The runtime parameter of {runtime} is no longer supported for creating or updating AWS Lambda functions. \
             We recommend you use a supported runtime while creating or updating functions."
        )));
    }
    let known = CURRENT.join(", ");
    Err(invalid(format!(
        "Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [{known}] or be a \
         valid ARN"
    )))
}
