//! Lines of CSV, made into items: keys are of the types that they are defined with, all else is text.

use crate::{
    api::AttributeDefinition,
    value::{AttributeValue, Item},
};

/// How many columns a line may have.
const MAX_COLUMNS: usize = 10_000;

/// The fields of a line; none where a quotation does not end, or there are too many.
pub(crate) fn fields(line: &str, delimiter: char) -> Option<Vec<String>> {
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        let (field, behind) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_field(quoted)?,
            None => {
                let end = rest.find(delimiter).unwrap_or(rest.len());
                (rest[..end].to_owned(), &rest[end..])
            }
        };
        fields.push(field);
        if fields.len() > MAX_COLUMNS {
            return None;
        }
        match behind.strip_prefix(delimiter) {
            Some(next) => rest = next,
            None if behind.is_empty() => return Some(fields),
            None => return None,
        }
    }
}

/// Behind the opening mark; two marks are one.
fn quoted_field(text: &str) -> Option<(String, &str)> {
    let mut field = String::new();
    let mut rest = text;
    loop {
        let end = rest.find('"')?;
        field.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(behind) => {
                field.push('"');
                rest = behind;
            }
            None => return Some((field, rest)),
        }
    }
}

/// The item of a line; empty fields are left out. None where a key is not of its type, or there are other fields than
/// names.
pub(crate) fn item(names: &[String], fields: Vec<String>, keys: &[AttributeDefinition]) -> Option<Item> {
    if fields.len() != names.len() {
        return None;
    }
    let mut item = Item::new();
    for (name, field) in names.iter().zip(fields).filter(|(_, field)| !field.is_empty()) {
        let of = keys.iter().find(|key| key.attribute_name == *name).map(|key| key.attribute_type.as_str());
        let value = match of {
            Some("N") => AttributeValue::N(field.trim().parse().ok()?),
            Some("B") => AttributeValue::B(base64(&field)?),
            _ => AttributeValue::S(field),
        };
        item.insert(name.clone(), value);
    }
    Some(item)
}

fn base64(text: &str) -> Option<Vec<u8>> {
    use base64::{Engine, prelude::BASE64_STANDARD};
    BASE64_STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_stand_between_delimiters_and_quotations_hold_them() {
        for (line, expected) in [
            ("a,b,", Some(vec!["a", "b", ""])),
            (r#""a,""b""",c"#, Some(vec![r#"a,"b""#, "c"])),
            (r#""open"#, None),
            (r#""a"b,c"#, None),
            ("", Some(vec![""])),
        ] {
            let expected = expected.map(|fields| fields.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(fields(line, ','), expected, "{line}");
        }
    }

    #[test]
    fn keys_are_of_their_types_and_the_rest_is_text() {
        let names = ["pk", "n", "rest"].map(str::to_owned);
        let key = |name: &str, of: &str| AttributeDefinition {
            attribute_name: name.to_owned(),
            attribute_type: of.to_owned(),
        };
        let keys = [key("pk", "S"), key("n", "N")];
        let line = |line: &str| item(&names, fields(line, ',').unwrap_or_default(), &keys);
        let item = line("a,1.50,2").unwrap_or_default();
        assert_eq!(
            serde_json::json!(item),
            serde_json::json!({"pk": {"S": "a"}, "n": {"N": "1.5"}, "rest": {"S": "2"}})
        );
        assert_eq!(line("a,b,c"), None);
        assert_eq!(line("a,1"), None);
    }
}
