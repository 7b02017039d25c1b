//! Differences that are known: each has a name and a reason. What AWS answered, or the public conformance suite that
//! was run against AWS, says that it is DynamoDB Local that differs.

use serde_json::Value;

use super::{operations::Step, words, world::Answer};

pub(super) struct Difference<'d> {
    pub(super) step: &'d Step,
    pub(super) ours: &'d Answer,
    pub(super) theirs: &'d Answer,
    pub(super) our_outline: &'d Value,
    pub(super) their_outline: &'d Value,
}

type Mask = (&'static str, fn(&Difference<'_>) -> bool);

const MASKS: &[Mask] = &[
    ("the same fault, in other words", |it| {
        it.both_say("ValidationException") && words::same_fault(it.our_message(), it.their_message())
    }),
    ("of several faults, another first", |it| {
        it.both_say("ValidationException") && words::other_order(it.our_message(), it.their_message())
    }),
    // Each action, statement or key has faults of its own, and DynamoDB Local goes through them in another way.
    ("of several actions, the fault of another first", |it| {
        it.both_say("ValidationException")
            && (it.step.operation.starts_with("Transact") || it.step.operation.starts_with("Batch"))
            && words::are_known(it.our_message(), it.their_message())
    }),
    // AWS's code is that of the API's model; as a reason of a cancellation it is the shorter one.
    ("DynamoDB Local calls a DuplicateItemException DuplicateItem", |it| {
        it.ours_says("DuplicateItemException") && it.theirs_says("DuplicateItem")
            || it.reasons().contains("DuplicateItem") && it.both_say("TransactionCanceledException")
    }),
    ("DynamoDB Local has another sentence for a table that is not there", |it| {
        it.both_say("ResourceNotFoundException")
    }),
    // Assumed: the documentation says so of no operation, and the conformance suite does not ask for it.
    ("DynamoDB Local refuses a batch of statements as a whole for one that is wrong", |it| {
        it.step.operation == "BatchExecuteStatement"
            && it.ours.status == 200
            && (it.theirs.status == 400 || it.same_statement_errors())
    }),
    ("DynamoDB Local refuses comparisons in statements with what has no order", |it| {
        it.step.operation == "ExecuteStatement"
            && (it.ours.status == 200 || it.ours_says("ResourceNotFoundException"))
            && it.their_message().starts_with("Incorrect operand type for operator or function")
    }),
    // Assumed: as PartiQL has it.
    ("what is missing is not unequal to anything in a statement", |it| {
        let statement = it.step.input["Statement"].as_str().unwrap_or_default();
        statement.contains("<>") && it.ours.status == 200 && it.theirs.status == 200
    }),
    // AWS tells what an index lacks; DynamoDB Local looks into the table.
    ("statements filter an index by what it holds", |it| {
        let statement = it.step.input["Statement"].as_str().unwrap_or_default();
        statement.contains("\".\"") && it.theirs.status == 200
    }),
    ("DynamoDB Local looks for tables before it reads the statements of a transaction", |it| {
        it.step.operation == "ExecuteTransaction" && it.theirs_says("ResourceNotFoundException")
    }),
    ("what is wrong with a statement is a reason of the cancellation", |it| {
        it.step.operation == "ExecuteTransaction"
            && it.ours_says("TransactionCanceledException")
            && (it.theirs_says("ValidationException") || it.reasons().contains("ValidationError"))
    }),
    // A reading of nothing is billed as one, a removal of nothing as a write, and nobody is told who did not ask.
    ("consumed capacity", |it| it.same_without("ConsumedCapacity")),
    // AWS documents which faults of a transaction's actions are reasons of its cancellation.
    ("what is wrong with an action is a reason of the cancellation", |it| {
        it.step.operation.starts_with("Transact")
            && it.ours_says("TransactionCanceledException")
            && (it.theirs_says("ValidationException") || it.reasons().contains("ValidationError"))
            && it.theirs.status != 200
    }),
    ("a full stop behind the reason of a cancellation", |it| {
        let theirs =
            it.their_outline.to_string().replace("The conditional request failed.", "The conditional request failed");
        let ours = it.our_outline.to_string();
        it.both_say("TransactionCanceledException") && ours == theirs
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
        let said = it.our_outline.to_string();
        it.theirs.status == 200 && said.contains("Type mismatch for Index Key") && said.contains("IndexName: local-")
    }),
    // The same, without the reasons.
    ("DynamoDB Local cancels a transaction for a key that does not fit, and gives no reasons", |it| {
        it.step.operation == "TransactGetItems"
            && it.theirs_says("TransactionCanceledException")
            && it.their_outline.get("reasons").is_none()
    }),
    // It is on AWS's list of them; DynamoDB Local takes it for the function.
    ("size is a reserved word", |it| {
        it.our_outline["message"].as_str().is_some_and(|message| message.ends_with("reserved keyword: size"))
    }),
    // DynamoDB Local shows the whole attribute now and then.
    ("of a nested path that was updated its part is shown", |it| {
        it.ours.status == it.theirs.status
            && it.step.input["ReturnValues"].as_str().is_some_and(|wanted| wanted.starts_with("UPDATED_"))
    }),
    // Where and when DynamoDB Local looks for them depends on the operation; a ConditionCheck may have them.
    ("paths into keys are refused before anything is evaluated", |it| {
        let message = it.our_outline["message"].as_str().unwrap_or_default();
        message.contains("Key attributes must be scalars")
            && (it.theirs_says("ConditionalCheckFailedException") || it.step.operation == "TransactWriteItems")
    }),
    // AWS does so of scans; queries refuse such filters.
    ("scans of an index are filtered by what the index holds", |it| {
        let has = |name: &str| it.step.input.get(name).is_some();
        it.step.operation == "Scan"
            && has("IndexName")
            && (has("ScanFilter") || has("FilterExpression"))
            && it.ours.status == it.theirs.status
    }),
    ("if_not_exists does not look at its second operand where it takes the first", |it| {
        it.theirs_says("ValidationException")
            && it.step.input.to_string().contains("if_not_exists")
            && it.their_outline["message"]
                == "The provided expression refers to an attribute that does not exist in the item"
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

    fn our_message(&self) -> &str {
        self.our_outline["message"].as_str().unwrap_or_default()
    }

    fn their_message(&self) -> &str {
        self.their_outline["message"].as_str().unwrap_or_default()
    }

    /// Which statements of a batch failed, and how; DynamoDB Local has its own words, and names the table besides.
    fn same_statement_errors(&self) -> bool {
        let codes = |outline: &Value| -> Vec<Value> {
            let responses = outline["Responses"].as_array().into_iter().flatten();
            responses.map(|response| serde_json::json!([response["Error"]["Code"], response["Item"]])).collect()
        };
        codes(self.our_outline) == codes(self.their_outline)
    }

    pub(super) fn both_say(&self, code: &str) -> bool {
        self.ours_says(code) && self.theirs_says(code)
    }

    /// Of both.
    fn reasons(&self) -> String {
        format!("{} {}", self.our_outline["reasons"], self.their_outline["reasons"])
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
