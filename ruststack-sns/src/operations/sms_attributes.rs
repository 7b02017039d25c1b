//! `GetSMSAttributes` and `SetSMSAttributes`: the settings of text messages.

use ruststack_core::operation::Call;

use crate::{
    Sns, access,
    api::{GetSMSAttributesInput, GetSMSAttributesOutput, SetSMSAttributesInput, SetSMSAttributesOutput},
    error::SnsError,
};

pub(super) async fn get_sms_attributes(
    call: Call<Sns>,
    input: GetSMSAttributesInput,
) -> Result<GetSMSAttributesOutput, SnsError> {
    access::check_other(&call, "GetSMSAttributes", "*")?;
    let regional = call.service().regional(call.scope());
    let attributes = regional.sms.look(|settings| settings.described(input.attributes.as_deref()));
    Ok(GetSMSAttributesOutput { attributes: Some(attributes) })
}

pub(super) async fn set_sms_attributes(
    call: Call<Sns>,
    input: SetSMSAttributesInput,
) -> Result<SetSMSAttributesOutput, SnsError> {
    access::check_other(&call, "SetSMSAttributes", "*")?;
    let regional = call.service().regional(call.scope());
    regional.sms.change(call.ctx(), call.scope(), |settings| settings.set(input.attributes))?;
    Ok(SetSMSAttributesOutput {})
}
