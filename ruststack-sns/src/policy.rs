//! Policies of topics: the one that every topic has, what AddPermission and RemovePermission make of it, and what one
//! must say to be one.

use ruststack_auth::policy::{
    document::{Rules, Statement},
    error::InvalidPolicy,
    labelled::{self, LabelledPolicy},
    stored::StoredPolicy,
};
use ruststack_core::arn::Arn;
use serde_json::json;

use crate::{
    error::{SnsError, invalid},
    limits::MAX_PERMISSION_ACTIONS,
};

/// What a topic's policy can be about.
pub(crate) const ACTIONS: [&str; 9] = [
    "GetTopicAttributes",
    "SetTopicAttributes",
    "AddPermission",
    "RemovePermission",
    "DeleteTopic",
    "Subscribe",
    "ListSubscriptionsByTopic",
    "Publish",
    "Receive",
];
/// As many of them as the policy of every topic grants.
const GRANTED_BY_DEFAULT: usize = 8;

/// Who may do what, under which label.
pub(crate) struct Permission<'p> {
    pub(crate) label: &'p str,
    pub(crate) accounts: &'p [String],
    pub(crate) actions: &'p [String],
}

/// The policy of a topic that nobody gave one: its own account may do all.
pub(crate) fn default(topic: &Arn) -> String {
    let actions: Vec<String> = ACTIONS.iter().take(GRANTED_BY_DEFAULT).map(|action| format!("SNS:{action}")).collect();
    let policy = json!({
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [{
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": actions,
            "Resource": topic.as_str(),
            "Condition": {"StringEquals": {"AWS:SourceOwner": topic.account()}},
        }],
    });
    policy.to_string()
}

/// Refuses what is no policy of this topic.
pub(crate) fn check(text: &str, topic: &Arn) -> Result<(), SnsError> {
    let stored = parse(text)?;
    stored.policy().statements.iter().try_for_each(|statement| check_statement(statement, topic))
}

pub(crate) fn parse(text: &str) -> Result<StoredPolicy, SnsError> {
    StoredPolicy::parse(text.as_bytes(), Rules::RESOURCE).map_err(|fault| match fault {
        InvalidPolicy::InvalidPrincipal(_) => invalid("Policy Error: PrincipalNotFound"),
        InvalidPolicy::InvalidAction(_) => out_of_scope(),
        _ => invalid("Policy Error: null"),
    })
}

fn check_statement(statement: &Statement, topic: &Arn) -> Result<(), SnsError> {
    let is_of_sns = |pattern: &str| {
        let known = ACTIONS.iter().any(|action| pattern.eq_ignore_ascii_case(&format!("sns:{action}")));
        known || pattern == "*" || (pattern.contains('*') && pattern.to_ascii_lowercase().starts_with("sns:"))
    };
    if !statement.actions.patterns.iter().all(|pattern| is_of_sns(pattern.source())) {
        return Err(out_of_scope());
    }
    let is_of_topic = |pattern: &str| pattern == topic.as_str() || pattern.contains(['*', '?']);
    let mut resources = statement.resources.iter().flat_map(|resources| &resources.patterns);
    if resources.all(|resource| is_of_topic(resource.source())) {
        Ok(())
    } else {
        Err(invalid("Policy statement resource must be the topic"))
    }
}

fn out_of_scope() -> SnsError {
    invalid("Policy statement action out of service scope!")
}

/// The policy with one more permission.
pub(crate) fn with(policy: &str, topic: &Arn, permission: &Permission<'_>) -> Result<String, SnsError> {
    check_permission(permission)?;
    let mut policy = LabelledPolicy::parse(policy);
    if policy.has(permission.label) {
        return Err(invalid("Statement already exists"));
    }
    let actions = permission.actions.iter().map(|action| format!("SNS:{action}")).collect();
    policy.put(labelled::allowing(permission.label, permission.accounts, actions, topic));
    let text = policy.to_string();
    parse(&text).map(|_| text)
}

/// The policy without the permission of that label, if it had one.
pub(crate) fn without(policy: &str, label: &str) -> String {
    let mut policy = LabelledPolicy::parse(policy);
    policy.remove(label);
    policy.to_string()
}

fn check_permission(permission: &Permission<'_>) -> Result<(), SnsError> {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let is_account = |account: &String| account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let is_action = |action: &String| action == "*" || ACTIONS.contains(&action.as_str());
    if permission.label.is_empty() || !permission.label.bytes().all(is_letter) {
        Err(invalid("Label"))
    } else if permission.accounts.is_empty() || !permission.accounts.iter().all(is_account) {
        Err(invalid("AWSAccountId"))
    } else if permission.actions.is_empty() || permission.actions.len() > MAX_PERMISSION_ACTIONS {
        Err(invalid("ActionName"))
    } else if permission.actions.iter().all(is_action) {
        Ok(())
    } else {
        Err(out_of_scope())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic() -> Arn {
        "arn:aws:sns:us-east-1:000000000000:topic".parse().unwrap()
    }

    /// Recorded: test_topic_add_permission, test_topic_remove_permission, test_add_permission_errors, 2025.
    #[test]
    fn permissions_come_and_go_by_label() {
        let (accounts, actions) = (["111111111111".to_owned()], ["Publish".to_owned()]);
        let permission = |label| Permission { label, accounts: &accounts, actions: &actions };
        let before = default(&topic());
        assert_eq!(check(&before, &topic()), Ok(()));
        let with_one = with(&before, &topic(), &permission("test")).unwrap();
        let statement = r#"{"Sid":"test","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"SNS:Publish","Resource":"arn:aws:sns:us-east-1:000000000000:topic"}"#;
        assert!(with_one.contains(statement), "{with_one}");
        let again = with(&with_one, &topic(), &permission("test")).unwrap_err();
        assert_eq!(again.to_string(), "Invalid parameter: Statement already exists");
        assert_eq!(without(&with_one, "test"), before);
        assert_eq!(without(&before, "nothing"), before);
        let unknown = ["InvalidAction".to_owned()];
        let wrong = Permission { label: "other", accounts: &accounts, actions: &unknown };
        assert_eq!(with(&before, &topic(), &wrong), Err(out_of_scope()));
    }

    #[test]
    fn what_is_no_policy_of_the_topic_is_refused() {
        let policy = |action: &str, resource: &str| {
            json!({"Statement": {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource}})
                .to_string()
        };
        assert_eq!(check(&policy("sns:*", topic().as_str()), &topic()), Ok(()));
        assert_eq!(check(&policy("sqs:SendMessage", "*"), &topic()), Err(out_of_scope()));
        assert!(check(&policy("sns:Publish", "arn:aws:sns:us-east-1:000000000000:other"), &topic()).is_err());
        assert_eq!(check("{", &topic()), Err(invalid("Policy Error: null")));
    }
}
