//! A client of KMS: keys are what they were made, their aliases lead to them, and what they encrypted can be read.

use std::collections::BTreeMap;

use anyhow::ensure;
use serde_json::{Value, json};

use super::{
    client::{Service, Step},
    http::{Answer, Connection, Request},
    random::Random,
};

const ACCOUNT: &str = "000000000044";
const ALIAS: &str = "alias/crash";
/// More are not made; keys end only by the clock.
const MAX_KEYS: usize = 20;
const PLAINTEXT: &str = "c2VjcmV0";

pub(crate) struct Kms;

#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct State {
    /// By id. Keys that nobody told of are nobody's.
    keys: BTreeMap<String, Key>,
    /// The key that the alias leads to.
    alias: Option<String>,
}

#[derive(Clone, Default, PartialEq, Eq, Debug)]
struct Key {
    description: String,
    is_disabled: bool,
    /// In base64.
    ciphertext: Option<String>,
}

fn request(operation: &str, input: &Value) -> Request {
    let request = Request::new("kms", ACCOUNT, "POST", "/").body(input.to_string());
    let request = request.header("content-type", "application/x-amz-json-1.1");
    request.header("x-amz-target", format!("TrentService.{operation}"))
}

fn json_of(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn create() -> Step<State> {
    Step::new("CreateKey", request("CreateKey", &json!({})), |state: &mut State, answer| {
        let Some(answer) = answer else { return };
        state.keys.insert(text(&json_of(answer)["KeyMetadata"]["KeyId"]), Key::default());
    })
}

/// A change of one key.
fn change(
    operation: &'static str,
    id: &str,
    mut input: Value,
    apply: impl Fn(&mut Key, Option<&Answer>) + Send + 'static,
) -> Step<State> {
    input["KeyId"] = json!(id);
    let id = id.to_owned();
    Step::new(operation, request(operation, &input), move |state: &mut State, answer| {
        state.keys.get_mut(&id).into_iter().for_each(|key| apply(key, answer));
    })
}

fn switch(id: &str, is_disabled: bool) -> Step<State> {
    let operation = if is_disabled { "DisableKey" } else { "EnableKey" };
    change(operation, id, json!({}), move |key, _| key.is_disabled = is_disabled)
}

fn encrypt(id: &str) -> Step<State> {
    change("Encrypt", id, json!({"Plaintext": PLAINTEXT}), |key, answer| {
        let ciphertext = answer.map(|answer| text(&json_of(answer)["CiphertextBlob"]));
        key.ciphertext = ciphertext.or_else(|| key.ciphertext.clone());
    })
}

fn describe(id: &str, description: String) -> Step<State> {
    let input = json!({"Description": description});
    change("UpdateKeyDescription", id, input, move |key, _| key.description.clone_from(&description))
}

fn name(id: &str, is_named: bool) -> Step<State> {
    let operation = if is_named { "UpdateAlias" } else { "CreateAlias" };
    let (input, id) = (json!({"AliasName": ALIAS, "TargetKeyId": id}), id.to_owned());
    Step::new(operation, request(operation, &input), move |state: &mut State, _| state.alias = Some(id.clone()))
}

fn unname() -> Step<State> {
    let request = request("DeleteAlias", &json!({"AliasName": ALIAS}));
    Step::new("DeleteAlias", request, |state: &mut State, _| state.alias = None)
}

impl Service for Kms {
    type State = State;

    fn next(&mut self, state: &State, random: &mut Random) -> Step<State> {
        let count = state.keys.len();
        if count == 0 || count < MAX_KEYS && random.below(10) == 0 {
            return create();
        }
        let index = usize::try_from(random.below(count as u64)).unwrap_or(0);
        let Some((id, key)) = state.keys.iter().nth(index) else { return create() };
        match random.below(8) {
            0 if state.alias.is_some() => unname(),
            0 | 1 => name(id, state.alias.is_some()),
            2 => switch(id, !key.is_disabled),
            3 if !key.is_disabled => change("RotateKeyOnDemand", id, json!({}), |_, _| {}),
            4 | 5 if !key.is_disabled => encrypt(id),
            _ => describe(id, format!("description {}", random.below(1000))),
        }
    }

    /// Keys are not deleted at once; what they are is of no matter to the others.
    fn clear(&self, state: &State) -> Option<Step<State>> {
        state.alias.as_ref().map(|_| unname())
    }

    fn see(&self, connection: &mut Connection, told: &State) -> anyhow::Result<State> {
        let mut seen = State::default();
        for (id, key) in &told.keys {
            let answer = connection.send(&request("DescribeKey", &json!({"KeyId": id})))?;
            ensure!(answer.is_success(), "{id}: {}", answer.text());
            let metadata = json_of(&answer)["KeyMetadata"].take();
            let is_disabled = metadata["KeyState"] == "Disabled";
            if let Some(ciphertext) = key.ciphertext.as_ref().filter(|_| !is_disabled) {
                let answer = connection.send(&request("Decrypt", &json!({"CiphertextBlob": ciphertext})))?;
                ensure!(json_of(&answer)["Plaintext"] == PLAINTEXT, "{id}: {}", answer.text());
            }
            let description = text(&metadata["Description"]);
            seen.keys.insert(id.clone(), Key { description, is_disabled, ciphertext: None });
        }
        let aliases = connection.send(&request("ListAliases", &json!({})))?;
        ensure!(aliases.is_success(), "{}", aliases.text());
        seen.alias = json_of(&aliases)["Aliases"][0]["TargetKeyId"].as_str().map(str::to_owned);
        Ok(seen)
    }

    /// Ciphertexts do not show; that they are good is seen when they are decrypted.
    fn agree(seen: &State, possible: &State, _told: &State) -> Option<State> {
        let mut without_ciphertexts = possible.clone();
        without_ciphertexts.keys.values_mut().for_each(|key| key.ciphertext = None);
        (*seen == without_ciphertexts).then(|| possible.clone())
    }
}
