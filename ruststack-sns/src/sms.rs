//! What an account has in a region for text messages: settings, numbers that want none, and the sandbox.
//!
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-mobile-phone-number-as-subscriber.html>

use std::collections::{BTreeMap, BTreeSet};

use parking_lot::Mutex;
use ruststack_core::{context::Context, scope::Scope};
use serde::{Deserialize, Serialize};

use crate::{error::SnsError, limits::MAX_SANDBOX_NUMBERS, rows, topic_attributes::Attributes};

const NAMES: [&str; 6] = [
    "DefaultSMSType",
    "DefaultSenderID",
    "DeliveryStatusIAMRole",
    "DeliveryStatusSuccessSamplingRate",
    "MonthlySpendLimit",
    "UsageReportS3Bucket",
];
/// Where nobody set it. US dollars.
const SPEND_LIMIT: &str = "1";
const MAX_SENDER_LENGTH: usize = 11;
/// Every one-time password.
// Differs from AWS: no text messages are sent; the one-time password of every phone number in the sandbox is 123456.
const PASSWORD: &str = "123456";

#[derive(Default)]
pub(crate) struct Sms(Mutex<Settings>);

#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Settings {
    attributes: Attributes,
    pub(crate) opted_out: BTreeSet<String>,
    /// Whether each number in the sandbox is verified.
    pub(crate) sandbox: BTreeMap<String, bool>,
}

impl Sms {
    pub(crate) fn look<T>(&self, at: impl FnOnce(&Settings) -> T) -> T {
        at(&self.0.lock())
    }

    /// Changes the settings of the request's scope, if the change is one that can be.
    pub(crate) fn change(
        &self,
        ctx: &Context,
        scope: &Scope,
        work: impl FnOnce(&mut Settings) -> Result<(), SnsError>,
    ) -> Result<(), SnsError> {
        let _section = ctx.changes().begin()?;
        let mut settings = self.0.lock();
        let mut changed = settings.clone();
        work(&mut changed)?;
        ctx.changes().record(|rows| rows::put_sms(rows, scope, &changed));
        *settings = changed;
        Ok(())
    }

    /// What was kept, or nothing.
    pub(crate) fn replace(&self, settings: Settings) {
        *self.0.lock() = settings;
    }
}

impl Settings {
    /// `SetSMSAttributes`.
    pub(crate) fn set(&mut self, given: Attributes) -> Result<(), SnsError> {
        given.iter().try_for_each(|(name, value)| check(name, value))?;
        self.attributes.extend(given);
        Ok(())
    }

    /// `GetSMSAttributes`: those of these names, or all.
    pub(crate) fn described(&self, names: Option<&[String]>) -> Attributes {
        let mut all = Attributes::from([("MonthlySpendLimit".to_owned(), SPEND_LIMIT.to_owned())]);
        all.extend(self.attributes.clone());
        match names {
            Some(names) if !names.is_empty() => {
                all.retain(|name, _| names.contains(name));
                all
            }
            _ => all,
        }
    }

    pub(crate) fn add_to_sandbox(&mut self, number: String) -> Result<(), SnsError> {
        if self.sandbox.contains_key(&number) {
            return Ok(());
        }
        if self.sandbox.len() >= MAX_SANDBOX_NUMBERS {
            let message = format!("A sandbox holds at most {MAX_SANDBOX_NUMBERS} phone numbers.");
            return Err(SnsError::UserError { message });
        }
        self.sandbox.insert(number, false);
        Ok(())
    }

    pub(crate) fn remove_from_sandbox(&mut self, number: &str) -> Result<(), SnsError> {
        self.sandbox.remove(number).map(drop).ok_or(SnsError::ResourceNotFound {})
    }

    pub(crate) fn verify(&mut self, number: &str, password: &str) -> Result<(), SnsError> {
        let is_verified = self.sandbox.get_mut(number).ok_or(SnsError::ResourceNotFound {})?;
        if password != PASSWORD {
            let message = "The one-time password is not the one that was sent.".to_owned();
            return Err(SnsError::VerificationException { message });
        }
        *is_verified = true;
        Ok(())
    }
}

fn check(name: &str, value: &str) -> Result<(), SnsError> {
    let refused = |message: String| Err(SnsError::InvalidParameter { message });
    let is_sender = value.len() <= MAX_SENDER_LENGTH
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && value.bytes().any(|byte| byte.is_ascii_alphabetic());
    let is_rate = value.parse().is_ok_and(|rate: u32| rate <= 100);
    let is_fine = match name {
        _ if !NAMES.contains(&name) => return refused(format!("{name} is not a valid attribute")),
        "DefaultSMSType" => ["Promotional", "Transactional"].contains(&value),
        "DefaultSenderID" => is_sender,
        "DeliveryStatusSuccessSamplingRate" => is_rate,
        "MonthlySpendLimit" => value.parse::<f64>().is_ok_and(|limit| limit >= 0.0),
        _ => true,
    };
    if is_fine { Ok(()) } else { refused(format!("{name} is invalid")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes(name: &str, value: &str) -> Attributes {
        Attributes::from([(name.to_owned(), value.to_owned())])
    }

    /// Recorded: test_set_invalid_sms_attributes, test_set_get_sms_attributes, 2025-10-13.
    #[test]
    fn settings_that_cannot_be_are_refused() {
        let mut settings = Settings::default();
        for (name, value, message) in [
            ("InvalidAttribute", "invalid", "InvalidAttribute is not a valid attribute"),
            ("DefaultSendID", "x", "DefaultSendID is not a valid attribute"),
            ("DefaultSenderID", "123456789", "DefaultSenderID is invalid"),
            ("DefaultSMSType", "invalid", "DefaultSMSType is invalid"),
        ] {
            assert_eq!(settings.set(attributes(name, value)).unwrap_err().to_string(), message);
        }
        assert_eq!(settings.described(None), attributes("MonthlySpendLimit", "1"));
        settings.set(attributes("DefaultSenderID", "LSTest")).unwrap();
        let names = ["DefaultSenderID".to_owned()];
        assert_eq!(settings.described(Some(&names)), attributes("DefaultSenderID", "LSTest"));
    }

    #[test]
    fn numbers_in_the_sandbox_are_verified_by_a_password() {
        let mut settings = Settings::default();
        settings.add_to_sandbox("+123123123".to_owned()).unwrap();
        assert!(settings.verify("+123123123", "000000").is_err());
        settings.verify("+123123123", PASSWORD).unwrap();
        assert!(settings.sandbox["+123123123"]);
        assert_eq!(settings.verify("+1", PASSWORD), Err(SnsError::ResourceNotFound {}));
        settings.remove_from_sandbox("+123123123").unwrap();
        assert!(settings.remove_from_sandbox("+123123123").is_err());
    }
}
