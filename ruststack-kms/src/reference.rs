//! How calls name keys: by id, by ARN, and mostly by an alias or its ARN, too.

use ruststack_core::{
    arn::Arn,
    scope::{Region, Scope},
};

use crate::{
    error::{KmsError, not_found},
    key::{arn, resource_arn},
};

/// What aliases begin with.
pub(crate) const ALIAS: &str = "alias/";
/// What AWS's own begin with.
pub(crate) const MANAGED_ALIAS: &str = "alias/aws/";

/// A key as it was named, and whose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Reference {
    pub(crate) scope: Scope,
    pub(crate) name: Name,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Name {
    Id(String),
    /// With `alias/`.
    Alias(String),
}

impl Reference {
    /// What `text` names in a call of `scope`.
    pub(crate) fn parse(text: &str, scope: &Scope) -> Result<Self, KmsError> {
        if text.starts_with("arn:") {
            return Self::of_arn(text, scope);
        }
        let name = if text.starts_with(ALIAS) { Name::Alias(text.to_owned()) } else { Name::Id(id(text, text)?) };
        Ok(Self { scope: scope.clone(), name })
    }

    /// The same where aliases are not taken.
    pub(crate) fn parse_key(text: &str, scope: &Scope) -> Result<Self, KmsError> {
        let reference = Self::parse(text, scope)?;
        match reference.name {
            Name::Id(_) => Ok(reference),
            Name::Alias(_) => Err(invalid_id(text)),
        }
    }

    /// Of a key's id alone, if it is one.
    pub(crate) fn parse_id(text: &str, scope: &Scope) -> Option<Self> {
        let name = Name::Id(id(text, text).ok()?);
        Some(Self { scope: scope.clone(), name })
    }

    /// Keys are used where they are. Recorded: test_get_key_in_different_region, 2025-11-10.
    fn of_arn(text: &str, scope: &Scope) -> Result<Self, KmsError> {
        let invalid = |what: &str| not_found(format!("Invalid arn {what}"));
        let arn: Arn = text.parse().map_err(|_| invalid(text))?;
        if arn.region() != scope.region.as_str() {
            return Err(invalid(arn.region()));
        }
        let account = arn.account().parse().map_err(|_| invalid(text))?;
        if arn.service() != "kms" || arn.partition() != scope.partition().as_str() {
            return Err(invalid(text));
        }
        let name = match arn.resource().strip_prefix("key/") {
            Some(named) => Name::Id(id(named, text)?),
            None if arn.resource().starts_with(ALIAS) => Name::Alias(arn.resource().to_owned()),
            None => return Err(invalid(text)),
        };
        Ok(Self { scope: Scope::new(account, Region::clone(&scope.region)), name })
    }

    pub(crate) fn arn(&self) -> String {
        match &self.name {
            Name::Id(id) => arn(&self.scope, id),
            Name::Alias(alias) => resource_arn(&self.scope, alias),
        }
    }

    /// There is no such thing. Recorded: test_get_key_does_not_exist, 2025-09-08.
    pub(crate) fn not_found(&self) -> KmsError {
        match &self.name {
            Name::Id(_) => not_found(format!("Key '{}' does not exist", self.arn())),
            Name::Alias(_) => not_found(format!("Alias {} is not found.", self.arn())),
        }
    }
}

/// A UUID, or `mrk-` and 32 digits. Recorded: test_get_key_invalid_uuid, 2023-11-07.
fn id(id: &str, text: &str) -> Result<String, KmsError> {
    let is_hex = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_id = if let Some(digits) = id.strip_prefix("mrk-") {
        is_hex(digits, 32)
    } else {
        let parts: Vec<_> = id.split('-').collect();
        parts.len() == 5 && parts.iter().zip([8, 4, 4, 4, 12]).all(|(part, length)| is_hex(part, length))
    };
    if is_id { Ok(id.to_owned()) } else { Err(invalid_id(text)) }
}

fn invalid_id(text: &str) -> KmsError {
    not_found(format!("Invalid keyId '{text}'"))
}

#[cfg(test)]
mod tests {
    use ruststack_core::scope::AccountId;

    use super::*;

    const ID: &str = "134f2428-cec1-4b25-a1ae-9048164dba47";

    fn scope() -> Scope {
        Scope::new(AccountId::DEFAULT, Region::US_EAST_1)
    }

    #[test]
    fn a_key_has_several_names() {
        let parse = |text: &str| Reference::parse(text, &scope()).map(|reference| reference.name);
        let mrk = format!("mrk-{}", "0a".repeat(16));
        assert_eq!(parse(ID), Ok(Name::Id(ID.to_owned())));
        assert_eq!(parse(&format!("arn:aws:kms:us-east-1:000000000000:key/{ID}")), Ok(Name::Id(ID.to_owned())));
        assert_eq!(parse(&mrk), Ok(Name::Id(mrk.clone())));
        let alias = Name::Alias("alias/a/b".to_owned());
        assert_eq!(parse("alias/a/b"), Ok(alias.clone()));
        assert_eq!(parse("arn:aws:kms:us-east-1:000000000000:alias/a/b"), Ok(alias));
        assert!(Reference::parse_key("alias/a", &scope()).is_err());
    }

    #[test]
    fn what_names_no_key_is_told_back() {
        let refused = |text: &str| Reference::parse(text, &scope()).unwrap_err().to_string();
        for wrong in ["fake-key-id", "mrk-fake-key-id", "134f2428cec14b25a1ae9048164dba47", &format!("{ID}\0"), "é"] {
            assert_eq!(refused(wrong), format!("Invalid keyId '{wrong}'"));
        }
        assert_eq!(refused(&format!("arn:aws:kms:us-east-2:000000000000:key/{ID}")), "Invalid arn us-east-2");
        for wrong in ["arn:", "arn:aws:kms:us-east-1:1:key/x", "arn:aws:s3:us-east-1:000000000000:alias/x"] {
            assert!(refused(wrong).starts_with("Invalid arn "), "{wrong}");
        }
        let reference = Reference::parse(ID, &scope()).unwrap();
        let text = format!("Key 'arn:aws:kms:us-east-1:000000000000:key/{ID}' does not exist");
        assert_eq!(reference.not_found().to_string(), text);
    }
}
