//! `Publish`: a message for a topic, a mobile device or a phone.

use ruststack_core::operation::Call;

use crate::{
    Sns, access,
    api::{PublishInput, PublishOutput},
    arns::{self, TopicPlace},
    error::{SnsError, invalid, invalid_because},
    message::Draft,
    phone,
    publishing::{self, Published},
    topics_of_calls::place_of,
};

pub(super) async fn publish(call: Call<Sns>, input: PublishInput) -> Result<PublishOutput, SnsError> {
    let targets = (input.topic_arn.clone(), input.target_arn.clone(), input.phone_number.clone());
    let published = match targets {
        (None, None, Some(number)) => to_phone(&call, &number, input)?,
        (Some(arn), None, None) => to_topic(&call, ("TopicArn", &arn), input).await?,
        (None, Some(arn), None) if is_endpoint(&arn) => to_endpoint(&call, &arn, input)?,
        (None, Some(arn), None) => to_topic(&call, ("TargetArn", &arn), input).await?,
        (None, None, None) => {
            return Err(invalid_because("TopicArn or TargetArn", "no value for required parameter"));
        }
        _ => return Err(invalid("TopicArn, TargetArn and PhoneNumber Reason: only one of them can be given")),
    };
    let Published { message_id, sequence_number } = published;
    Ok(PublishOutput { message_id: Some(message_id), sequence_number })
}

/// A device's ARN, as opposed to a topic's.
fn is_endpoint(arn: &str) -> bool {
    arn.splitn(6, ':').nth(5).is_some_and(|resource| resource.starts_with("endpoint/"))
}

async fn to_topic(
    call: &Call<Sns>,
    parameter: (&'static str, &str),
    input: PublishInput,
) -> Result<Published, SnsError> {
    TopicPlace::parse(call.ctx(), parameter.0, parameter.1)?;
    let draft = Draft::of_publish(input)?;
    let (place, _) = place_of(call, "Publish", parameter)?;
    let published = publishing::to_topic(call.service(), call.ctx(), &place, vec![draft]).await?;
    published.into_iter().next().ok_or_else(|| invalid("Message"))
}

fn to_phone(call: &Call<Sns>, number: &str, input: PublishInput) -> Result<Published, SnsError> {
    phone::check_target(number)?;
    let draft = Draft::of_publish(input)?;
    draft.body.check_default()?;
    access::check_other(call, "Publish", "*")?;
    publishing::to_phone(call.service(), call.ctx(), number, draft)
}

fn to_endpoint(call: &Call<Sns>, text: &str, input: PublishInput) -> Result<Published, SnsError> {
    let arn = arns::parse("TargetArn", text)?;
    let scope = arns::scope_of(&arn).ok_or_else(|| invalid("TargetArn"))?;
    let draft = Draft::of_publish(input)?;
    access::check_other(call, "Publish", text)?;
    publishing::to_endpoint(call.service(), call.ctx(), &scope, &arn, draft)
}
