//! Names of functions as requests have them: a name, a part of an ARN, an ARN; each perhaps with a qualifier.

use ruststack_core::scope::{AccountId, Region, Scope};

use crate::error::{LambdaError, constraint, invalid, not_found};

/// The latest code and configuration, which can be changed.
pub(crate) const LATEST: &str = "$LATEST";

const NAME_PATTERN: &str = r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?";

/// The longest name of a function; it may be longer where it is told with its ARN.
const MAX_NAME: usize = 64;

/// A function that a request names, and perhaps a version or an alias of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct FunctionName {
    pub(crate) scope: Scope,
    pub(crate) name: String,
    pub(crate) qualifier: Option<String>,
}

impl FunctionName {
    /// Reads a name that a request of `scope` has.
    pub(crate) fn parse(scope: &Scope, text: &str) -> Result<Self, LambdaError> {
        let parsed = Self::read(scope, text);
        let parsed = parsed.ok_or_else(|| {
            constraint(text, "functionName", &format!("Member must satisfy regular expression pattern: {NAME_PATTERN}"))
        })?;
        if parsed.scope.region != scope.region {
            let (theirs, ours) = (&parsed.scope.region, &scope.region);
            return Err(not_found(format!("Functions from '{theirs}' are not reachable in this region ('{ours}')")));
        }
        Ok(parsed)
    }

    /// The same of a function that is to be created.
    pub(crate) fn of_new(scope: &Scope, text: &str) -> Result<Self, LambdaError> {
        let parsed = Self::parse(scope, text)?;
        if parsed.name.len() > MAX_NAME {
            let rule = "Member must have length less than or equal to 64";
            return Err(invalid(constraint(&parsed.name, "functionName", rule).to_string()));
        }
        if parsed.scope.account != scope.account {
            return Err(LambdaError::OfAnotherAccount {});
        }
        Ok(parsed)
    }

    /// The same, with what the request says beside the name.
    pub(crate) fn qualified(scope: &Scope, text: &str, qualifier: Option<&str>) -> Result<Self, LambdaError> {
        let mut parsed = Self::parse(scope, text)?;
        match (&parsed.qualifier, qualifier) {
            (Some(one), Some(other)) if one != other => {
                Err(invalid("The derived qualifier from the function name does not match the specified qualifier."))
            }
            (None, Some(qualifier)) => {
                parsed.qualifier = Some(qualifier.to_owned());
                Ok(parsed)
            }
            _ => Ok(parsed),
        }
    }

    fn read(scope: &Scope, text: &str) -> Option<Self> {
        let mut parts: Vec<&str> = text.split(':').collect();
        let mut scope = scope.clone();
        if parts.first() == Some(&"arn") {
            if parts.len() < 6 || parts[2] != "lambda" || !parts[1].starts_with("aws") {
                return None;
            }
            scope = Scope::new(parts[4].parse().ok()?, region(parts[3])?);
            parts.drain(..5);
        } else if parts.len() > 2 && parts[0].len() == 12 {
            scope.account = parts[0].parse::<AccountId>().ok()?;
            parts.remove(0);
        }
        if parts.len() > 1 && parts[0] == "function" {
            parts.remove(0);
        }
        let (name, qualifier) = match parts[..] {
            [name] => (name, None),
            [name, qualifier] => (name, Some(qualifier.to_owned())),
            _ => return None,
        };
        let is_word = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        let is_qualifier = |text: &String| text == LATEST || (!text.is_empty() && is_word(text));
        if name.is_empty() || !is_word(name) || !qualifier.as_ref().is_none_or(is_qualifier) {
            return None;
        }
        Some(Self { scope, name: name.to_owned(), qualifier })
    }

    /// Without the qualifier.
    pub(crate) fn arn(&self) -> String {
        arn(&self.scope, &self.name)
    }

    /// With the qualifier, where there is one.
    pub(crate) fn qualified_arn(&self) -> String {
        self.qualifier.as_ref().map_or_else(|| self.arn(), |qualifier| format!("{}:{qualifier}", self.arn()))
    }

    /// What says that there is none.
    pub(crate) fn unknown(&self) -> LambdaError {
        not_found(format!("Function not found: {}", self.qualified_arn()))
    }
}

fn region(text: &str) -> Option<Region> {
    let is_one = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let parts: Vec<&str> = text.split('-').collect();
    let ends_in_digit = parts.last().is_some_and(|last| last.len() == 1 && last.as_bytes()[0].is_ascii_digit());
    (is_one && parts.len() >= 3 && ends_in_digit).then(|| Region::nonstandard(text))
}

/// A function's ARN.
pub(crate) fn arn(scope: &Scope, name: &str) -> String {
    format!("arn:{}:lambda:{}:{}:function:{name}", scope.partition(), scope.region, scope.account)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope() -> Scope {
        Scope::new(AccountId::DEFAULT, Region::US_EAST_1)
    }

    #[test]
    fn functions_are_named_in_many_ways() {
        for (text, name, qualifier) in [
            ("f", "f", None),
            ("f:1", "f", Some("1")),
            ("f:$LATEST", "f", Some("$LATEST")),
            ("function:f:alias", "f", Some("alias")),
            ("000000000000:function:f", "f", None),
            ("arn:aws:lambda:us-east-1:000000000000:function:f", "f", None),
            ("arn:aws:lambda:us-east-1:000000000000:function:f:2", "f", Some("2")),
        ] {
            let parsed = FunctionName::parse(&scope(), text).unwrap();
            assert_eq!((parsed.name.as_str(), parsed.qualifier.as_deref()), (name, qualifier), "{text}");
        }
    }

    #[test]
    fn what_is_no_name_is_refused_in_awss_words() {
        for text in ["", "a b", "a:b:c", "invalid:function:name", "arn:aws:s3:us-east-1:000000000000:function:f"] {
            let error = FunctionName::parse(&scope(), text).unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("1 validation error detected: Value '{text}' at 'functionName'")),
                "{error}"
            );
        }
        let other = FunctionName::parse(&scope(), "arn:aws:lambda:eu-west-1:000000000000:function:f").unwrap_err();
        let text = "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')";
        assert_eq!(other.to_string(), text);
    }
}
