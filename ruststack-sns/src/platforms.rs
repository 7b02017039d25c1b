//! Applications of mobile platforms, and the endpoints that are their devices.

use std::{collections::BTreeMap, ops::Bound};

use parking_lot::{Mutex, MutexGuard};
use ruststack_core::arn::Arn;
use serde::{Deserialize, Serialize};

use crate::{
    error::{SnsError, invalid, invalid_because},
    limits::{MAX_NAME_LENGTH, MAX_USER_DATA},
    topic_attributes::Attributes,
};

const PLATFORMS: [&str; 11] =
    ["ADM", "APNS", "APNS_SANDBOX", "APNS_VOIP", "APNS_VOIP_SANDBOX", "BAIDU", "FCM", "GCM", "MACOS", "MPNS", "WNS"];
/// Secrets, which are never told.
const CREDENTIALS: [&str; 2] = ["PlatformCredential", "PlatformPrincipal"];
const APPLICATION_ATTRIBUTES: [&str; 15] = [
    "PlatformCredential",
    "PlatformPrincipal",
    "Enabled",
    "EventEndpointCreated",
    "EventEndpointDeleted",
    "EventEndpointUpdated",
    "EventDeliveryFailure",
    "SuccessFeedbackRoleArn",
    "FailureFeedbackRoleArn",
    "SuccessFeedbackSampleRate",
    "ApplePlatformTeamID",
    "ApplePlatformBundleID",
    "AppleCertificateExpirationDate",
    "ApplePlatformSandbox",
    "FirebaseProjectId",
];
const ENDPOINT_ATTRIBUTES: [&str; 3] = ["CustomUserData", "Enabled", "Token"];

#[derive(Default)]
pub(crate) struct Platforms(Mutex<HeldPlatforms>);

/// By ARN.
#[derive(Default)]
pub(crate) struct HeldPlatforms {
    pub(crate) applications: BTreeMap<String, Application>,
    pub(crate) endpoints: BTreeMap<String, Endpoint>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Application {
    pub(crate) arn: Arn,
    pub(crate) attributes: Attributes,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Endpoint {
    pub(crate) arn: Arn,
    /// The application's ARN.
    pub(crate) application: String,
    pub(crate) attributes: Attributes,
}

impl Platforms {
    pub(crate) fn lock(&self) -> MutexGuard<'_, HeldPlatforms> {
        self.0.lock()
    }
}

impl HeldPlatforms {
    pub(crate) fn application(&self, arn: &str) -> Result<&Application, SnsError> {
        self.applications.get(arn).ok_or(SnsError::NO_APPLICATION)
    }

    pub(crate) fn endpoint(&self, arn: &str) -> Result<&Endpoint, SnsError> {
        self.endpoints.get(arn).ok_or(SnsError::NO_ENDPOINT)
    }

    /// Those of an application, in the order of their ARNs.
    pub(crate) fn endpoints_of<'p>(
        &'p self,
        application: &'p str,
        after: Option<&'p str>,
    ) -> impl Iterator<Item = &'p Endpoint> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let found = self.endpoints.range::<str, _>((start, Bound::Unbounded)).map(|(_, endpoint)| endpoint);
        found.filter(move |endpoint| endpoint.application == application)
    }
}

impl Application {
    /// `GCM` of `…:app/GCM/name`.
    pub(crate) fn platform(&self) -> &str {
        self.arn.resource().split('/').nth(1).unwrap_or_default()
    }

    /// What may be told.
    pub(crate) fn described(&self) -> Attributes {
        let mut all = Attributes::from([("Enabled".to_owned(), "true".to_owned())]);
        let open = self.attributes.iter().filter(|(name, _)| !CREDENTIALS.contains(&name.as_str()));
        all.extend(open.map(|(name, value)| (name.clone(), value.clone())));
        all
    }

    pub(crate) fn is_enabled(&self) -> bool {
        is_enabled(&self.attributes)
    }
}

impl Endpoint {
    pub(crate) fn is_enabled(&self) -> bool {
        is_enabled(&self.attributes)
    }
}

fn is_enabled(attributes: &Attributes) -> bool {
    attributes.get("Enabled").is_none_or(|value| value.eq_ignore_ascii_case("true"))
}

