//! A policy that operations write statement by statement, each under a label: `AddPermission`, `PutPermission` and
//! their like. Whatever else it says stays as it is.

use std::fmt;

use ruststack_core::arn::Arn;
use serde_json::{Value, json};

/// The document, whose statements are a list.
#[derive(Clone, PartialEq, Debug)]
pub struct LabelledPolicy(Value);

impl LabelledPolicy {
    /// What is no object is an empty one; a statement without a list around it gets one.
    pub fn parse(text: &str) -> Self {
        Self::of(serde_json::from_str(text).unwrap_or_default())
    }

    pub fn of(document: Value) -> Self {
        let mut document = if document.is_object() { document } else { json!({}) };
        let statement = document["Statement"].take();
        document["Statement"] = match statement {
            Value::Array(statements) => Value::Array(statements),
            Value::Null => json!([]),
            one => json!([one]),
        };
        Self(document)
    }

    pub fn is_empty(&self) -> bool {
        self.0["Statement"].as_array().is_none_or(Vec::is_empty)
    }

    /// Adds a statement, in the place of one of its label.
    pub fn put(&mut self, statement: Value) {
        let statements = self.statements();
        match statements.iter_mut().find(|known| known["Sid"] == statement["Sid"]) {
            Some(known) => *known = statement,
            None => statements.push(statement),
        }
    }

    pub fn has(&self, label: &str) -> bool {
        self.0["Statement"].as_array().is_some_and(|all| all.iter().any(|statement| statement["Sid"] == label))
    }

    /// True when there was a statement of that label.
    pub fn remove(&mut self, label: &str) -> bool {
        let statements = self.statements();
        let before = statements.len();
        statements.retain(|statement| statement["Sid"] != label);
        statements.len() < before
    }

    fn statements(&mut self) -> &mut Vec<Value> {
        self.0["Statement"].as_array_mut().expect("a list since it was made")
    }
}

impl fmt::Display for LabelledPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The statement that lets accounts do something with a resource. What there is one of has no list around it.
pub fn allowing(label: &str, accounts: &[String], actions: Vec<String>, resource: &Arn) -> Value {
    let partition = resource.partition();
    let principals = accounts.iter().map(|account| format!("arn:{partition}:iam::{account}:root")).collect();
    json!({
        "Sid": label,
        "Effect": "Allow",
        "Principal": {"AWS": one_or_many(principals)},
        "Action": one_or_many(actions),
        "Resource": resource.as_str(),
    })
}

fn one_or_many(mut texts: Vec<String>) -> Value {
    if texts.len() == 1 { texts.remove(0).into() } else { texts.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(label: &str, account: &str) -> Value {
        let resource = "arn:aws:sqs:us-east-1:000000000000:queue".parse().unwrap();
        allowing(label, &[account.to_owned()], vec!["SQS:SendMessage".to_owned()], &resource)
    }

    #[test]
    fn statements_come_and_go_by_label() {
        let mut policy = LabelledPolicy::parse(r#"{"Id":"i","Statement":{"Sid":"old"}}"#);
        policy.put(statement("new", "000000000001"));
        policy.put(statement("new", "000000000002"));
        assert!(policy.has("old") && policy.has("new") && !policy.has("other"));
        assert!(!policy.remove("other") && policy.remove("old"));
        let expected = r#"{"Id":"i","Statement":[{"Sid":"new","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000002:root"},"Action":"SQS:SendMessage","Resource":"arn:aws:sqs:us-east-1:000000000000:queue"}]}"#;
        assert_eq!(policy.to_string(), expected);
        assert!(policy.remove("new") && policy.is_empty());
    }

    #[test]
    fn what_is_no_policy_is_an_empty_one() {
        for text in ["", "{", "[1]", "null", r#"{"Statement":null}"#] {
            assert_eq!(LabelledPolicy::parse(text).to_string(), r#"{"Statement":[]}"#, "{text}");
        }
    }
}
