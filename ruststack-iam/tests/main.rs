//! IAM as clients see it: forms through the gateway, in process. Each answer names its source.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod access;
mod constraints;
mod durable;
mod policies;
mod roles;
mod users;

use ruststack_iam::{Config, Iam};
use ruststack_testkit::{ACCOUNT, Answer, Emulator};

pub(crate) const CONFIG: Config = Config { issues_aws_keys: false };
/// Whom roles trust where it is of no matter.
pub(crate) const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"000000000000"},"Action":"sts:AssumeRole"}]}"#;

pub(crate) fn emulator() -> Emulator {
    Emulator::of(|keys| vec![Iam::new(CONFIG, keys, None)])
}

/// Sends an action with its parameters.
pub(crate) async fn send(emulator: &Emulator, access_key: &str, action: &str, parameters: &[(&str, &str)]) -> Answer {
    let mut form = format!("Action={action}&Version=2010-05-08");
    for (name, value) in parameters {
        form.push_str(&format!("&{name}={}", encode(value)));
    }
    let request = emulator.post("/").service("iam").account(access_key);
    request.header("content-type", "application/x-www-form-urlencoded").send(form).await
}

/// An answer that must be a success.
pub(crate) async fn call(emulator: &Emulator, action: &str, parameters: &[(&str, &str)]) -> Answer {
    let answer = send(emulator, ACCOUNT, action, parameters).await;
    assert_eq!(answer.status, 200, "{action}: {}", answer.body);
    answer
}

/// Code and message of an answer that must be none.
pub(crate) async fn refused(emulator: &Emulator, action: &str, parameters: &[(&str, &str)]) -> (String, String) {
    let answer = send(emulator, ACCOUNT, action, parameters).await;
    let (_, code, message) = answer.error();
    (code.to_owned(), message.to_owned())
}

pub(crate) fn error(code: &str, message: &str) -> (String, String) {
    (code.to_owned(), message.to_owned())
}

pub(crate) fn allow(action: &str, resource: &str) -> String {
    statement("Allow", action, resource)
}

pub(crate) fn statement(effect: &str, action: &str, resource: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}","Action":"{action}","Resource":"{resource}"}}]}}"#
    )
}

pub(crate) async fn create_role(emulator: &Emulator, name: &str) -> Answer {
    call(emulator, "CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", TRUST)]).await
}

pub(crate) async fn create_user(emulator: &Emulator, name: &str) -> Answer {
    call(emulator, "CreateUser", &[("UserName", name)]).await
}

/// The ARN of a new policy.
pub(crate) async fn create_policy(emulator: &Emulator, name: &str, document: &str) -> String {
    let made = call(emulator, "CreatePolicy", &[("PolicyName", name), ("PolicyDocument", document)]).await;
    made.element("Arn").unwrap().to_owned()
}

fn encode(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
