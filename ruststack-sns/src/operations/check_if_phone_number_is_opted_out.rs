//! `CheckIfPhoneNumberIsOptedOut`: whether a phone's owner wants no messages.

use ruststack_core::operation::Call;

use crate::{
    Sns, access,
    api::{CheckIfPhoneNumberIsOptedOutInput, CheckIfPhoneNumberIsOptedOutOutput},
    error::SnsError,
    phone,
};

pub(super) async fn check_if_phone_number_is_opted_out(
    call: Call<Sns>,
    input: CheckIfPhoneNumberIsOptedOutInput,
) -> Result<CheckIfPhoneNumberIsOptedOutOutput, SnsError> {
    access::check_other(&call, "CheckIfPhoneNumberIsOptedOut", "*")?;
    phone::check(&input.phone_number)?;
    let regional = call.service().regional(call.scope());
    let is_opted_out = regional.sms.look(|settings| settings.opted_out.contains(&input.phone_number));
    Ok(CheckIfPhoneNumberIsOptedOutOutput { is_opted_out: Some(is_opted_out) })
}
