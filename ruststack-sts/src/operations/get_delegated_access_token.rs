//! `GetDelegatedAccessToken`: credentials for a trade-in token, which customers give to AWS's product partners.

use ruststack_core::operation::Call;

use crate::{
    Sts,
    api::{GetDelegatedAccessTokenInput, GetDelegatedAccessTokenOutput},
    error::StsError,
};

/// Trade-in tokens are made in AWS's console alone, so that none can be good here.
pub(super) async fn get_delegated_access_token(
    _call: Call<Sts>,
    _input: GetDelegatedAccessTokenInput,
) -> Result<GetDelegatedAccessTokenOutput, StsError> {
    Err(StsError::AccessDenied { message: "The trade-in token is not valid.".to_owned() })
}
