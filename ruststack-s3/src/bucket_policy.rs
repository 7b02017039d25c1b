//! Bucket policies: what S3 asks of them beyond the policy language, in S3's words, and when one is public.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html>

use ruststack_auth::policy::{
    document::{Policy, Rules, Selection, Statement},
    error::InvalidPolicy,
    public::NarrowingKeys,
    stored::StoredPolicy,
    variables::Template,
};

use crate::{
    access::actions::{self, Level},
    bucket::Bucket,
    error::S3Error,
};

/// S3's own keys that narrow a grant to everyone.
const NARROWING: NarrowingKeys<'_> = NarrowingKeys {
    fixed: &["s3:DataAccessPointAccount", "s3:x-amz-server-side-encryption-aws-kms-key-id"],
    fixed_account: &["s3:DataAccessPointArn"],
};

/// A policy for this bucket, as it was sent.
pub(crate) fn parse(text: &[u8], bucket: &Bucket) -> Result<StoredPolicy, S3Error> {
    let stored = StoredPolicy::parse(text, Rules::RESOURCE).map_err(|fault| refusal(&fault))?;
    let resource = Resource { arn: bucket.arn() };
    stored.policy().statements.iter().try_for_each(|statement| resource.check(statement))?;
    Ok(stored)
}

pub(crate) fn is_public(policy: &Policy) -> bool {
    policy.is_public(NARROWING)
}

/// The bucket whose policy it is to be.
struct Resource {
    arn: String,
}

impl Resource {
    fn check(&self, statement: &Statement) -> Result<(), S3Error> {
        let resources: Vec<&str> =
            statement.resources.iter().flat_map(|resources| &resources.patterns).map(Template::source).collect();
        if !resources.iter().all(|resource| self.holds(resource)) {
            return Err(malformed("Policy has invalid resource"));
        }
        if !statement.actions.patterns.iter().all(is_of_s3) {
            return Err(malformed("Policy has invalid action"));
        }
        let names_both = |selection: &Selection| !selection.is_negated;
        let is_compared = names_both(&statement.actions) && statement.resources.as_ref().is_some_and(names_both);
        let applies = |action: &Template| {
            known(action).any(|level| resources.iter().any(|resource| self.is_of_level(resource, level)))
        };
        if is_compared && !statement.actions.patterns.iter().all(applies) {
            return Err(malformed("Action does not apply to any resource(s) in statement"));
        }
        Ok(())
    }

    /// The bucket itself or what is in it; other buckets whose names begin like its own do no harm.
    fn holds(&self, resource: &str) -> bool {
        let rest = resource.strip_prefix(&self.arn);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '*', '?']))
    }

    /// Wildcards may stand for the slash before a key.
    fn is_of_level(&self, resource: &str, level: Level) -> bool {
        let rest = resource.strip_prefix(&self.arn).unwrap_or_default();
        match level {
            Level::Object | Level::NewObject => !rest.is_empty(),
            _ => !rest.contains('/'),
        }
    }
}

fn is_of_s3(action: &Template) -> bool {
    known(action).next().is_some()
}

/// What the actions that a pattern names are on.
fn known(action: &Template) -> impl Iterator<Item = Level> {
    actions::all().filter(|(name, _)| action.names_action(name)).map(|(_, level)| level)
}

