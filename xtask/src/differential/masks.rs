//! Differences that are known: each has a name and a reason. What AWS answered, or the public conformance suite that
//! was run against AWS, says that it is DynamoDB Local that differs.

use serde_json::Value;

use super::{operations::Step, schema::Schema, world::Answer};

pub(super) struct Difference<'d> {
    pub(super) schema: &'d Schema,
    pub(super) step: &'d Step,
    pub(super) ours: &'d Answer,
    pub(super) theirs: &'d Answer,
    pub(super) our_outline: &'d Value,
    pub(super) their_outline: &'d Value,
}

type Mask = (&'static str, fn(&Difference<'_>) -> bool);

const MASKS: &[Mask] = &[
    // Which of several faults is told first, and how, is compared with what AWS answered by the recordings and by the
    // conformance suite; DynamoDB Local has other orders and other words for most.
    ("both refuse the request, in other words", |it| it.both_say("ValidationException")),
    // A reading of nothing is billed as one, a removal of nothing as a write, and nobody is told who did not ask.
    ("consumed capacity", |it| it.same_without("ConsumedCapacity")),
    // AWS documents which faults of a transaction's actions are reasons of its cancellation.
    ("what is wrong with an action is a reason of the cancellation", |it| {
        it.ours_says("TransactionCanceledException")
            && it.our_outline["reasons"].to_string().contains("ValidationError")
    }),
    ("a full stop behind the reason of a cancellation", |it| {
        let theirs =
            it.their_outline.to_string().replace("The conditional request failed.", "The conditional request failed");
        it.both_say("TransactionCanceledException") && it.our_outline.to_string() == theirs
    }),
    // AWS keeps numbers, and so keys, normalised.
    ("keys that are equal as numbers", |it| {
        let message = it.our_outline["message"].as_str().unwrap_or_default();
        message.contains("contains duplicates") || message.contains("multiple operations on one item")
    }),
    ("AttributeUpdates are checked before the condition", |it| {
        it.ours_says("ValidationException")
            && it.step.input.get("AttributeUpdates").is_some()
            && it.theirs_says("ConditionalCheckFailedException")
    }),
    ("DynamoDB Local fails at conditions on keys that have no such operator", |it| {
        it.ours_says("ValidationException")
            && it.theirs_says("InternalFailure")
            && it.step.input.get("KeyConditions").is_some()
    }),
    // It does in PutItem.
    ("DynamoDB Local does not hold updates to the types of keys of local indexes", |it| {
        it.theirs.status == 200
            && it.our_outline["message"].as_str().is_some_and(|message| {
                message.contains("Type mismatch for Index Key") && message.contains("IndexName: local-")
            })
    }),
];

impl Difference<'_> {
    /// Both succeed.
    fn same_without(&self, member: &str) -> bool {
        let without = |outline: &Value| {
            let mut outline = outline.clone();
            outline.as_object_mut().map(|members| members.remove(member));
            outline
        };
        self.ours.status == self.theirs.status && without(self.our_outline) == without(self.their_outline)
    }

    fn both_say(&self, code: &str) -> bool {
        self.ours_says(code) && self.theirs_says(code)
    }

    fn ours_says(&self, code: &str) -> bool {
        self.our_outline["code"] == code
    }

    fn theirs_says(&self, code: &str) -> bool {
        self.their_outline["code"] == code
    }
}

pub(super) fn known(difference: &Difference<'_>) -> Option<&'static str> {
    MASKS.iter().find(|(_, holds)| holds(difference)).map(|(name, _)| *name)
}
