//! Tokens that confirm subscriptions: secrets that say in whose account and region they are good.

use ruststack_core::{
    ids::Ids,
    scope::{Region, Scope},
};

use crate::error::{SnsError, invalid};

/// Hexadecimal digits that nobody guesses.
const SECRET_LENGTH: usize = 64;

pub(crate) fn make(ids: &Ids, scope: &Scope) -> String {
    let place = format!("{}{}", scope.account, scope.region);
    let place = place.bytes().map(|byte| format!("{byte:02x}"));
    ids.hex(SECRET_LENGTH) + &place.collect::<String>()
}

/// Where the token is good, if it is one of ours.
pub(crate) fn scope_of(token: &str) -> Result<Scope, SnsError> {
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(SnsError::InvalidParameter { message: "Invalid token".to_owned() });
    }
    place(token).ok_or_else(|| invalid("Token"))
}

fn place(token: &str) -> Option<Scope> {
    let hex = token.get(SECRET_LENGTH..)?.as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = hex.chunks(2).map(byte).collect();
    let text = String::from_utf8(bytes?).ok()?;
    let (account, region) = (text.get(..12)?.parse().ok()?, text.get(12..)?);
    let is_region = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    region.bytes().all(is_region).then(|| Scope::new(account, Region::nonstandard(region)))
}

#[cfg(test)]
mod tests {
    use ruststack_core::scope::AccountId;

    use super::*;

    /// Recorded: test_sns_confirm_subscription_wrong_token, 2025-10-06.
    #[test]
    fn a_token_leads_to_its_scope() {
        let scope = Scope::new(AccountId::DEFAULT, Region::US_EAST_1);
        assert_eq!(scope_of(&make(&Ids::seeded(1), &scope)), Ok(scope));
        let wrong = "Invalid token".to_owned();
        assert_eq!(scope_of("randomtoken"), Err(SnsError::InvalidParameter { message: wrong }));
        for unknown in ["abc123", "51b2ff3edb475b7d91550e0ab6edf0c1", &"0".repeat(300), &"a".repeat(65)] {
            assert_eq!(scope_of(unknown), Err(invalid("Token")), "{unknown}");
        }
    }
}
