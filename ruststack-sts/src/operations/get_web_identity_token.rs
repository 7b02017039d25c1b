//! `GetWebIdentityToken`: a token with which AWS vouches for the caller to others.

use ruststack_core::operation::Call;

use crate::{
    Sts,
    api::{GetWebIdentityTokenInput, GetWebIdentityTokenOutput},
    error::StsError,
};

/// An account must first switch this on through IAM, which is not here yet.
pub(super) async fn get_web_identity_token(
    _call: Call<Sts>,
    _input: GetWebIdentityTokenInput,
) -> Result<GetWebIdentityTokenOutput, StsError> {
    Err(StsError::OutboundWebIdentityFederationDisabledException {})
}
