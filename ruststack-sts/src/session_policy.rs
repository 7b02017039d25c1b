//! Session policies: read, and weighed with the tags against the space that AWS allots to both.

use serde_json::Value;

use crate::{
    api::{PolicyDescriptorType, Tag},
    error::StsError,
};

/// Bytes that stand for the whole space. AWS packs before it weighs, in a way that it does not tell.
const SPACE: usize = 4096;
/// The largest depth of JSON is the parser's, 128.
const MALFORMED: &str = "The policy is not in the valid JSON format.";
const SYNTAX: &str = "Syntax errors in policy.";

/// What narrows or describes a session.
#[derive(Default)]
pub(crate) struct Packed<'i> {
    pub(crate) policy: Option<&'i str>,
    pub(crate) policy_arns: &'i [PolicyDescriptorType],
    pub(crate) tags: &'i [Tag],
}

impl Packed<'_> {
    /// Checks the policy; answers how much of the space all take together, in per cent.
    ///
    // Differs from AWS: session policies are checked and kept out of all decisions, and their packed size is estimated.
    pub(crate) fn percent(&self) -> Result<i32, StsError> {
        self.policy.map_or(Ok(()), check)?;
        let arns = self.policy_arns.iter().filter_map(|policy| policy.arn.as_ref()).map(String::len);
        let tags = self.tags.iter().map(|tag| tag.key.len() + tag.value.len());
        let bytes = self.policy.map_or(0, str::len) + arns.sum::<usize>() + tags.sum::<usize>();
        let percent = (bytes * 100).div_ceil(SPACE);
        if percent > 100 {
            return Err(StsError::PackedPolicyTooLarge { percent });
        }
        Ok(i32::try_from(percent).unwrap_or(i32::MAX))
    }

    /// AWS shows the size only of what was sent.
    pub(crate) fn percent_if_any(&self) -> Result<Option<i32>, StsError> {
        let is_any = self.policy.is_some() || !self.policy_arns.is_empty() || !self.tags.is_empty();
        self.percent().map(|percent| is_any.then_some(percent))
    }
}

fn check(policy: &str) -> Result<(), StsError> {
    let malformed = |message: &str| StsError::MalformedPolicyDocument { message: message.to_owned() };
    let policy: Value = serde_json::from_str(policy).map_err(|_| malformed(MALFORMED))?;
    let statement = policy.get("Statement").ok_or_else(|| malformed(SYNTAX))?;
    let statements = statement.as_array().map_or(std::slice::from_ref(statement), Vec::as_slice);
    if statements.iter().all(is_statement) { Ok(()) } else { Err(malformed(SYNTAX)) }
}

fn is_statement(statement: &Value) -> bool {
    let has = |name: &str| statement.get(name).is_some();
    let effect = statement.get("Effect").and_then(Value::as_str);
    let is_effect = matches!(effect, Some("Allow" | "Deny"));
    is_effect && (has("Action") || has("NotAction")) && (has("Resource") || has("NotResource"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_json_with_whole_statements() {
        let percent = |policy| Packed { policy: Some(policy), ..Packed::default() }.percent_if_any();
        let whole = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
        assert_eq!(percent(whole), Ok(Some(3)));
        for (wrong, message) in
            [("nonsense", MALFORMED), ("{}", SYNTAX), (r#"{"Statement":{"Effect":"Maybe"}}"#, SYNTAX)]
        {
            let message = message.to_owned();
            assert_eq!(percent(wrong), Err(StsError::MalformedPolicyDocument { message }));
        }
    }

    #[test]
    fn too_much_is_refused_and_nothing_is_not_shown() {
        let tags = vec![Tag { key: "k".repeat(128), value: "v".repeat(256) }; 11];
        let packed = Packed { tags: &tags, ..Packed::default() };
        assert_eq!(packed.percent(), Err(StsError::PackedPolicyTooLarge { percent: 104 }));
        assert_eq!(Packed::default().percent_if_any(), Ok(None));
    }
}
