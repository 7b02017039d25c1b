//! Attributes of messages: their names and values, refused in SNS's words.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use ruststack_core::{
    bus::{MessageAttribute, MessageAttributeValue as Value},
    wire::Blob,
};
use serde_json::{Map, json};

use crate::{api::MessageAttributeValue, error::SnsError, limits::MAX_ATTRIBUTE_NAME_LENGTH};

pub(crate) type Attributes = BTreeMap<String, MessageAttribute>;

/// Those that a client sent.
pub(crate) fn read(sent: BTreeMap<String, MessageAttributeValue>) -> Result<Attributes, SnsError> {
    let one = |(name, value): (String, MessageAttributeValue)| {
        check_name(&name)?;
        let attribute = attribute(&name, value)?;
        Ok((name, attribute))
    };
    sent.into_iter().map(one).collect()
}

fn refused<T>(message: impl Into<String>) -> Result<T, SnsError> {
    Err(SnsError::ParameterValueInvalid { message: message.into() })
}

fn check_name(name: &str) -> Result<(), SnsError> {
    let is_letter = |letter: &char| letter.is_ascii_alphanumeric() || "-_.".contains(*letter);
    if name.len() >= MAX_ATTRIBUTE_NAME_LENGTH {
        return refused(format!(
            "Length of message attribute name must be less than {MAX_ATTRIBUTE_NAME_LENGTH} bytes."
        ));
    }
    if let Some(wrong) = name.chars().find(|letter| !is_letter(letter)) {
        let code = u32::from(wrong);
        return refused(format!(
            "Invalid non-alphanumeric character '#x{code:X}' was found in the message attribute name. Can only include \
             alphanumeric characters, hyphens, underscores, or dots."
        ));
    }
    if name.starts_with('.') {
        refused("Invalid message attribute name starting with character '.' was found.")
    } else if name.ends_with('.') {
        refused("Invalid message attribute name ending with character '.' was found.")
    } else if name.contains("..") {
        refused("Message attribute name can not have successive '.' character.")
    } else {
        Ok(())
    }
}

fn attribute(name: &str, sent: MessageAttributeValue) -> Result<MessageAttribute, SnsError> {
    let MessageAttributeValue { data_type, string_value, binary_value } = sent;
    let Some(kind) = kind(&data_type) else {
        return refused(format!(
            "The message attribute '{name}' has an invalid message attribute type, the set of supported type prefixes is \
             Binary, Number, and String."
        ));
    };
    let text = string_value.filter(|text| !text.is_empty()).map(Value::Text);
    let bytes = binary_value.filter(|Blob(bytes)| !bytes.is_empty()).map(Value::Binary);
    let (wanted, other, field) = if kind == "Binary" { (bytes, text, "Binary") } else { (text, bytes, "String") };
    match (wanted, other) {
        (Some(value), _) => Ok(MessageAttribute { data_type, value }),
        (None, Some(_)) => {
            refused(format!("The message attribute '{name}' with type '{data_type}' must use field '{field}'."))
        }
        (None, None) => refused(format!(
            "The message attribute '{name}' must contain non-empty message attribute value for message attribute type \
             '{data_type}'."
        )),
    }
}

/// `String`, `Number` or `Binary`, which a dot and a name of the sender's may follow.
fn kind(data_type: &str) -> Option<&str> {
    let (kind, rest) = data_type.split_once('.').map_or((data_type, None), |(kind, rest)| (kind, Some(rest)));
    (["String", "Number", "Binary"].contains(&kind) && rest != Some("")).then_some(kind)
}

/// `None` of bytes.
pub(crate) fn text(attribute: &MessageAttribute) -> Option<&str> {
    match &attribute.value {
        Value::Text(text) => Some(text),
        Value::Binary(_) => None,
    }
}

