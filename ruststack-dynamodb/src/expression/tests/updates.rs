//! Updates.

use super::*;

fn values() -> Value {
    json!({
        ":one": {"N": "1"}, ":s": {"S": "s"}, ":l": {"L": [{"S": "new"}]}, ":ss": {"SS": ["b", "c"]}, ":m": {"M": {}},
        ":big": {"N": "9E125"}
    })
}

fn updated(text: &str, old: Value) -> Result<Item, Refusal> {
    update(text, &values())?.apply(&item(old))
}

#[test]
fn updates_read_the_item_as_it_was() {
    for (text, old, new) in [
        ("SET a = :one, b = a", json!({"a": {"N": "7"}}), json!({"a": {"N": "1"}, "b": {"N": "7"}})),
        ("SET a = a + :one", json!({"a": {"N": "7"}}), json!({"a": {"N": "8"}})),
        ("SET a = :one - (a + :one)", json!({"a": {"N": "7"}}), json!({"a": {"N": "-7"}})),
        ("SET a = if_not_exists(a, :s)", json!({}), json!({"a": {"S": "s"}})),
        ("SET a = if_not_exists(a, :s)", json!({"a": {"N": "7"}}), json!({"a": {"N": "7"}})),
        ("SET a = list_append(:l, if_not_exists(a, :l))", json!({}), json!({"a": {"L": [{"S": "new"}, {"S": "new"}]}})),
        ("SET l[5] = :s, l[3] = :one", json!({"l": {"L": []}}), json!({"l": {"L": [{"N": "1"}, {"S": "s"}]}})),
        (
            "REMOVE l[0], l[1] SET l[2] = :s",
            json!({"l": {"L": [{"N": "0"}, {"N": "1"}, {"N": "2"}]}}),
            json!({"l": {"L": [{"S": "s"}]}}),
        ),
        ("SET m.x = :s REMOVE a", json!({"m": {"M": {}}, "a": {"N": "1"}}), json!({"m": {"M": {"x": {"S": "s"}}}})),
        (
            "ADD n2 :one, t :ss",
            json!({"t": {"SS": ["a", "b"]}}),
            json!({"n2": {"N": "1"}, "t": {"SS": ["a", "b", "c"]}}),
        ),
        ("DELETE t :ss, u :ss", json!({"t": {"SS": ["b", "c"]}}), json!({})),
        ("delete t :ss", json!({"t": {"SS": ["a", "b"]}}), json!({"t": {"SS": ["a"]}})),
    ] {
        assert_eq!(updated(text, old).unwrap_or_else(|error| panic!("{text}: {error}")), item(new), "{text}");
    }
}

#[test]
fn an_item_may_not_fit_its_update() {
    let path = "The document path provided in the update expression is invalid for update";
    let operand = "An operand in the update expression has an incorrect data type";
    let missing = "The provided expression refers to an attribute that does not exist in the item";
    let overflow = "Number overflow. Attempting to store a number with magnitude larger than supported range";
    for (text, old, message) in [
        ("SET a.b = :s", json!({}), path),
        ("SET a[0] = :s", json!({"a": {"M": {}}}), path),
        ("REMOVE a.b", json!({}), path),
        ("SET a = b", json!({}), missing),
        ("SET a = b + :one", json!({}), missing),
        ("SET a = b + :one", json!({"b": {"S": "s"}}), operand),
        ("SET a = b + :one", json!({"b": {"N": "1E50"}}), overflow),
        ("SET a = list_append(b, :l)", json!({"b": {"S": "s"}}), operand),
        ("ADD a :one", json!({"a": {"S": "s"}}), operand),
        ("SET x.y = :s ADD a :one", json!({"a": {"S": "s"}}), operand),
        ("DELETE a :ss", json!({"a": {"NS": ["1"]}}), operand),
        ("SET a = b + :big", json!({"b": {"N": "9E125"}}), overflow),
    ] {
        assert_eq!(updated(text, old).expect_err(text).message, message, "{text}");
    }
}

#[test]
fn updates_are_refused_whatever_the_item_is() {
    for (text, reason) in [
        ("", "The expression can not be empty;"),
        ("INVALID SYNTAX", "Syntax error; token: \"INVALID\", near: \"INVALID SYNTAX\""),
        ("SET a = :s SET b = :s", "The \"SET\" section can only be used once in an update expression;"),
        (
            "SET a.b = :s REMOVE a",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path \
             two: [a]",
        ),
        (
            "SET a[0] = :s, a.b = :s",
            "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, [0]], \
             path two: [a, b]",
        ),
        ("SET a = size(b)", "The function is not allowed in an update expression; function: size"),
        ("SET a = foo(b)", "Invalid function name; function: foo"),
        (
            "SET a = if_not_exists(:s, :s)",
            "Operator or function requires a document path; operator or function: if_not_exists",
        ),
        (
            "SET a = list_append(b)",
            "Incorrect number of operands for operator or function; operator or function: list_append, number of operands: 1",
        ),
        ("SET a = b + :s", "Incorrect operand type for operator or function; operator or function: +, operand type: S"),
        (
            "SET a = list_append(list_append(b, :l), :l)",
            "The function is not allowed to be used this way in an expression; function: list_append",
        ),
        (
            "SET a = if_not_exists(b, list_append(c, :l))",
            "The function is not allowed to be used this way in an expression; function: list_append",
        ),
        (
            "SET a = list_append(b, :s)",
            "Incorrect operand type for operator or function; operator or function: list_append, operand type: S",
        ),
        (
            "ADD a :s",
            "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: \
             ALLOWED_FOR_ADD_OPERAND",
        ),
        (
            "DELETE a :one",
            "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: \
             ALLOWED_FOR_ADD_OPERAND",
        ),
        (
            "SET a = if_not_exists(b, b)",
            "The first operand must be distinct from the remaining operands for this operator or function; operator: \
             if_not_exists, first operand: [b]",
        ),
        ("SET a = :x", "An expression attribute value used in expression is not defined; attribute value: :x"),
    ] {
        let message = update(text, &values()).expect_err(text).message;
        assert_eq!(message, format!("Invalid UpdateExpression: {reason}"), "{text}");
    }
}

#[test]
fn what_is_touched_can_be_shown() {
    let made = update("SET m.x = :s, b = :one REMOVE c", &values()).unwrap();
    let of = item(json!({"m": {"M": {"x": {"S": "s"}, "y": {"S": "y"}}}, "d": {"N": "1"}}));
    assert_eq!(made.touched().apply(&of), item(json!({"m": {"M": {"x": {"S": "s"}}}})));
    let keys = KeySchema::simple(KeyAttribute::new("b", Type::N), None);
    assert_eq!(
        made.check_keys(&keys).unwrap_err().message,
        "One or more parameter values were invalid: Cannot update attribute b. This attribute is part of the key"
    );
}

#[test]
fn an_item_is_not_made_too_deep() {
    let deep = (0..31).fold(json!({"S": "a"}), |inner, _| json!({"L": [inner]}));
    let made = update("SET a[0] = b", &values()).unwrap();
    let message = made.apply(&item(json!({"a": {"L": []}, "b": deep}))).unwrap_err().message;
    assert_eq!(message, "Nesting Levels have exceeded supported limits");
}
