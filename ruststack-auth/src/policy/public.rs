//! Whether a resource's policy makes the resource public, as S3's Block Public Access understands it.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>

use super::{
    compare::Test,
    condition::Condition,
    document::{Effect, Policy, Statement},
    principal::PrincipalPattern,
    variables::Template,
};

/// Keys that narrow a grant to everyone when their value is fixed.
const NARROWING_KEYS: [&str; 13] = [
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalOrgID",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceOrgID",
    "aws:SourceOwner",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:SourceVpcArn",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:userid",
];

/// A service's own keys that narrow a grant.
#[derive(Clone, Copy, Default, Debug)]
pub struct NarrowingKeys<'a> {
    /// Those whose value must be fixed.
    pub fixed: &'a [&'a str],
    /// ARNs of which only the account must be fixed.
    pub fixed_account: &'a [&'a str],
}

impl Policy {
    /// Public unless every grant is to fixed principals, or under a condition that narrows it to fixed values.
    pub fn is_public(&self, keys: NarrowingKeys<'_>) -> bool {
        self.statements.iter().any(|statement| statement.is_public(keys))
    }
}

impl Statement {
    fn is_public(&self, keys: NarrowingKeys<'_>) -> bool {
        let Some(principals) = &self.principals else { return false };
        let is_for_everyone = principals.is_negated || principals.patterns.contains(&PrincipalPattern::Everyone);
        let is_narrowed = || self.conditions.iter().any(|condition| condition.narrows(keys));
        self.effect == Effect::Allow && is_for_everyone && !is_narrowed()
    }
}

impl Condition {
    /// Holds for known values only, and never for a request that lacks the key.
    fn narrows(&self, keys: NarrowingKeys<'_>) -> bool {
        use super::condition::Qualifier::ForAllValues;
        if self.is_negated || self.holds_if_missing || self.qualifier == Some(ForAllValues) {
            return false;
        }
        let is_among = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(self.key()));
        if let Test::IpAddress(networks) = &self.test {
            return is_among(&["aws:SourceIp"]) && networks.iter().all(|network| !network.is_very_broad());
        }
        if is_among(keys.fixed_account) {
            return self.has_fixed_accounts();
        }
        (is_among(&NARROWING_KEYS) || is_among(keys.fixed)) && self.has_fixed_values()
    }

    fn has_fixed_values(&self) -> bool {
        match &self.test {
            Test::Equals(templates) | Test::EqualsIgnoreCase(templates) | Test::Like(templates) => {
                templates.iter().all(Template::is_fixed)
            }
            Test::Arn(patterns) => patterns.iter().all(|pattern| pattern.templates().iter().all(Template::is_fixed)),
            _ => false,
        }
    }

    fn has_fixed_accounts(&self) -> bool {
        let has_fixed_account = |text: &str| text.split(':').nth(4).is_some_and(is_account);
        match &self.test {
            Test::Equals(templates) | Test::EqualsIgnoreCase(templates) | Test::Like(templates) => {
                templates.iter().all(|template| !template.has_variables() && has_fixed_account(template.source()))
            }
            Test::Arn(patterns) => patterns
                .iter()
                .all(|pattern| pattern.templates().get(4).is_some_and(|account| is_account(account.source()))),
            _ => false,
        }
    }
}

fn is_account(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