/// Refuses what `CreatePlatformApplication` does not take.
pub(crate) fn check_application(name: &str, platform: &str, given: &Attributes) -> Result<(), SnsError> {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    if name.is_empty() {
        return Err(invalid_because(name, "cannot be empty"));
    }
    if name.len() > MAX_NAME_LENGTH {
        return Err(invalid_because(name, format!("must be at most {MAX_NAME_LENGTH} characters long")));
    }
    if !name.bytes().all(is_letter) {
        let reason = "must contain only characters 'a'-'z', 'A'-'Z', '0'-'9', '_', '-', and '.'";
        return Err(invalid_because(name, reason));
    }
    if !PLATFORMS.contains(&platform) {
        return Err(invalid_because("Platform", format!("{platform} is not supported")));
    }
    check_application_attributes(given)?;
    check_credentials(platform, given)
}

/// What both operations check that set attributes.
pub(crate) fn check_application_attributes(given: &Attributes) -> Result<(), SnsError> {
    check_names(given, &APPLICATION_ATTRIBUTES)
}

/// The platforms of Google and Baidu have no principal.
fn check_credentials(platform: &str, given: &Attributes) -> Result<(), SnsError> {
    let has = |name: &str| given.contains_key(name);
    let needs_principal = !["FCM", "GCM"].contains(&platform);
    let reason = match (has("PlatformPrincipal"), has("PlatformCredential")) {
        (true, false) => "PlatformPrincipal attribute provided without PlatformCredential",
        (false, true) if needs_principal => "PlatformCredential attribute provided without PlatformPrincipal",
        (false, false) => "PlatformCredential attribute must be provided",
        _ => return Ok(()),
    };
    Err(invalid_because("Attributes", reason))
}

/// Refuses what no endpoint can have.
pub(crate) fn check_endpoint_attributes(given: &Attributes) -> Result<(), SnsError> {
    check_names(given, &ENDPOINT_ATTRIBUTES)?;
    let is_too_long = given.get("CustomUserData").is_some_and(|data| data.len() > MAX_USER_DATA);
    if is_too_long {
        let reason = format!("must be at most {MAX_USER_DATA} bytes long in UTF-8 encoding");
        return Err(invalid_because("Attributes", format!("Invalid value for attribute: CustomUserData: {reason}")));
    }
    Ok(())
}

fn check_names(given: &Attributes, known: &[&str]) -> Result<(), SnsError> {
    let unknown = given.keys().find(|name| !known.contains(&name.as_str()));
    unknown.map_or(Ok(()), |name| Err(invalid_because("Attributes", format!("Invalid attribute name: {name}"))))
}

/// Refuses what is no endpoint's ARN: `arn:…:endpoint/GCM/name/id`.
pub(crate) fn check_endpoint_arn(arn: &Arn) -> Result<(), SnsError> {
    if arn.resource().split('/').count() == 4 {
        return Ok(());
    }
    Err(invalid("EndpointArn Reason: Wrong number of slashes in relative portion of the ARN."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes(names: &[&str]) -> Attributes {
        names.iter().map(|name| ((*name).to_owned(), "x".to_owned())).collect()
    }

    /// Recorded: test_create_platform_application_invalid_…, 2025-10-28.
    #[test]
    fn applications_that_cannot_be_are_refused() {
        let both = attributes(&["PlatformCredential", "PlatformPrincipal"]);
        let refused = |name: &str, platform: &str, given: &Attributes| {
            check_application(name, platform, given).err().map_or_else(String::new, |error| error.to_string())
        };
        assert_eq!(refused("app", "ADM", &both), "");
        assert_eq!(refused("", "ADM", &both), "Invalid parameter:  Reason: cannot be empty");
        assert!(refused(&"a".repeat(257), "ADM", &both).ends_with("Reason: must be at most 256 characters long"));
        assert!(refused("@name", "ADM", &both).starts_with("Invalid parameter: @name Reason: must contain only"));
        assert_eq!(refused("app", "AAA", &both), "Invalid parameter: Platform Reason: AAA is not supported");
        assert_eq!(refused("app", "GCM", &attributes(&["PlatformCredential"])), "");
        assert_eq!(
            refused("app", "ADM", &attributes(&["PlatformPrincipal"])),
            "Invalid parameter: Attributes Reason: PlatformPrincipal attribute provided without PlatformCredential"
        );
    }

    /// Recorded: test_create_platform_endpoint_with_invalid_attributes, 2025.
    #[test]
    fn endpoints_have_three_attributes() {
        let refused = check_endpoint_attributes(&attributes(&["InvalidKey"])).unwrap_err().to_string();
        assert_eq!(refused, "Invalid parameter: Attributes Reason: Invalid attribute name: InvalidKey");
        let long = Attributes::from([("CustomUserData".to_owned(), "x".repeat(2049))]);
        assert!(check_endpoint_attributes(&long).unwrap_err().to_string().contains("must be at most 2048 bytes long"));
    }
}
