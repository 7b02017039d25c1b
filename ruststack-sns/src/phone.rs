//! Phone numbers, as SNS takes them.

use crate::error::{SnsError, invalid_because};

const DIGITS: std::ops::RangeInclusive<usize> = 4..=20;

/// A plus, and digits that single marks may part: `+12/34-567.890`.
fn is_number(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('+') else { return false };
    let groups: Vec<&str> = rest.split(['-', '.', '/', ' ']).collect();
    let is_group = |group: &&str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    groups.iter().all(is_group) && DIGITS.contains(&groups.iter().map(|group| group.len()).sum())
}

/// A subscription's endpoint.
pub(crate) fn check_endpoint(text: &str) -> Result<(), SnsError> {
    if is_number(text) {
        return Ok(());
    }
    Err(SnsError::InvalidParameter { message: format!("Invalid SMS endpoint: {text}") })
}

/// A number that a message is published to.
pub(crate) fn check_target(text: &str) -> Result<(), SnsError> {
    if is_number(text) {
        Ok(())
    } else {
        Err(invalid_because("PhoneNumber", format!("{text} is not valid to publish to")))
    }
}

/// A number that is asked about.
pub(crate) fn check(text: &str) -> Result<(), SnsError> {
    if is_number(text) { Ok(()) } else { Err(invalid_because("PhoneNumber", "input incorrectly formatted")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded: test_subscribe_invalid_sms, test_subscribe_sms_obscure_phone_number, 2025-10-06.
    #[test]
    fn numbers_are_told_from_other_texts() {
        for number in ["+1234567890", "+12/34-567.890", "+430000000000", "+123123123"] {
            assert_eq!(check(number), Ok(()), "{number}");
        }
        for text in
            ["+15--551234567", "NAA+15551234567", "+15551234567.", "/+15551234567", "+1a234", "", "+", "invalid"]
        {
            let message = format!("Invalid SMS endpoint: {text}");
            assert_eq!(check_endpoint(text), Err(SnsError::InvalidParameter { message }));
        }
    }
}
