//! The query protocol: parameters of a form in, XML out.

use std::collections::BTreeMap;

use http::{HeaderValue, header};
use percent_encoding::percent_decode;
use serde_json::{Map as Object, Value};

use crate::{
    Response,
    body::Body,
    protocol::{
        scalar::{self, NotA},
        xml::{MAX_DEPTH, Xml},
    },
    shape::{OperationShape, Shape, Structure},
};

/// How many parameters are read.
pub const MAX_PARAMETERS: usize = 10_000;
/// How many entries a list may have.
pub const MAX_LIST: usize = 1000;

/// The parameters of a request by name; those of one name in the order sent.
#[derive(Default, Debug)]
pub struct Form(BTreeMap<String, Vec<String>>);

impl Form {
    /// Of a body; what cannot be decoded is replaced.
    pub fn parse(bytes: &[u8]) -> Self {
        let pairs = bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).take(MAX_PARAMETERS);
        let mut form = Self::default();
        pairs.map(pair).for_each(|(name, value)| form.0.entry(name).or_default().push(value));
        form
    }

    pub fn of_query(query: &str) -> Self {
        Self::parse(query.as_bytes())
    }

    /// The parameters of both, those of the query string first.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        other.0.into_iter().for_each(|(name, values)| self.0.entry(name).or_default().extend(values));
        self
    }

    /// The first value of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All values of a name, in the order sent.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.get(name).into_iter().flatten().map(String::as_str)
    }

    /// Whether there is a parameter of this name or one below it.
    fn has(&self, name: &str) -> bool {
        let below = format!("{name}.");
        let next = self.0.range(below.clone()..).next();
        self.0.contains_key(name) || next.is_some_and(|(found, _)| found.starts_with(&below))
    }
}

fn pair(bytes: &[u8]) -> (String, String) {
    let split = bytes.iter().position(|byte| *byte == b'=');
    let (name, value) = split.map_or((bytes, &[][..]), |position| (&bytes[..position], &bytes[position + 1..]));
    (decode(name), decode(value))
}

/// `+` is a blank in forms.
fn decode(bytes: &[u8]) -> String {
    let blanks: Vec<u8> = bytes.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_decode(&blanks).decode_utf8_lossy().into_owned()
}

/// An input's members, read by its shape from a form's names: `Tags.member.1.Key`.
pub fn read_input(shape: &Structure, form: &Form) -> Result<Value, NotA> {
    read_structure(shape, form, "", 0)
}

fn read_structure(shape: &Structure, form: &Form, prefix: &str, depth: usize) -> Result<Value, NotA> {
    let mut members = Object::new();
    for member in shape.members {
        let name = format!("{prefix}{}", member.wire_name);
        if let Some(value) = read_value(member.shape, member.is_flattened, form, &name, depth + 1)? {
            members.insert(member.name.to_owned(), value);
        }
    }
    Ok(Value::Object(members))
}

fn read_value(shape: &Shape, is_flat: bool, form: &Form, name: &str, depth: usize) -> Result<Option<Value>, NotA> {
    match shape {
        _ if depth > MAX_DEPTH => Ok(None),
        Shape::Structure(structure) if form.has(name) => {
            read_structure(structure, form, &format!("{name}."), depth).map(Some)
        }
        Shape::Structure(_) => Ok(None),
        Shape::List(list) => {
            let between = if is_flat || list.is_flattened { String::new() } else { format!(".{}", list.member_name) };
            let mut entries = Vec::new();
            while let Some(entry) =
                read_value(list.member, false, form, &format!("{name}{between}.{}", entries.len() + 1), depth + 1)?
                && entries.len() < MAX_LIST
            {
                entries.push(entry);
            }
            // A list that is sent without entries is an empty one.
            Ok((!entries.is_empty() || form.get(name) == Some("")).then_some(Value::Array(entries)))
        }
        Shape::Map(map) => {
            let between = if is_flat || map.is_flattened { "" } else { ".entry" };
            let mut entries = Object::new();
            for number in 1..=MAX_LIST {
                let entry = format!("{name}{between}.{number}");
                let Some(key) = form.get(&format!("{entry}.{}", map.key_name)) else { break };
                let value = read_value(map.value, false, form, &format!("{entry}.{}", map.value_name), depth + 1)?;
                entries.insert(key.to_owned(), value.unwrap_or(Value::Null));
            }
            Ok((!entries.is_empty()).then_some(Value::Object(entries)))
        }
        simple => form.get(name).map(|text| scalar::read(simple, text)).transpose(),
    }
}

