//! Phone numbers of the sandbox, in which accounts begin that send text messages: added, verified, listed, removed.

use std::ops::Bound;

use ruststack_core::operation::Call;

use crate::{
    Sns, access,
    api::{
        CreateSMSSandboxPhoneNumberInput, CreateSMSSandboxPhoneNumberOutput, DeleteSMSSandboxPhoneNumberInput,
        DeleteSMSSandboxPhoneNumberOutput, GetSMSSandboxAccountStatusInput, GetSMSSandboxAccountStatusOutput,
        ListSMSSandboxPhoneNumbersInput, ListSMSSandboxPhoneNumbersOutput, SMSSandboxPhoneNumber,
        VerifySMSSandboxPhoneNumberInput, VerifySMSSandboxPhoneNumberOutput,
    },
    error::SnsError,
    limits::PAGE_LENGTH,
    pages::{Page, name_before},
    phone,
};

pub(super) async fn create_sms_sandbox_phone_number(
    call: Call<Sns>,
    input: CreateSMSSandboxPhoneNumberInput,
) -> Result<CreateSMSSandboxPhoneNumberOutput, SnsError> {
    access::check_other(&call, "CreateSMSSandboxPhoneNumber", "*")?;
    phone::check(&input.phone_number)?;
    let regional = call.service().regional(call.scope());
    regional.sms.change(call.ctx(), call.scope(), |settings| {
        if settings.opted_out.contains(&input.phone_number) {
            return Err(SnsError::OptedOut { number: input.phone_number });
        }
        settings.add_to_sandbox(input.phone_number)
    })?;
    Ok(CreateSMSSandboxPhoneNumberOutput {})
}

pub(super) async fn verify_sms_sandbox_phone_number(
    call: Call<Sns>,
    input: VerifySMSSandboxPhoneNumberInput,
) -> Result<VerifySMSSandboxPhoneNumberOutput, SnsError> {
    access::check_other(&call, "VerifySMSSandboxPhoneNumber", "*")?;
    let VerifySMSSandboxPhoneNumberInput { phone_number, one_time_password } = input;
    let regional = call.service().regional(call.scope());
    regional.sms.change(call.ctx(), call.scope(), |settings| settings.verify(&phone_number, &one_time_password))?;
    Ok(VerifySMSSandboxPhoneNumberOutput {})
}

pub(super) async fn delete_sms_sandbox_phone_number(
    call: Call<Sns>,
    input: DeleteSMSSandboxPhoneNumberInput,
) -> Result<DeleteSMSSandboxPhoneNumberOutput, SnsError> {
    access::check_other(&call, "DeleteSMSSandboxPhoneNumber", "*")?;
    let regional = call.service().regional(call.scope());
    regional.sms.change(call.ctx(), call.scope(), |settings| settings.remove_from_sandbox(&input.phone_number))?;
    Ok(DeleteSMSSandboxPhoneNumberOutput {})
}

pub(super) async fn list_sms_sandbox_phone_numbers(
    call: Call<Sns>,
    input: ListSMSSandboxPhoneNumbersInput,
) -> Result<ListSMSSandboxPhoneNumbersOutput, SnsError> {
    access::check_other(&call, "ListSMSSandboxPhoneNumbers", "*")?;
    let after = name_before(input.next_token.as_deref())?;
    let length = input.max_results.and_then(|max| usize::try_from(max).ok()).unwrap_or(PAGE_LENGTH);
    let regional = call.service().regional(call.scope());
    let page = regional.sms.look(|settings| {
        let start = after.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let rest = settings.sandbox.range::<str, _>((start, Bound::Unbounded));
        Page::of(rest.map(|(number, is_verified)| (number.clone(), *is_verified)), length, |(number, _)| number.clone())
    });
    let shown = |(number, is_verified): (String, bool)| SMSSandboxPhoneNumber {
        phone_number: Some(number),
        status: Some(if is_verified { "Verified" } else { "Pending" }.to_owned()),
    };
    let phone_numbers = page.entries.into_iter().map(shown).collect();
    Ok(ListSMSSandboxPhoneNumbersOutput { phone_numbers, next_token: page.next_token })
}

/// Nobody has asked to leave it.
pub(super) async fn get_sms_sandbox_account_status(
    call: Call<Sns>,
    _input: GetSMSSandboxAccountStatusInput,
) -> Result<GetSMSSandboxAccountStatusOutput, SnsError> {
    access::check_other(&call, "GetSMSSandboxAccountStatus", "*")?;
    Ok(GetSMSSandboxAccountStatusOutput { is_in_sandbox: true })
}
