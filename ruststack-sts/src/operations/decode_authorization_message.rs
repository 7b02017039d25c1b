//! `DecodeAuthorizationMessage`: what an encoded refusal says.

use ruststack_core::operation::Call;

use crate::{
    Sts,
    api::{DecodeAuthorizationMessageInput, DecodeAuthorizationMessageOutput},
    error::StsError,
};

/// Nothing here encodes its refusals, so no message can be one of ours.
pub(super) async fn decode_authorization_message(
    _call: Call<Sts>,
    _input: DecodeAuthorizationMessageInput,
) -> Result<DecodeAuthorizationMessageOutput, StsError> {
    Err(StsError::InvalidAuthorizationMessageException {})
}
