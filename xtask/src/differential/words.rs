//! What refusals complain of, as their sentences tell it.
//!
//! AWS's words are pinned by recordings and by the public conformance suite; DynamoDB Local has others for many faults,
//! and where a request has several it looks for them in another order. Two refusals are the same here when both complain
//! of the same fault, in whatever words, or when that order is known to be another. All others are findings.

use self::Stage::{Evaluation, Expressions, Keys, Legacy, Parameters, Values};

/// What a fault lies in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    /// What is asked for besides: limits, `Select`, `ReturnValues`.
    Parameters,
    /// Attribute values, whatever they are for.
    Values,
    /// Texts of expressions, and their placeholders.
    Expressions,
    /// The parameters that expressions took the place of.
    Legacy,
    /// What the table's schema says.
    Keys,
    /// What the item holds.
    Evaluation,
}

struct Fault {
    name: &'static str,
    stage: Stage,
    /// What sentences about it hold.
    signs: &'static [&'static str],
}

const fn fault(name: &'static str, stage: Stage, signs: &'static [&'static str]) -> Fault {
    Fault { name, stage, signs }
}

/// The first that fits is it.
const FAULTS: &[Fault] = &[
    fault("number", Values, &["cannot be converted to a numeric value", "cannot be converted into a number"]),
    fault("precision", Values, &["significant digits in a Number", "only supports precision up to"]),
    fault("magnitude", Values, &["Number overflow", "Number underflow", "magnitude larger", "magnitude smaller"]),
    fault("empty set", Values, &["set  may not be empty", "Binary sets should not be empty"]),
    fault("repeated member", Values, &["Input collection"]),
    fault("null", Values, &["Null attribute value types must have the value of true"]),
    fault("empty value", Values, &["Supplied AttributeValue is empty"]),
    fault("limit", Parameters, &["at 'limit'", "at 'Limit'", "Limit must be greater"]),
    fault("return values", Parameters, &["ReturnValues can only be", "Return values set to invalid value"]),
    fault("consistency", Parameters, &["Consistent reads are not supported", "Strongly consistent read"]),
    fault("select", Parameters, &["when choosing to get", "ALL_PROJECTED_ATTRIBUTES can be used only", "Select type"]),
    fault("empty expression", Expressions, &["The expression can not be empty"]),
    fault("syntax", Expressions, &["Syntax error", "wasn't well formed"]),
    fault("reserved word", Expressions, &["Attribute name is a reserved keyword"]),
    fault("undefined name", Expressions, &["An expression attribute name used in the document path is not defined"]),
    fault("undefined value", Expressions, &["An expression attribute value used in expression is not defined"]),
    fault("unused name", Expressions, &["Value provided in ExpressionAttributeNames unused"]),
    fault("unused value", Expressions, &["Value provided in ExpressionAttributeValues unused"]),
    fault("function", Expressions, &["Invalid function name", "The function is not allowed"]),
    fault("number of operands", Expressions, &["Incorrect number of operands"]),
    fault("type of operand", Expressions, &["Incorrect operand type for operator or function"]),
    fault("same operands", Expressions, &["The first operand must be distinct from the remaining operands"]),
    fault(
        "bounds",
        Expressions,
        &["requires upper bound to be greater than", "requires same data type for lower and upper"],
    ),
    fault("name of a type", Expressions, &["Invalid attribute type name found"]),
    fault("overlap", Expressions, &["Two document paths overlap with each other"]),
    fault("conflict", Expressions, &["Two document paths conflict with each other"]),
    fault("required condition", Expressions, &["conditionCheck.conditionExpression"]),
    fault("path into a key", Keys, &["Key attributes must be scalars"]),
    fault("key in a filter", Keys, &["Expression can only contain non-primary key attributes"]),
    fault(
        "condition on a key",
        Keys,
        &["not an indexable operation", "Only scalar types can be used as", "Query condition missed"],
    ),
    fault(
        "condition on a key",
        Keys,
        &["KeyConditionExpressions", "Query key condition not supported", "Invalid operator used in Key"],
    ),
    fault("type in a key condition", Keys, &["Condition parameter type does not match schema type"]),
    fault("what an index lacks", Keys, &["does not project"]),
    fault("update of a key", Keys, &["This attribute is part of the key"]),
    fault("empty key", Keys, &["cannot contain an empty string value", "cannot contain an empty binary value"]),
    fault("one item twice", Keys, &["multiple operations on one item", "item keys contains duplicates"]),
    fault(
        "key",
        Keys,
        &["The provided key element does not match", "number of conditions on the keys", "Missing the key"],
    ),
    fault("key", Keys, &["Type mismatch for key", "Type mismatch for Index Key", "Invalid attribute value type"]),
    fault(
        "key",
        Keys,
        &["One of the required keys was not given", "should be present in the item", "must be of type S, N, or B"],
    ),
    fault("key", Keys, &["data type should match its data type", "may not contain null or empty values"]),
    fault("absent attribute", Evaluation, &["refers to an attribute that does not exist in the item"]),
    fault("path to update", Evaluation, &["document path provided in the update expression is invalid"]),
    fault(
        "type of attribute",
        Evaluation,
        &["An operand in the update expression has an incorrect", "Type mismatch for attribute to update"],
    ),
    fault("action", Legacy, &["action is not supported for the type", "action with value is not supported"]),
    fault("ConditionalOperator", Legacy, &["ConditionalOperator c"]),
    fault("ComparisonOperator", Legacy, &["ComparisonOperator"]),
    fault("values of a condition", Legacy, &["inside AttributeValueList must be", "BETWEEN condition was provided"]),
];

/// What is told first by RustStack, as AWS does, and what by DynamoDB Local, with the reason.
const ORDERS: &[(Stage, &[Stage])] = &[
    // AWS holds parameters against each other before it reads expressions; DynamoDB Local does it at last.
    (Parameters, &[Expressions, Legacy, Keys]),
    // AWS reads a request's values with the request; DynamoDB Local as it comes to them.
    (Values, &[Parameters, Expressions, Legacy, Keys, Evaluation]),
    // AWS reads expressions before it looks for the table; DynamoDB Local knows the table's keys by then.
    (Expressions, &[Keys, Evaluation]),
    (Legacy, &[Keys, Parameters, Evaluation]),
    // AWS holds a key against the schema before the item is looked at.
    (Keys, &[Evaluation]),
];

/// Other faults that are told in another order.
const PAIRS: &[(&str, &str)] = &[
    // Several actions of an update: of which it is told first.
    ("undefined value", "type of operand"),
    ("type of operand", "undefined value"),
    // Of paths into keys of an index DynamoDB Local speaks first.
    ("key in a filter", "path into a key"),
    // It looks at the key before it looks for paths into it.
    ("path into a key", "key"),
    // It counts the keys of a batch before it looks at them.
    ("key", "one item twice"),
    ("empty key", "one item twice"),
    ("path into a key", "one item twice"),
    // Whether an index can be read so is what it asks first.
    ("limit", "consistency"),
    ("select", "consistency"),
    ("condition on a key", "consistency"),
];

fn find(message: &str) -> Option<&'static Fault> {
    FAULTS.iter().find(|fault| fault.signs.iter().any(|sign| message.contains(sign)))
}

