//! Inputs and outputs as records show them: CloudTrail's spelling of members, secrets and contents left out.

use serde_json::{Map, Value};

use crate::shape::{Shape, Structure};

/// What stands for what is nobody's business, as CloudTrail writes it.
pub const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// Members that are secrets in whichever API: keys, tokens, passwords.
const SECRETS: [&str; 14] = [
    "AuthorizationToken",
    "ClientSecret",
    "NewPassword",
    "OldPassword",
    "Password",
    "Plaintext",
    "PrivateKey",
    "SAMLAssertion",
    "SecretAccessKey",
    "SecretBinary",
    "SecretString",
    "SessionToken",
    "TokenCode",
    "WebIdentityToken",
];

/// The value with its members' names in CloudTrail's spelling, `queueUrl`, and without what `hidden` and
/// secrets name. Bytes are contents and are never shown.
pub fn shown(structure: &Structure, value: &Value, hidden: &[&str]) -> Value {
    let Some(members) = value.as_object() else { return Value::Null };
    let shown = members.iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| {
        let is_hidden = SECRETS.contains(&name.as_str()) || hidden.contains(&name.as_str());
        let shown = match structure.member(name).map(|member| member.shape) {
            Some(shape) if !is_hidden => any(shape, value, hidden),
            _ => HIDDEN.into(),
        };
        (lower_first(name), shown)
    });
    Value::Object(shown.collect::<Map<_, _>>())
}

fn any(shape: &Shape, value: &Value, hidden: &[&str]) -> Value {
    match (shape, value) {
        (Shape::Structure(structure), _) => shown(structure, value, hidden),
        (Shape::List(list), Value::Array(entries)) => {
            entries.iter().map(|entry| any(list.member, entry, hidden)).collect()
        }
        (Shape::Map(map), Value::Object(entries)) => {
            let entries = entries.iter().map(|(key, entry)| (key.clone(), any(map.value, entry, hidden)));
            Value::Object(entries.collect())
        }
        (Shape::Blob(_), _) => HIDDEN.into(),
        _ => value.clone(),
    }
}

fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + letters.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::shape::{Bounds, Map as MapShape, Member, Text};

    static TEXT: Shape = Shape::Text(Text::ANY);
    static BLOB: Shape = Shape::Blob(Bounds::NONE);
    static MAP: Shape = Shape::Map(MapShape {
        key: &TEXT,
        value: &TEXT,
        key_name: "key",
        value_name: "value",
        is_flattened: false,
        length: Bounds::NONE,
    });
    static INNER: Shape = Shape::Structure(&Structure::new(
        "Credentials",
        &[Member::new("SecretAccessKey", &TEXT), Member::new("Id", &TEXT)],
    ));
    static OUTER: Structure = Structure::new(
        "Outer",
        &[
            Member::new("QueueUrl", &TEXT),
            Member::new("MessageBody", &TEXT),
            Member::new("Attributes", &MAP),
            Member::new("Credentials", &INNER),
            Member::new("Data", &BLOB),
        ],
    );

    #[test]
    fn members_are_spelled_as_cloudtrail_spells_them_and_secrets_hidden() {
        let value = json!({
            "QueueUrl": "u", "MessageBody": "b", "Attributes": {"DelaySeconds": "1"},
            "Credentials": {"SecretAccessKey": "s", "Id": "i"}, "Data": "AAAA",
        });
        let expected = json!({
            "queueUrl": "u", "messageBody": HIDDEN, "attributes": {"DelaySeconds": "1"},
            "credentials": {"secretAccessKey": HIDDEN, "id": "i"}, "data": HIDDEN,
        });
        assert_eq!(shown(&OUTER, &value, &["MessageBody"]), expected);
    }

    #[test]
    fn what_no_shape_describes_is_hidden() {
        assert_eq!(shown(&OUTER, &json!({"Other": {"Password": "p"}}), &[]), json!({"other": HIDDEN}));
    }
}
