//! `ListOriginationNumbers`: numbers that text messages could come from.

use ruststack_core::operation::Call;

use crate::{
    Sns, access,
    api::{ListOriginationNumbersInput, ListOriginationNumbersOutput},
    error::SnsError,
    pages::name_before,
};

/// Such numbers are bought in another service of AWS, so that nobody has any here.
pub(super) async fn list_origination_numbers(
    call: Call<Sns>,
    input: ListOriginationNumbersInput,
) -> Result<ListOriginationNumbersOutput, SnsError> {
    access::check_other(&call, "ListOriginationNumbers", "*")?;
    name_before(input.next_token.as_deref())?;
    Ok(ListOriginationNumbersOutput { phone_numbers: Some(Vec::new()), next_token: None })
}