/// Whether both complain of the same.
pub(super) fn same_fault(ours: &str, theirs: &str) -> bool {
    find(ours).zip(find(theirs)).is_some_and(|(ours, theirs)| ours.name == theirs.name)
}

/// Whether DynamoDB Local is known to tell another of several faults first.
pub(super) fn other_order(ours: &str, theirs: &str) -> bool {
    let Some((one, other)) = find(ours).zip(find(theirs)) else { return false };
    let is_known = |(first, others): &(Stage, &[Stage])| *first == one.stage && others.contains(&other.stage);
    match one.stage == other.stage {
        // Several actions, or several conditions, that cannot be: any of them may come first.
        true if matches!(one.stage, Evaluation | Legacy) => true,
        true => are_of_two_expressions(ours, theirs) || PAIRS.contains(&(one.name, other.name)),
        false => ORDERS.iter().any(is_known) || PAIRS.contains(&(one.name, other.name)),
    }
}

/// Whether both are told of the same request, of actions that have faults of their own.
pub(super) fn are_known(ours: &str, theirs: &str) -> bool {
    find(ours).is_some() && find(theirs).is_some()
}

/// `KeyConditionExpression` comes before `ProjectionExpression`, or behind it.
fn are_of_two_expressions(ours: &str, theirs: &str) -> bool {
    let kind = |message: &str| {
        let (kind, _) = message.strip_prefix("Invalid ")?.split_once("Expression: ")?;
        Some(kind.to_owned())
    };
    // What is unused is so of all expressions together.
    let is_of_all = |message: &str| message.contains("unused in expressions");
    match (kind(ours), kind(theirs)) {
        (Some(ours), Some(theirs)) => ours != theirs,
        _ => is_of_all(ours) || is_of_all(theirs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNUSED: &str = "Value provided in ExpressionAttributeValues unused in expressions: keys: {:unused}";
    const SYNTAX: &str = "Invalid FilterExpression: Syntax error; token: \"(\", near: \"(a\"";
    const RESERVED: &str = "Invalid FilterExpression: Attribute name is a reserved keyword; reserved keyword: name";
    const SCHEMA: &str = "The provided key element does not match the schema";

    #[test]
    fn sentences_about_one_fault_are_the_same() {
        assert!(same_fault(SCHEMA, "The number of conditions on the keys is invalid"));
        assert!(!same_fault(SYNTAX, RESERVED));
        assert!(!same_fault("something", "something"));
    }

    #[test]
    fn other_faults_are_known_in_one_order() {
        assert!(other_order(SYNTAX, SCHEMA) && !other_order(SCHEMA, SYNTAX));
        assert!(!other_order(SYNTAX, RESERVED));
        assert!(other_order(SYNTAX, &RESERVED.replace("Filter", "Projection")));
        assert!(other_order(UNUSED, RESERVED));
    }
}
