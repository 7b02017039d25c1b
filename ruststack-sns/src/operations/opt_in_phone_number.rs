//! `OptInPhoneNumber`: a phone's owner wants messages again.

use ruststack_core::operation::Call;

use crate::{
    Sns, access,
    api::{OptInPhoneNumberInput, OptInPhoneNumberOutput},
    error::SnsError,
    phone,
};

pub(super) async fn opt_in_phone_number(
    call: Call<Sns>,
    input: OptInPhoneNumberInput,
) -> Result<OptInPhoneNumberOutput, SnsError> {
    access::check_other(&call, "OptInPhoneNumber", "*")?;
    phone::check(&input.phone_number)?;
    let regional = call.service().regional(call.scope());
    regional.sms.change(call.ctx(), call.scope(), |settings| {
        settings.opted_out.remove(&input.phone_number);
        Ok(())
    })?;
    Ok(OptInPhoneNumberOutput {})
}