/// What they count of a message's size. Bytes.
pub(crate) fn size(attributes: &Attributes) -> usize {
    let of_value = |value: &Value| match value {
        Value::Text(text) => text.len(),
        Value::Binary(Blob(bytes)) => bytes.len(),
    };
    attributes.iter().map(|(name, value)| name.len() + value.data_type.len() + of_value(&value.value)).sum()
}

/// As subscribers get them in a notification.
pub(crate) fn notified(attributes: &Attributes) -> serde_json::Value {
    let shown = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        Value::Binary(Blob(bytes)) => STANDARD.encode(bytes),
    };
    let one = |(name, value): (&String, &MessageAttribute)| {
        (name.clone(), json!({"Type": value.data_type, "Value": shown(&value.value)}))
    };
    serde_json::Value::Object(attributes.iter().map(one).collect::<Map<_, _>>())
}

/// As they were sent.
pub(crate) fn sent(attributes: &Attributes) -> serde_json::Value {
    let one = |(name, attribute): (&String, &MessageAttribute)| {
        let data_type = &attribute.data_type;
        let shown = match &attribute.value {
            Value::Text(text) => json!({"DataType": data_type, "StringValue": text}),
            Value::Binary(blob) => json!({"DataType": data_type, "BinaryValue": blob}),
        };
        (name.clone(), shown)
    };
    serde_json::Value::Object(attributes.iter().map(one).collect::<Map<_, _>>())
}

/// For tests: name, type and text of each.
#[cfg(test)]
pub(crate) fn of_texts(texts: &[(&str, &str, &str)]) -> Attributes {
    let one = |(name, data_type, text): &(&str, &str, &str)| {
        let value = Value::Text((*text).to_owned());
        ((*name).to_owned(), MessageAttribute { data_type: (*data_type).to_owned(), value })
    };
    texts.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(data_type: &str, text: Option<&str>, bytes: Option<&'static [u8]>) -> MessageAttributeValue {
        MessageAttributeValue {
            data_type: data_type.to_owned(),
            string_value: text.map(str::to_owned),
            binary_value: bytes.map(|bytes| Blob(bytes.into())),
        }
    }

    /// Recorded: test_empty_or_wrong_message_attributes, 2024-11-15.
    #[test]
    fn values_are_of_their_types() {
        let empty = "must contain non-empty message attribute value for message attribute type";
        for (sent, message) in [
            (value("String", Some(""), None), format!("{empty} 'String'.")),
            (value("String", None, None), format!("{empty} 'String'.")),
            (value("Binary", None, Some(b"")), format!("{empty} 'Binary'.")),
            (value("String", None, Some(b"x")), "with type 'String' must use field 'String'.".to_owned()),
            (value("Number", None, Some(b"x")), "with type 'Number' must use field 'String'.".to_owned()),
            (value("Binary", Some("x"), None), "with type 'Binary' must use field 'Binary'.".to_owned()),
            (
                value("InvalidType", Some("x"), None),
                "has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String."
                    .to_owned(),
            ),
        ] {
            let message = format!("The message attribute 'attr1' {message}");
            let refused = read(BTreeMap::from([("attr1".to_owned(), sent)])).unwrap_err();
            assert_eq!(refused, SnsError::ParameterValueInvalid { message });
        }
        assert!(read(BTreeMap::from([("a".to_owned(), value("String.prefixed", Some("x"), None))])).is_ok());
    }

    /// Recorded: the same.
    #[test]
    fn names_have_rules() {
        for (name, part) in [
            (&*"a".repeat(256), "Length of message attribute name must be less than 256 bytes."),
            ("a^", "Invalid non-alphanumeric character '#x5E'"),
            (".a", "starting with character '.'"),
            ("a.", "ending with character '.'"),
            ("a..b", "can not have successive '.' character."),
        ] {
            let refused = check_name(name).unwrap_err().to_string();
            assert!(refused.contains(part), "{refused}");
        }
        assert_eq!(check_name("a-b_c.D9"), Ok(()));
    }
}
