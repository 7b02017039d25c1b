//! A queue's policy: what SQS takes for one, and how AddPermission and RemovePermission write it.

use ruststack_auth::policy::{
    document::{Kind, Rules},
    error::InvalidPolicy,
    labelled::{self, LabelledPolicy},
    stored::StoredPolicy,
};
use ruststack_core::arn::Arn;
use serde_json::json;

use crate::{
    attributes,
    error::{SqsError, invalid_parameter},
    limits::{MAX_POLICY_ACTIONS, MAX_POLICY_BYTES, MAX_POLICY_STATEMENTS, MAX_QUEUE_NAME_LENGTH},
};

/// What can be permitted by a label.
const ACTIONS: [&str; 9] = [
    "*",
    "ChangeMessageVisibility",
    "DeleteMessage",
    "GetQueueAttributes",
    "GetQueueUrl",
    "ListDeadLetterSourceQueues",
    "PurgeQueue",
    "ReceiveMessage",
    "SendMessage",
];
const LABEL: &str = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length";
const WSDL: &str = "Please refer to the appropriate WSDL for a list of valid actions. ";

/// A policy that was taken before; `None` of one that never applies.
pub(crate) fn read(text: &str) -> Option<StoredPolicy> {
    StoredPolicy::parse(text.as_bytes(), Rules { kind: Kind::Resource, max_bytes: usize::MAX }).ok()
}

/// Whether SQS takes it. One about what can be no queue is kept, and never applies.
pub(crate) fn check(text: &str) -> Result<(), SqsError> {
    let text = text.trim_start();
    match StoredPolicy::parse(text.as_bytes(), Rules { kind: Kind::Resource, max_bytes: MAX_POLICY_BYTES }) {
        Ok(stored) => check_limits(&stored),
        Err(InvalidPolicy::InvalidResource(_) | InvalidPolicy::InvalidConditionValue { .. }) => Ok(()),
        Err(_) => Err(attributes::invalid("Policy")),
    }
}

/// The text about statements is assumed.
fn check_limits(stored: &StoredPolicy) -> Result<(), SqsError> {
    let statements = &stored.policy().statements;
    let actions = statements.iter().map(|statement| statement.actions.patterns.len()).max().unwrap_or(0);
    let counts = [("Statements", statements.len(), MAX_POLICY_STATEMENTS), ("Actions", actions, MAX_POLICY_ACTIONS)];
    counts.into_iter().try_for_each(|(name, count, max)| check_count(name, count, max))
}

fn check_count(name: &str, count: usize, max: usize) -> Result<(), SqsError> {
    if count <= max {
        return Ok(());
    }
    Err(SqsError::OverLimit { message: format!("{count} {name} were found, maximum allowed is {max}.") })
}

/// Who may do what, under which label.
pub(crate) struct Permission<'p> {
    pub(crate) label: &'p str,
    pub(crate) accounts: &'p [String],
    pub(crate) actions: &'p [String],
}

/// The policy with one more permission.
pub(crate) fn with(policy: Option<&str>, queue: &Arn, permission: &Permission<'_>) -> Result<String, SqsError> {
    check_permission(permission)?;
    let new = || LabelledPolicy::of(json!({"Version": "2008-10-17", "Id": format!("{queue}/SQSDefaultPolicy")}));
    let mut policy = policy.map_or_else(new, LabelledPolicy::parse);
    let label = permission.label;
    if policy.has(label) {
        return Err(invalid_parameter("Label", label, "Already exists."));
    }
    let actions = permission.actions.iter().map(|action| format!("SQS:{action}")).collect();
    policy.put(labelled::allowing(label, permission.accounts, actions, queue));
    let text = policy.to_string();
    // A list around a lone statement is one level more, which may be too deep to be read again.
    check(&text).map(|()| text)
}

/// The policy without the permission of that label; empty when nothing is left.
pub(crate) fn without(policy: Option<&str>, label: &str) -> Result<String, SqsError> {
    let mut policy = LabelledPolicy::parse(policy.unwrap_or_default());
    match policy.remove(label) {
        false => Err(invalid_parameter("Label", label, "can't find label.")),
        true if policy.is_empty() => Ok(String::new()),
        true => Ok(policy.to_string()),
    }
}

fn check_permission(permission: &Permission<'_>) -> Result<(), SqsError> {
    let is_label = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let label = permission.label;
    if label.is_empty() || label.len() > MAX_QUEUE_NAME_LENGTH || !label.bytes().all(is_label) {
        return Err(invalid_parameter("Label", label, LABEL));
    }
    check_count("Actions", permission.actions.len(), MAX_POLICY_ACTIONS)?;
    if let Some(action) = permission.actions.iter().find(|action| !ACTIONS.contains(&action.as_str())) {
        return Err(invalid_parameter("ActionName", format!("SQS:{action}"), WSDL));
    }
    let is_account = |account: &&String| account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    match permission.accounts.iter().find(|account| !is_account(account)) {
        Some(account) => Err(invalid_parameter("PrincipalId", format!("[{account}]"), "Unable to verify.")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded: test_sqs_permission_lifecycle, 2024-04-30.
    #[test]
    fn permissions_come_and_go_by_label() {
        let queue: Arn = "arn:aws:sqs:us-east-1:000000000000:queue".parse().unwrap();
        let (accounts, actions) = (["111111111111".to_owned()], ["ReceiveMessage".to_owned()]);
        let permission = |label| Permission { label, accounts: &accounts, actions: &actions };
        let one = with(None, &queue, &permission("one")).unwrap();
        assert!(
            one.contains(
                "\"Principal\":{\"AWS\":\"arn:aws:iam::111111111111:root\"},\"Action\":\"SQS:ReceiveMessage\""
            )
        );
        let twice = with(Some(&one), &queue, &permission("one")).unwrap_err();
        assert_eq!(twice.to_string(), "Value one for parameter Label is invalid. Reason: Already exists.");
        let both = with(Some(&one), &queue, &permission("two")).unwrap();
        let rest = without(Some(&both), "two").unwrap();
        assert_eq!((rest.as_str(), without(Some(&rest), "one").unwrap().as_str()), (one.as_str(), ""));
        let gone = without(None, "one").unwrap_err();
        assert_eq!(gone.to_string(), "Value one for parameter Label is invalid. Reason: can't find label.");
    }
}