/// The answer of an operation: its result in the envelope of the protocol.
pub fn write_output(namespace: &str, operation: &OperationShape, request_id: &str, output: &Value) -> Response {
    let name = operation.name;
    let mut xml = Xml::default();
    xml.raw(&format!("<{name}Response xmlns=\"{namespace}\">\n  "));
    if operation.has_result {
        let mut result = Xml::default();
        result.structure(operation.output, output);
        match result.into_string() {
            empty if empty.is_empty() => xml.raw(&format!("<{name}Result/>")),
            result => xml.raw(&format!("<{name}Result>{result}</{name}Result>")),
        };
    }
    xml.nested("ResponseMetadata", |metadata| {
        metadata.text("RequestId", request_id);
    });
    xml.raw(&format!("</{name}Response>"));
    let mut response = Response::new(Body::from(xml.into_string()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    response
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::shape::{Bounds, List, Map, Member, Text};

    static TEXT: Shape = Shape::Text(Text::ANY);
    static NUMBER: Shape = Shape::Integer(Bounds::NONE);
    static TAG: Structure = Structure::new("Tag", &[Member::new("Key", &TEXT), Member::new("Count", &NUMBER)]);
    static TAG_SHAPE: Shape = Shape::Structure(&TAG);
    static TAGS: Shape =
        Shape::List(List { member: &TAG_SHAPE, member_name: "member", is_flattened: false, length: Bounds::NONE });
    static NAMES: Shape =
        Shape::List(List { member: &TEXT, member_name: "member", is_flattened: false, length: Bounds::NONE });
    static ATTRIBUTES: Shape = Shape::Map(Map {
        key: &TEXT,
        value: &TEXT,
        key_name: "Name",
        value_name: "Value",
        is_flattened: true,
        length: Bounds::NONE,
    });
    static INPUT: Structure = Structure::new(
        "Input",
        &[
            Member::new("Tags", &TAGS),
            Member::new("Names", &NAMES),
            Member::new("Flat", &NAMES).flattened(),
            Member::new("Attributes", &ATTRIBUTES).named("Attribute"),
            Member::new("Tag", &TAG_SHAPE),
        ],
    );
    static OPERATION: OperationShape = OperationShape {
        name: "DoIt",
        method: "POST",
        uri: "/",
        status: 200,
        input: &INPUT,
        output: &INPUT,
        has_result: true,
    };

    #[test]
    fn parameters_are_read() {
        let form = Form::parse(b"Action=Do+it&Empty&a=%26&a=2");
        assert_eq!((form.get("Action"), form.get("Empty"), form.get("None")), (Some("Do it"), Some(""), None));
        assert_eq!(form.all("a").collect::<Vec<_>>(), ["&", "2"]);
    }

    #[test]
    fn members_are_read_by_their_shapes() {
        let form = Form::parse(
            b"Tags.member.1.Key=a%26b&Tags.member.2.Count=7&Tags.member.4.Key=d&Names.member.1=x&Flat.1=y&Flat.2=z\
              &Attribute.1.Name=n&Attribute.1.Value=v&Tag.Key=k",
        );
        let expected = json!({
            "Tags": [{"Key": "a&b"}, {"Count": 7}],
            "Names": ["x"],
            "Flat": ["y", "z"],
            "Attributes": {"n": "v"},
            "Tag": {"Key": "k"},
        });
        assert_eq!(read_input(&INPUT, &form), Ok(expected));
        assert_eq!(read_input(&INPUT, &Form::parse(b"Names=&Tagged=1")), Ok(json!({"Names": []})));
        assert!(read_input(&INPUT, &Form::parse(b"Tag.Count=x")).is_err());
    }

    #[test]
    fn answers_stand_in_their_envelope() {
        let output = json!({"Names": ["<x>"], "Flat": ["y"], "Tag": {"Count": 7}});
        let response = write_output("urn:x", &OPERATION, "id", &output);
        let text = std::str::from_utf8(response.body().as_bytes().unwrap()).unwrap();
        assert_eq!(
            text,
            "<DoItResponse xmlns=\"urn:x\">\n  <DoItResult><Names><member>&lt;x&gt;</member></Names><Flat>y</Flat>\
             <Tag><Count>7</Count></Tag></DoItResult><ResponseMetadata><RequestId>id</RequestId></ResponseMetadata>\
             </DoItResponse>"
        );
    }

    #[test]
    fn maps_stand_flat_and_empty_results_are_closed_at_once() {
        let body = |output| {
            let response = write_output("urn:x", &OPERATION, "id", &output);
            String::from_utf8(response.body().as_bytes().unwrap().to_vec()).unwrap()
        };
        let flat = body(json!({"Attributes": {"a": "1\r", "b": "2"}}));
        let expected = "<DoItResult><Attribute><Name>a</Name><Value>1&#xD;</Value></Attribute>\
                        <Attribute><Name>b</Name><Value>2</Value></Attribute></DoItResult>";
        assert!(flat.contains(expected), "{flat}");
        assert!(body(json!({})).contains("<DoItResult/>"));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            drop(read_input(&INPUT, &Form::parse(&bytes)));
        }
    }
}
