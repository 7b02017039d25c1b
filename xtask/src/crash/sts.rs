//! A client of STS: keys that were issued stay keys of who got them.

use std::collections::BTreeMap;

use anyhow::ensure;

use super::{
    client::{Service, Step},
    http::{Answer, Connection, Request},
    random::Random,
};

const ACCOUNT: &str = "000000000042";
/// Keys that are asked after; older ones stay with the server.
const MAX_KEYS: usize = 30;

pub(crate) struct Sts;

/// Whose each access key is.
pub(crate) type Keys = BTreeMap<String, String>;

fn request(access_key: &str, action: &str, parameters: &str) -> Request {
    let body = format!("Action={action}&Version=2011-06-15&{parameters}");
    let request = Request::new("sts", access_key, "POST", "/").body(body);
    request.header("content-type", "application/x-www-form-urlencoded")
}

fn issue(action: &'static str, parameters: &str) -> Step<Keys> {
    Step::new(action, request(ACCOUNT, action, parameters), |keys: &mut Keys, answer| {
        // A key that was not told of is nobody's.
        let Some(answer) = answer else { return };
        let element = |name| answer.elements(name).pop();
        let Some(access_key) = element("AccessKeyId") else { return };
        let arn = element("Arn").unwrap_or_else(|| format!("arn:aws:iam::{ACCOUNT}:root"));
        if keys.len() >= MAX_KEYS {
            keys.pop_first();
        }
        keys.insert(access_key, arn);
    })
}

fn caller(answer: &Answer) -> String {
    answer.elements("Arn").pop().unwrap_or_default()
}

impl Service for Sts {
    type State = Keys;

    fn next(&mut self, _keys: &Keys, random: &mut Random) -> Step<Keys> {
        let name = format!("session{}", random.below(1000));
        match random.below(3) {
            0 => issue("GetSessionToken", ""),
            1 => issue("GetFederationToken", &format!("Name={name}")),
            _ => {
                let role = format!("arn:aws:iam::{ACCOUNT}:role/reader");
                issue("AssumeRole", &format!("RoleArn={role}&RoleSessionName={name}"))
            }
        }
    }

    /// Keys end by themselves.
    fn clear(&self, _keys: &Keys) -> Option<Step<Keys>> {
        None
    }

    fn see(&self, connection: &mut Connection, told: &Keys) -> anyhow::Result<Keys> {
        let mut seen = Keys::new();
        for access_key in told.keys() {
            let answer = connection.send(&request(access_key, "GetCallerIdentity", ""))?;
            ensure!(answer.is_success(), "{access_key}: {}", answer.text());
            seen.insert(access_key.clone(), caller(&answer));
        }
        Ok(seen)
    }

    fn agree(seen: &Keys, possible: &Keys, _told: &Keys) -> Option<Keys> {
        (seen == possible).then(|| possible.clone())
    }
}
