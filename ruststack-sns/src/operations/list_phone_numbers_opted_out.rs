//! `ListPhoneNumbersOptedOut`: phones whose owners want no messages.

use std::ops::Bound;

use ruststack_core::operation::Call;

use crate::{
    Sns, access,
    api::{ListPhoneNumbersOptedOutInput, ListPhoneNumbersOptedOutOutput},
    error::SnsError,
    limits::PAGE_LENGTH,
    pages::{Page, name_before},
};

pub(super) async fn list_phone_numbers_opted_out(
    call: Call<Sns>,
    input: ListPhoneNumbersOptedOutInput,
) -> Result<ListPhoneNumbersOptedOutOutput, SnsError> {
    access::check_other(&call, "ListPhoneNumbersOptedOut", "*")?;
    let after = name_before(input.next_token.as_deref())?;
    let regional = call.service().regional(call.scope());
    let page = regional.sms.look(|settings| {
        let start = after.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let rest = settings.opted_out.range::<str, _>((start, Bound::Unbounded)).cloned();
        Page::of(rest, PAGE_LENGTH, Clone::clone)
    });
    Ok(ListPhoneNumbersOptedOutOutput { phone_numbers: Some(page.entries), next_token: page.next_token })
}
