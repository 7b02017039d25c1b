//! Parameters read and checked, in AWS's words.

use std::{collections::HashSet, fmt::Display};

use ruststack_core::protocol::aws_query::Form;

use crate::error::StsError;

const NAME_PATTERN: &str = "[\\w+=,.@-]*";

fn invalid(message: impl Into<String>) -> StsError {
    StsError::ValidationError { message: message.into() }
}

fn broken(value: impl Display, member: &str, constraint: &str) -> StsError {
    invalid(format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
    ))
}

/// A parameter that must be there; errors begin its name with a small letter.
pub(crate) fn required<'f>(form: &'f Form, name: &str) -> Result<&'f str, StsError> {
    form.get(name).ok_or_else(|| {
        let member = lower_first(name);
        invalid(format!(
            "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
        ))
    })
}

fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + letters.as_str())
}

/// The name of a session or a federated user.
pub(crate) fn name<'f>(form: &'f Form, parameter: &str, longest: usize) -> Result<&'f str, StsError> {
    let value = required(form, parameter)?;
    let member = lower_first(parameter);
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || "_+=,.@-".contains(letter);
    if !value.chars().all(is_name) {
        return Err(broken(value, &member, &format!("Member must satisfy regular expression pattern: {NAME_PATTERN}")));
    }
    if value.len() < 2 {
        return Err(broken(value, &member, "Member must have length greater than or equal to 2"));
    }
    if value.len() > longest {
        return Err(broken(value, &member, &format!("Member must have length less than or equal to {longest}")));
    }
    Ok(value)
}

/// `DurationSeconds`, between its bounds.
pub(crate) fn duration(form: &Form, default: u64, longest: u64) -> Result<u64, StsError> {
    const SHORTEST: u64 = 900;
    let Some(text) = form.get("DurationSeconds") else { return Ok(default) };
    let seconds: u64 = text.parse().map_err(|_| broken(text, "durationSeconds", "Member must be an integer"))?;
    if seconds < SHORTEST {
        return Err(broken(
            seconds,
            "durationSeconds",
            &format!("Member must have value greater than or equal to {SHORTEST}"),
        ));
    }
    if seconds > longest {
        return Err(broken(
            seconds,
            "durationSeconds",
            &format!("Member must have value less than or equal to {longest}"),
        ));
    }
    Ok(seconds)
}

/// `Tags` and `TransitiveTagKeys`: keys are one whatever their case.
pub(crate) fn check_tags(form: &Form) -> Result<(), StsError> {
    let tags = form.list("Tags");
    let keys: Vec<String> = tags.iter().filter_map(|tag| Some(tag.get("Key")?.to_lowercase())).collect();
    let distinct: HashSet<&String> = keys.iter().collect();
    if distinct.len() < keys.len() {
        return Err(invalid("Duplicate tag keys found. Please note that Tag keys are case insensitive."));
    }
    let transitive = form.list("TransitiveTagKeys");
    let is_sent = |key: &str| distinct.contains(&key.to_lowercase());
    if transitive.iter().filter_map(|key| key.value()).all(is_sent) {
        Ok(())
    } else {
        Err(invalid("The specified transitive tag key must be included in the requested tags."))
    }
}

/// A role's ARN: its account and its name without the path.
pub(crate) fn role(form: &Form) -> Result<(ruststack_core::scope::AccountId, String), StsError> {
    let text = required(form, "RoleArn")?;
    let wrong = || invalid(format!("{text} is invalid"));
    let arn: ruststack_core::arn::Arn = text.parse().map_err(|_| wrong())?;
    let name = arn.resource().strip_prefix("role/").and_then(|path| path.rsplit('/').next());
    let name = name.filter(|name| !name.is_empty() && arn.service() == "iam").ok_or_else(wrong)?;
    Ok((arn.account().parse().map_err(|_| wrong())?, name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> Form {
        Form::parse(text.as_bytes())
    }

    #[test]
    fn constraints_are_told_in_awss_words() {
        let message = |result: Result<(), StsError>| result.unwrap_err().to_string();
        let name = |text: &str| message(name(&form(text), "RoleSessionName", 64).map(drop));
        assert_eq!(
            name("RoleSessionName=a:b"),
            "1 validation error detected: Value 'a:b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy \
             regular expression pattern: [\\w+=,.@-]*"
        );
        assert!(name("RoleSessionName=a").ends_with("length greater than or equal to 2"));
        assert!(name("").ends_with("Member must not be null"));
        let duration = |text: &str| message(duration(&form(text), 3600, 43_200).map(drop));
        assert!(duration("DurationSeconds=899").ends_with("greater than or equal to 900"));
        assert!(duration("DurationSeconds=43201").ends_with("less than or equal to 43200"));
        assert_eq!(message(role(&form("RoleArn=nothing")).map(drop)), "nothing is invalid");
        let tags = "Tags.member.1.Key=a&Tags.member.1.Value=1&Tags.member.2.Key=A&Tags.member.2.Value=2";
        assert!(message(check_tags(&form(tags))).starts_with("Duplicate tag keys"));
        assert!(message(check_tags(&form("TransitiveTagKeys.member.1=x"))).starts_with("The specified transitive"));
    }
}
