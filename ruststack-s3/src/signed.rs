//! How a request was signed, in the words of server access logs and CloudTrail.

use ruststack_core::identity::{Identity, SignatureKind};

/// The version of the signature, and where it stands.
pub(crate) fn signed(identity: &Identity) -> Option<(&'static str, &'static str)> {
    match identity.kind? {
        SignatureKind::SigV4Header | SignatureKind::SigV4aHeader => Some(("SigV4", "AuthHeader")),
        SignatureKind::SigV4Query | SignatureKind::SigV4aQuery | SignatureKind::PostPolicy => {
            Some(("SigV4", "QueryString"))
        }
        SignatureKind::SigV2Header => Some(("SigV2", "AuthHeader")),
        SignatureKind::SigV2Query => Some(("SigV2", "QueryString")),
        SignatureKind::Bearer => None,
    }
}
