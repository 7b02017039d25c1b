//! What IAM says of inputs that break the model's constraints: it tells no values back, and has words of its own for names.

use std::sync::LazyLock;

use regex::Regex;
use ruststack_core::{error::AwsError, service::Protocol};

/// What names are made of, and paths.
const NAME: &str = r"[\w+=,.@-]+";
const PATH: &str = r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)";

static VALUE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?s)Value '.*?' at '([^']+)' failed"));
static VALUES: LazyLock<Regex> = LazyLock::new(|| pattern(r"enum value set: \[[^\]]*\]"));
static ONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        "^1 validation error detected: Value at '([^']+)' .*: Member must satisfy regular expression pattern: (.*)$",
    )
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is right")
}

/// Recorded: test_user_match_id_mismatch and test_invalid_update_parameters, 2025.
pub(crate) fn refuse(_: Protocol, broken: &str) -> Option<AwsError> {
    Some(AwsError::new(400, "ValidationError", reworded(broken)))
}

fn reworded(broken: &str) -> String {
    let without_values = VALUE.replace_all(broken, "Value at '$1' failed");
    let told = VALUES.replace_all(&without_values, "enum value set");
    let Some(found) = ONE.captures(&told) else { return told.into_owned() };
    let (name, pattern) = (&found[1], &found[2]);
    if pattern == NAME && !name.contains('.') {
        return format!(
            "The specified value for {name} is invalid. It must contain only alphanumeric characters and/or the \
             following: +=,.@_-"
        );
    }
    if pattern == PATH {
        return format!(
            "The specified value for {name} is invalid. It must begin and end with / and contain only alphanumeric \
             characters and/or / characters."
        );
    }
    told.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_not_told_back() {
        let of = |value: &str, name: &str, constraint: &str| {
            reworded(&format!(
                "1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: Member must \
                 {constraint}"
            ))
        };
        let told = "1 validation error detected: Value at 'status' failed to satisfy constraint: Member must satisfy enum \
                    value set";
        assert_eq!(of("a'b\nc", "status", "satisfy enum value set: [Active, Inactive]"), told);
        let told = of("a b", "roleName", r"satisfy regular expression pattern: [\w+=,.@-]+");
        assert!(told.starts_with("The specified value for roleName is invalid."), "{told}");
        let told = of("a-b", "id", r"satisfy regular expression pattern: [\w]+");
        assert!(told.ends_with(r"Member must satisfy regular expression pattern: [\w]+"), "{told}");
    }
}
