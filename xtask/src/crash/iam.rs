//! A client of IAM: roles come, change, are given policies and go; keys of users stay theirs.

use std::collections::BTreeMap;

use anyhow::ensure;

use super::{
    client::{Service, Step},
    http::{Connection, Request},
    random::Random,
};

const ACCOUNT: &str = "000000000047";
const USER: &str = "crash";
const MAX_ROLES: u64 = 12;
const TRUST: &str = "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22AWS%22%3A%22*%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%7D";
const POLICY: &str = "arn:aws:iam::aws:policy/AmazonS3FullAccess";

pub(crate) struct Iam;

#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct State {
    /// By name.
    roles: BTreeMap<String, Role>,
    has_user: bool,
    /// The only key of the user. One that nobody told of is nobody's, and in the way of others.
    key: Option<String>,
}

#[derive(Clone, Default, PartialEq, Eq, Debug)]
struct Role {
    description: String,
    has_policy: bool,
}

fn request(access_key: &str, action: &str, parameters: &str) -> Request {
    let body = format!("Action={action}&Version=2010-05-08&{parameters}");
    let request = Request::new("iam", access_key, "POST", "/").body(body);
    request.header("content-type", "application/x-www-form-urlencoded")
}

/// A write whose answer tells nothing new.
fn write(action: &'static str, parameters: &str, apply: impl Fn(&mut State) + Send + 'static) -> Step<State> {
    Step::new(action, request(ACCOUNT, action, parameters), move |state: &mut State, _| apply(state))
}

fn create(name: String, description: String) -> Step<State> {
    let parameters = format!("RoleName={name}&Description={description}&AssumeRolePolicyDocument={TRUST}");
    write("CreateRole", &parameters, move |state| {
        state.roles.insert(name.clone(), Role { description: description.clone(), has_policy: false });
    })
}

fn change(action: &'static str, name: &str, more: &str, apply: impl Fn(&mut Role) + Send + 'static) -> Step<State> {
    let (parameters, name) = (format!("RoleName={name}&{more}"), name.to_owned());
    write(action, &parameters, move |state| state.roles.get_mut(&name).into_iter().for_each(&apply))
}

fn delete(name: &str) -> Step<State> {
    let (parameters, name) = (format!("RoleName={name}"), name.to_owned());
    write("DeleteRole", &parameters, move |state| drop(state.roles.remove(&name)))
}

fn attach(name: &str, has_policy: bool) -> Step<State> {
    let action = if has_policy { "AttachRolePolicy" } else { "DetachRolePolicy" };
    change(action, name, &format!("PolicyArn={POLICY}"), move |role| role.has_policy = has_policy)
}

fn user(state: &State) -> Step<State> {
    if !state.has_user {
        return write("CreateUser", &format!("UserName={USER}"), |state| state.has_user = true);
    }
    if let Some(key) = &state.key {
        let parameters = format!("UserName={USER}&AccessKeyId={key}");
        return write("DeleteAccessKey", &parameters, |state| state.key = None);
    }
    let request = request(ACCOUNT, "CreateAccessKey", &format!("UserName={USER}"));
    Step::new("CreateAccessKey", request, |state: &mut State, answer| {
        state.key = answer.and_then(|answer| answer.elements("AccessKeyId").pop());
    })
}

impl Service for Iam {
    type State = State;

    fn next(&mut self, state: &State, random: &mut Random) -> Step<State> {
        let (name, text) = (format!("role{}", random.below(MAX_ROLES)), format!("text{}", random.below(1000)));
        let Some(role) = state.roles.get(&name) else { return create(name, text) };
        match random.below(6) {
            0 if !role.has_policy => delete(&name),
            1 => user(state),
            2 | 3 => attach(&name, !role.has_policy),
            _ => change("UpdateRole", &name, &format!("Description={text}"), move |role| {
                role.description.clone_from(&text);
            }),
        }
    }

    fn clear(&self, state: &State) -> Option<Step<State>> {
        if let Some((name, role)) = state.roles.first_key_value() {
            return Some(if role.has_policy { attach(name, false) } else { delete(name) });
        }
        state.key.as_ref().map(|_| user(state))
    }

    fn see(&self, connection: &mut Connection, _told: &State) -> anyhow::Result<State> {
        let mut seen = State::default();
        let roles = connection.send(&request(ACCOUNT, "ListRoles", ""))?;
        ensure!(roles.is_success(), "{}", roles.text());
        let names = roles.elements("RoleName");
        for (name, description) in names.into_iter().zip(roles.elements("Description")) {
            let parameters = format!("RoleName={name}");
            let attached = connection.send(&request(ACCOUNT, "ListAttachedRolePolicies", &parameters))?;
            ensure!(attached.is_success(), "{name}: {}", attached.text());
            let has_policy = attached.elements("PolicyArn") == [POLICY];
            seen.roles.insert(name, Role { description, has_policy });
        }
        let users = connection.send(&request(ACCOUNT, "ListUsers", ""))?;
        seen.has_user = users.elements("UserName") == [USER];
        if seen.has_user {
            let keys = connection.send(&request(ACCOUNT, "ListAccessKeys", &format!("UserName={USER}")))?;
            seen.key = keys.elements("AccessKeyId").pop();
        }
        if let Some(key) = &seen.key {
            let own = connection.send(&request(key, "GetUser", ""))?;
            ensure!(own.elements("UserName") == [USER], "{key}: {}", own.text());
        }
        Ok(seen)
    }

    /// A key that was made and not told of is seen from then on.
    fn agree(seen: &State, possible: &State, _told: &State) -> Option<State> {
        let mut expected = possible.clone();
        if expected.key.is_none() {
            expected.key.clone_from(&seen.key);
        }
        (*seen == expected).then(|| seen.clone())
    }
}
