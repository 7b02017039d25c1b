//! The query protocol: parameters of a form in, XML out.

use std::fmt::Write as _;

use http::{HeaderValue, header};
use percent_encoding::percent_decode;

use crate::{Response, body::Body};

/// How many parameters are read.
pub const MAX_PARAMETERS: usize = 10_000;
/// How many entries a list may have.
pub const MAX_LIST: usize = 1000;

/// The parameters of a request, in the order sent.
#[derive(Default, Debug)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Of a body; what cannot be decoded is replaced.
    pub fn parse(bytes: &[u8]) -> Self {
        let pairs = bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).take(MAX_PARAMETERS);
        Self(pairs.map(pair).collect())
    }

    pub fn of_query(query: &str) -> Self {
        Self::parse(query.as_bytes())
    }

    /// The parameters of both, those of the query string first.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The structures of `<name>.member.1.`, `<name>.member.2.` and so on, until one is missing.
    pub fn list(&self, name: &str) -> Vec<Member<'_>> {
        let member = |number: usize| Member { form: self, prefix: format!("{name}.member.{number}") };
        (1..=MAX_LIST).map(member).take_while(Member::exists).collect()
    }
}

/// One entry of a list.
pub struct Member<'f> {
    form: &'f Form,
    prefix: String,
}

impl<'f> Member<'f> {
    fn exists(&self) -> bool {
        self.form.0.iter().any(|(name, _)| {
            name.strip_prefix(&self.prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }

    /// The entry itself, of a list of strings.
    pub fn value(&self) -> Option<&'f str> {
        self.form.get(&self.prefix)
    }

    /// A member of the entry, of a list of structures.
    pub fn get(&self, name: &str) -> Option<&'f str> {
        self.form.get(&format!("{}.{name}", self.prefix))
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

/// XML in the making.
#[derive(Default)]
pub struct Xml(String);

impl Xml {
    pub fn text(&mut self, name: &str, value: &str) -> &mut Self {
        let value = quick_xml::escape::partial_escape(value);
        write!(self.0, "<{name}>{value}</{name}>").expect("a String takes all");
        self
    }

    pub fn nested(&mut self, name: &str, write: impl FnOnce(&mut Self)) -> &mut Self {
        write!(self.0, "<{name}>").expect("a String takes all");
        write(self);
        write!(self.0, "</{name}>").expect("a String takes all");
        self
    }
}

/// The answer to `operation`: its result in the envelope of the protocol.
pub fn respond(namespace: &str, operation: &str, request_id: &str, result: impl FnOnce(&mut Xml)) -> Response {
    let mut xml = Xml(format!("<{operation}Response xmlns=\"{namespace}\">\n  "));
    xml.nested(&format!("{operation}Result"), result);
    xml.nested("ResponseMetadata", |metadata| {
        metadata.text("RequestId", request_id);
    });
    write!(xml.0, "</{operation}Response>").expect("a String takes all");
    let mut response = Response::new(Body::from(xml.0));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    response
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parameters_and_lists_are_read() {
        let form = Form::parse(
            b"Action=Do+it&Empty&Tags.member.1.Key=a%26b&Tags.member.2.Key=c&Tags.member.4.Key=d&L.member.1=x",
        );
        assert_eq!((form.get("Action"), form.get("Empty"), form.get("None")), (Some("Do it"), Some(""), None));
        let keys: Vec<_> = form.list("Tags").iter().map(|tag| tag.get("Key")).collect();
        assert_eq!(keys, [Some("a&b"), Some("c")]);
        assert_eq!(form.list("L")[0].value(), Some("x"));
        assert!(form.list("Tag").is_empty());
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let form = Form::parse(&bytes);
            form.list("a");
            form.get("Action");
        }
    }
}
