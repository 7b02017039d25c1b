//! STS as clients see it: forms through the gateway, in process. Each answer names its source.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod assume_role;
mod constraints;
mod durable;
mod federation;
mod named_calls;
mod wire;

use ruststack_sts::{Config, Sts};
use ruststack_testkit::{ACCOUNT, Answer, Emulator};

pub(crate) fn emulator() -> Emulator {
    Emulator::of(|keys| vec![Sts::new(Config { issues_aws_keys: false }, keys.clone(), None)])
}

/// Sends an action with its parameters, which need no encoding.
pub(crate) async fn call(emulator: &Emulator, access_key: &str, action: &str, parameters: &str) -> Answer {
    let form = format!("Action={action}&Version=2011-06-15&{parameters}");
    let request = emulator.post("/").service("sts").account(access_key);
    request.header("content-type", "application/x-www-form-urlencoded").send(form).await
}

pub(crate) async fn ask(action: &str, parameters: &str) -> Answer {
    call(&emulator(), ACCOUNT, action, parameters).await
}
