//! A function as Rust's users write them: it answers its event, and fails when it is told to.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Error> {
    lambda_runtime::run(service_fn(handler)).await
}

async fn handler(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let (event, context) = event.into_parts();
    if event["fails"] == true {
        return Err("told to".into());
    }
    Ok(json!({ "event": event, "arn": context.invoked_function_arn, "memory": context.env_config.memory }))
}