fn refusal(fault: &InvalidPolicy) -> S3Error {
    let message = match fault {
        InvalidPolicy::NotJson | InvalidPolicy::TooDeep => "Policies must be valid JSON and the first byte must be '{'",
        InvalidPolicy::MissingField(name) => return malformed(format!("Missing required field {name}")),
        InvalidPolicy::NoStatements => "Could not parse the policy: Statement is empty!",
        InvalidPolicy::InvalidVersion(_) => "The policy must contain a valid version string",
        InvalidPolicy::InvalidEffect(effect) => return malformed(format!("Invalid effect : {effect}")),
        InvalidPolicy::InvalidAction(_) => "Policy has invalid action",
        InvalidPolicy::InvalidResource(_) => "Policy has invalid resource",
        InvalidPolicy::InvalidPrincipal(principal) => {
            return S3Error::InvalidPrincipalInPolicy { detail: format!("\"AWS\" : \"{principal}\"") };
        }
        InvalidPolicy::UnknownField(name) => return malformed(format!("Unknown field {name}")),
        InvalidPolicy::DuplicateField(name) => return malformed(format!("Duplicate field {name}")),
        InvalidPolicy::UnknownOperator(name) => return malformed(format!("Invalid Condition type : {name}")),
        InvalidPolicy::InvalidConditionKey(_) => "Policy has an invalid condition key",
        InvalidPolicy::TooLarge { limit_bytes } => {
            return malformed(format!(
                "Normalized policy document exceeds the maximum allowed size of {limit_bytes} bytes."
            ));
        }
        other => return malformed(format!("Invalid policy syntax: {other}.")),
    };
    malformed(message)
}

fn malformed(message: impl Into<String>) -> S3Error {
    S3Error::MalformedPolicy { message: message.into() }
}

#[cfg(test)]
mod tests {
    use ruststack_core::scope::AccountId;

    use super::*;

    fn message(text: &str) -> String {
        let bucket = Bucket::named("bucket", AccountId::DEFAULT);
        parse(text.as_bytes(), &bucket).map_or_else(|error| error.to_string(), |_| "taken".to_owned())
    }

    fn statement(action: &str, resource: &str) -> String {
        let text = format!(r#""Effect":"Allow","Principal":"*","Action":"{action}","Resource":"{resource}""#);
        message(&format!("{{\"Statement\":[{{{text}}}]}}"))
    }

    /// Recorded: test_bucket_policy_exc; the others are documented, or known from AWS's clients.
    #[test]
    fn a_wrong_policy_is_told_what_is_wrong() {
        let json = "Policies must be valid JSON and the first byte must be '{'";
        let principal = r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"nobody"},"Action":"s3:*","Resource":"arn:aws:s3:::bucket"}}"#;
        for (text, expected) in [
            ("", json),
            ("invalid json", json),
            (" {}", json),
            ("{}", "Missing required field Statement"),
            (r#"{"Statement":[{"Effect":"Allow"}]}"#, "Missing required field Principal"),
            (r#"{"Statement":[]}"#, "Could not parse the policy: Statement is empty!"),
            (r#"{"Version":"2018-05-25","Statement":[]}"#, "The policy must contain a valid version string"),
            (r#"{"Statement":{},"Colour":1}"#, "Unknown field Colour"),
            (principal, "Invalid principal in policy"),
        ] {
            assert_eq!(message(text), expected, "{text}");
        }
    }

    #[test]
    fn actions_and_resources_are_of_the_bucket_and_of_each_other() {
        let (action, resource) = ("Policy has invalid action", "Policy has invalid resource");
        let neither = "Action does not apply to any resource(s) in statement";
        for (on_action, on_resource, expected) in [
            ("s3:GetObject", "arn:aws:s3:::bucket/*", "taken"),
            ("S3:getobject", "arn:aws:s3:::bucket*", "taken"),
            ("s3:*", "arn:aws:s3:::bucket", "taken"),
            ("*", "arn:aws:s3:::bucket/prefix/*", "taken"),
            ("s3:ListBucket", "arn:aws:s3:::bucket", "taken"),
            ("s3:GetObject", "arn:aws:s3:::bucket", neither),
            ("s3:ListBucket", "arn:aws:s3:::bucket/*", neither),
            ("s3:GetObject", "arn:aws:s3:::other/*", resource),
            ("s3:GetObject", "arn:aws:s3:::bucket-two/*", resource),
            ("s3:GetObject", "*", resource),
            ("s3:Nonsense", "arn:aws:s3:::bucket/*", action),
            ("sqs:SendMessage", "arn:aws:s3:::bucket/*", action),
        ] {
            assert_eq!(statement(on_action, on_resource), expected, "{on_action} {on_resource}");
        }
    }
}
