//! Redrive policies: where messages go that were received too often, and from where a queue takes such.

use ruststack_core::arn::Arn;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    error::{SqsError, invalid_parameter},
    limits::RECEIVE_COUNTS,
};

/// Of the queue that gives messages up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct RedrivePolicy {
    pub(crate) dead_letter_target_arn: Arn,
    pub(crate) max_receive_count: u32,
}

impl RedrivePolicy {
    pub(crate) fn parse(text: &str) -> Result<Self, SqsError> {
        let refused = |reason: &str| invalid_parameter("RedrivePolicy", text, reason);
        let missing = |name: &str| refused(&format!("Redrive policy does not contain mandatory attribute: {name}."));
        let policy: Value =
            serde_json::from_str(text).map_err(|_| refused("Redrive policy is not a valid JSON map."))?;
        let policy = policy.as_object().ok_or_else(|| refused("Redrive policy is not a valid JSON map."))?;
        let target = policy.get("deadLetterTargetArn").ok_or_else(|| missing("deadLetterTargetArn"))?;
        let count = policy.get("maxReceiveCount").ok_or_else(|| missing("maxReceiveCount"))?;
        let shown = count.as_str().map_or_else(|| count.to_string(), str::to_owned);
        let max_receive_count = shown.parse().ok().filter(|count: &i64| RECEIVE_COUNTS.contains(count));
        let max_receive_count = max_receive_count.and_then(|count| u32::try_from(count).ok()).ok_or_else(|| {
            refused(&format!(
                "Invalid value for maxReceiveCount: {shown}, valid values are from 1 to 1000 both inclusive."
            ))
        })?;
        let target = target.as_str().and_then(|target| target.parse().ok());
        let dead_letter_target_arn = target.ok_or_else(|| refused("Invalid value for deadLetterTargetArn."))?;
        Ok(Self { dead_letter_target_arn, max_receive_count })
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Permission {
    AllowAll,
    DenyAll,
    ByQueue,
}

/// Of the queue that takes them.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RedriveAllowPolicy {
    redrive_permission: Permission,
    #[serde(default)]
    source_queue_arns: Vec<String>,
}

/// How many sources may be named.
const MAX_SOURCES: usize = 10;

impl RedriveAllowPolicy {
    pub(crate) fn parse(text: &str) -> Result<Self, SqsError> {
        let refused = |reason: &str| invalid_parameter("RedriveAllowPolicy", text, reason);
        let policy: Self = serde_json::from_str(text).map_err(|_| {
            refused("Amazon SQS can't create the redrive allow policy, as it's in an unsupported format.")
        })?;
        let names_sources = policy.redrive_permission == Permission::ByQueue;
        if names_sources == policy.source_queue_arns.is_empty() || policy.source_queue_arns.len() > MAX_SOURCES {
            return Err(refused(
                "sourceQueueArns must have 1 to 10 entries where redrivePermission is byQueue, and none otherwise.",
            ));
        }
        Ok(policy)
    }

    pub(crate) fn allows(&self, source: &Arn) -> bool {
        match self.redrive_permission {
            Permission::AllowAll => true,
            Permission::DenyAll => false,
            Permission::ByQueue => self.source_queue_arns.iter().any(|arn| arn == source.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:sqs:us-east-1:000000000000:dead";

    /// The text of the receive count is LocalStack's reading of AWS; the others are assumed.
    #[test]
    fn a_policy_names_a_queue_and_a_count() {
        for count in ["3", "\"3\""] {
            let policy =
                RedrivePolicy::parse(&format!("{{\"deadLetterTargetArn\":\"{ARN}\",\"maxReceiveCount\":{count}}}"));
            assert_eq!(policy.unwrap().max_receive_count, 3);
        }
        for (text, reason) in [
            ("x", "not a valid JSON map"),
            ("{}", "mandatory attribute: deadLetterTargetArn"),
            (&format!("{{\"deadLetterTargetArn\":\"{ARN}\"}}"), "mandatory attribute: maxReceiveCount"),
            (
                &format!("{{\"deadLetterTargetArn\":\"{ARN}\",\"maxReceiveCount\":0}}"),
                "valid values are from 1 to 1000",
            ),
            ("{\"deadLetterTargetArn\":\"dummy\",\"maxReceiveCount\":42}", "deadLetterTargetArn"),
        ] {
            let refused = RedrivePolicy::parse(text).unwrap_err().to_string();
            assert!(refused.contains(reason), "{refused}");
        }
    }

    #[test]
    fn sources_are_allowed_all_none_or_by_name() {
        let source: Arn = ARN.parse().unwrap();
        for (text, expected) in [
            ("{\"redrivePermission\":\"allowAll\"}", Some(true)),
            ("{\"redrivePermission\":\"denyAll\"}", Some(false)),
            (&format!("{{\"redrivePermission\":\"byQueue\",\"sourceQueueArns\":[\"{ARN}\"]}}"), Some(true)),
            ("{\"redrivePermission\":\"byQueue\",\"sourceQueueArns\":[\"other\"]}", Some(false)),
            ("{\"redrivePermission\":\"byQueue\"}", None),
            ("{\"redrivePermission\":\"some\"}", None),
        ] {
            assert_eq!(RedriveAllowPolicy::parse(text).ok().map(|policy| policy.allows(&source)), expected, "{text}");
        }
    }
}
