//! The managed policies of AWS: some with their documents, the rest by their names alone.

use std::{collections::BTreeMap, sync::LazyLock};

use ruststack_auth::policy::{
    document::{Kind, Rules},
    stored::StoredPolicy,
};
use ruststack_core::clock::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::policy_arn;

/// AWS's own documents, by name.
const DOCUMENTS: &str = include_str!("aws_managed/policies.json");

const RULES: Rules = Rules { kind: Kind::Identity, max_bytes: usize::MAX };

/// What stands for the documents that are not here: it allows nothing that matters.
// Differs from AWS: some seventy of AWS's managed policies have their documents; others can be attached, too, and allow
// nothing but sts:GetCallerIdentity.
const SYNTHETIC: &str = r#"{"Version": "2012-10-17", "Statement": [{"Sid": "RustStackDoesNotKnowThisPolicy", "Effect": "Allow", "Action": "sts:GetCallerIdentity", "Resource": "*"}]}"#;

/// When those were made whose time is not known.
const UNKNOWN: Timestamp = Timestamp::from_seconds(1_423_161_600);

#[derive(Clone, Debug)]
pub(crate) struct AwsManaged {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) default_id: String,
    pub(crate) document: StoredPolicy,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Kept {
    path: String,
    create_date: i64,
    update_date: i64,
    default_version_id: String,
    document: Value,
}

static KNOWN: LazyLock<BTreeMap<String, AwsManaged>> = LazyLock::new(|| {
    let kept: BTreeMap<String, Kept> = serde_json::from_str(DOCUMENTS).expect("the file is right");
    kept.into_iter().map(|(name, kept)| (name.clone(), kept.named(name))).collect()
});

static SYNTHETIC_DOCUMENT: LazyLock<StoredPolicy> =
    LazyLock::new(|| StoredPolicy::parse(SYNTHETIC.as_bytes(), RULES).expect("the policy is right"));

impl Kept {
    fn named(self, name: String) -> AwsManaged {
        let text = serde_json::to_string_pretty(&self.document).expect("it was JSON");
        AwsManaged {
            name,
            path: self.path,
            created: Timestamp::from_seconds(self.create_date),
            updated: Timestamp::from_seconds(self.update_date),
            default_id: self.default_version_id,
            document: StoredPolicy::parse(text.as_bytes(), RULES).expect("AWS's policies are policies"),
        }
    }
}

impl AwsManaged {
    /// Made of the name, so that it is always the same.
    // Differs from AWS: the ids of AWS's managed policies are made up.
    pub(crate) fn id(&self) -> String {
        const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let mut state = 0xcbf2_9ce4_8422_2325_u64;
        let mut id = "ANPA".to_owned();
        for byte in self.name.bytes().cycle().take(self.name.len().max(17) + 17) {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            if id.len() < 21 {
                id.push(char::from(LETTERS[(state >> 40 & 31) as usize]));
            }
        }
        id
    }
}

/// By name.
pub(crate) fn known() -> impl Iterator<Item = &'static AwsManaged> {
    KNOWN.values()
}

/// Every ARN of AWS's own is a policy.
pub(crate) fn find(arn: &str) -> AwsManaged {
    let parsed = policy_arn::parse(arn);
    let (path, name) = parsed.map_or(("/", arn), |arn| (arn.path, arn.name));
    match KNOWN.get(name).filter(|known| known.path == path) {
        Some(known) => known.clone(),
        None => AwsManaged {
            name: name.to_owned(),
            path: path.to_owned(),
            created: UNKNOWN,
            updated: UNKNOWN,
            default_id: "v1".to_owned(),
            document: SYNTHETIC_DOCUMENT.clone(),
        },
    }
}

pub(crate) fn document(arn: &str) -> StoredPolicy {
    find(arn).document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_documents_can_be_read() {
        assert!(known().count() >= 40);
        let found = find("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole");
        assert!(found.document.text().contains("logs:PutLogEvents"));
        assert!(find("arn:aws:iam::aws:policy/Unheard").document.text().contains("GetCallerIdentity"));
    }
}
