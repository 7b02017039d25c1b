//! A client of Lambda: functions with what belongs to them are there, and their code can be fetched.

use std::collections::BTreeMap;

use anyhow::ensure;
use serde_json::{Value, json};

use super::{
    client::{Service, Step},
    http::{Answer, Connection, Request},
    random::Random,
};

const ACCOUNT: &str = "000000000045";
const NAMES: u64 = 6;
const FUNCTIONS: &str = "/2015-03-31/functions";
/// A ZIP file that holds an `index.py`.
pub(crate) const ARCHIVE: &str = "UEsDBBQAAAAAAAAAIQAk0obxKgAAACoAAAAIAAAAaW5kZXgucHlkZWYgaGFuZGxlcihldmVudCwgY29udGV4dCk6CiAgICByZXR1cm4gMQpQSwECFAMUAAAAAAAAACEAJNKG8SoAAAAqAAAACAAAAAAAAAAAAAAAgAEAAAAAaW5kZXgucHlQSwUGAAAAAAEAAQA2AAAAUAAAAAAA";

pub(crate) struct Lambda;

#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct State {
    /// By name.
    functions: BTreeMap<String, Function>,
}

#[derive(Clone, Default, PartialEq, Eq, Debug)]
struct Function {
    tag: Option<String>,
    reserved: Option<u64>,
    has_alias: bool,
}

fn request(method: &'static str, path: &str, input: &Value) -> Request {
    let body = if input.is_null() { String::new() } else { input.to_string() };
    Request::new("lambda", ACCOUNT, method, path).header("content-type", "application/json").body(body)
}

fn json_of(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_default()
}

fn arn(name: &str) -> String {
    format!("arn:aws:lambda:us-east-1:{ACCOUNT}:function:{name}")
}

/// A change of one function.
fn change(
    operation: &'static str,
    request: Request,
    name: &str,
    apply: impl Fn(&mut Function) + Send + 'static,
) -> Step<State> {
    let name = name.to_owned();
    Step::new(operation, request, move |state: &mut State, _| {
        state.functions.get_mut(&name).into_iter().for_each(&apply);
    })
}

fn create(name: &str) -> Step<State> {
    let input = json!({
        "FunctionName": name,
        "Runtime": "python3.12",
        "Handler": "index.handler",
        "Role": "arn:aws:iam::000000000045:role/crash",
        "Code": { "ZipFile": ARCHIVE },
    });
    let name = name.to_owned();
    Step::new("CreateFunction", request("POST", FUNCTIONS, &input), move |state: &mut State, _| {
        state.functions.entry(name.clone()).or_default();
    })
}

fn delete(name: &str) -> Step<State> {
    let request = request("DELETE", &format!("{FUNCTIONS}/{name}"), &Value::Null);
    let name = name.to_owned();
    Step::new("DeleteFunction", request, move |state: &mut State, _| drop(state.functions.remove(&name)))
}

fn tag(name: &str, value: String) -> Step<State> {
    let request = request("POST", &format!("/2017-03-31/tags/{}", arn(name)), &json!({"Tags": {"crash": value}}));
    change("TagResource", request, name, move |function| function.tag = Some(value.clone()))
}

fn reserve(name: &str, count: u64) -> Step<State> {
    let path = format!("/2017-10-31/functions/{name}/concurrency");
    let request = request("PUT", &path, &json!({"ReservedConcurrentExecutions": count}));
    change("PutFunctionConcurrency", request, name, move |function| function.reserved = Some(count))
}

fn alias(name: &str, has_alias: bool) -> Step<State> {
    if has_alias {
        let request = request("DELETE", &format!("{FUNCTIONS}/{name}/aliases/live"), &Value::Null);
        return change("DeleteAlias", request, name, |function| function.has_alias = false);
    }
    let input = json!({"Name": "live", "FunctionVersion": "$LATEST"});
    let request = request("POST", &format!("{FUNCTIONS}/{name}/aliases"), &input);
    change("CreateAlias", request, name, |function| function.has_alias = true)
}

impl Service for Lambda {
    type State = State;

    fn next(&mut self, state: &State, random: &mut Random) -> Step<State> {
        let name = format!("crash-{}", random.below(NAMES));
        let Some(function) = state.functions.get(&name) else { return create(&name) };
        match random.below(6) {
            0 => delete(&name),
            1 => alias(&name, function.has_alias),
            2 | 3 => reserve(&name, random.below(100)),
            _ => tag(&name, format!("{}", random.below(1000))),
        }
    }

    fn clear(&self, state: &State) -> Option<Step<State>> {
        state.functions.keys().next().map(|name| delete(name))
    }

    fn see(&self, connection: &mut Connection, _told: &State) -> anyhow::Result<State> {
        let mut seen = State::default();
        let mut look = |path: &str| {
            let answer = connection.send(&request("GET", path, &Value::Null))?;
            ensure!(answer.is_success(), "{path}: {} {}", answer.status, answer.text());
            Ok(answer)
        };
        let list = json_of(&look(FUNCTIONS)?);
        for listed in list["Functions"].as_array().into_iter().flatten() {
            let name = listed["FunctionName"].as_str().unwrap_or_default();
            let told = json_of(&look(&format!("{FUNCTIONS}/{name}"))?);
            let location = told["Code"]["Location"].as_str().unwrap_or_default();
            let code = look(location.find("/_aws/").map_or("", |at| &location[at..]))?;
            ensure!(code.body.starts_with(b"PK"), "{name}: its code is not there");
            let aliases = json_of(&look(&format!("{FUNCTIONS}/{name}/aliases"))?);
            let function = Function {
                tag: told["Tags"]["crash"].as_str().map(str::to_owned),
                reserved: told["Concurrency"]["ReservedConcurrentExecutions"].as_u64(),
                has_alias: aliases["Aliases"].as_array().is_some_and(|aliases| !aliases.is_empty()),
            };
            seen.functions.insert(name.to_owned(), function);
        }
        Ok(seen)
    }

    fn agree(seen: &State, possible: &State, _told: &State) -> Option<State> {
        (seen == possible).then(|| possible.clone())
    }
}
