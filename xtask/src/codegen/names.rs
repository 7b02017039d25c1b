//! Names: from AWS's spelling to Rust's.

const KEYWORDS: [&str; 10] = ["type", "match", "ref", "use", "where", "move", "loop", "enum", "async", "dyn"];

/// `SAMLAssertion` to `saml_assertion`, `roleARN` to `role_arn`, `KMSKeyId` to `kms_key_id`.
pub(super) fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| letters.get(index));
        let after = letters.get(index + 1);
        let begins_word = letter.is_ascii_uppercase()
            && before.is_some_and(|before| {
                !before.is_ascii_uppercase() && *before != '_' || after.is_some_and(char::is_ascii_lowercase)
            });
        // A plural `s` behind capitals belongs to them: `ARNs`.
        let is_plural = after == Some(&'s') && letters.get(index + 2).is_none_or(char::is_ascii_uppercase);
        let in_capitals = before.is_some_and(char::is_ascii_uppercase);
        if begins_word && !(is_plural && in_capitals) && !snake.ends_with('_') {
            snake.push('_');
        }
        snake.push(if matches!(letter, '-' | ':' | '.') { '_' } else { letter.to_ascii_lowercase() });
    }
    snake
}

pub(super) fn field(name: &str) -> String {
    let snake = snake(name);
    if KEYWORDS.contains(&snake.as_str()) { format!("r#{snake}") } else { snake }
}

pub(super) fn constant(name: &str) -> String {
    snake(name).to_uppercase()
}

/// `ListOfThings`, whatever the first letter of the model's name.
pub(super) fn pascal(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_as_rust_does() {
        for (name, expected) in [
            ("QueueUrl", "queue_url"),
            ("SAMLAssertion", "saml_assertion"),
            ("roleARN", "role_arn"),
            ("KMSKeyId", "kms_key_id"),
            ("PolicyArns", "policy_arns"),
            ("ARNs", "arns"),
            ("AssumeRoleWithSAML", "assume_role_with_saml"),
            ("MD5OfBody", "md5_of_body"),
            ("x-amz-id", "x_amz_id"),
        ] {
            assert_eq!(snake(name), expected);
        }
        assert_eq!(field("Type"), "r#type");
    }
}
