//! Headers, query and body members that connections and targets add to a request.

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::api::ConnectionHttpParameters;

/// All but what URLs need not encode.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Names and values; names come once.
#[derive(Default)]
pub(super) struct Parameters {
    pub(super) headers: Vec<(String, String)>,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Vec<(String, String)>,
}

impl Parameters {
    /// Adds what a connection says, in place of what was there.
    pub(super) fn add_connection(&mut self, given: Option<&ConnectionHttpParameters>) {
        let Some(given) = given else { return };
        for header in given.header_parameters.iter().flatten() {
            self.set_header(header.key.clone().unwrap_or_default(), header.value.clone().unwrap_or_default());
        }
        for query in given.query_string_parameters.iter().flatten() {
            let (key, value) = (query.key.clone().unwrap_or_default(), query.value.clone().unwrap_or_default());
            self.query.retain(|(name, _)| *name != key);
            self.query.push((key, value));
        }
        for member in given.body_parameters.iter().flatten() {
            let (key, value) = (member.key.clone().unwrap_or_default(), member.value.clone().unwrap_or_default());
            self.body.push((key, value));
        }
    }

    pub(super) fn set_header(&mut self, name: String, value: String) {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
        self.headers.push((name, value));
    }

    /// The endpoint with its stars filled in, and the query behind it.
    pub(super) fn url(&self, endpoint: &str, path_values: &[String]) -> String {
        let (path, query) = endpoint.split_once('?').unwrap_or((endpoint, ""));
        let mut pieces = path.split('*');
        let mut url = pieces.next().unwrap_or_default().to_owned();
        let mut values = path_values.iter();
        for piece in pieces {
            match values.next() {
                Some(value) => url.extend(utf8_percent_encode(value, ENCODED)),
                None => url.push('*'),
            }
            url.push_str(piece);
        }
        let added = form_encoded(&self.query);
        let queries: Vec<&str> = [query, &added].into_iter().filter(|query| !query.is_empty()).collect();
        if queries.is_empty() { url } else { format!("{url}?{}", queries.join("&")) }
    }

    /// What the target is given, with the connection's members, if it is an object.
    pub(super) fn body_of(&self, body: &str) -> Bytes {
        if self.body.is_empty() {
            return body.to_owned().into();
        }
        match serde_json::from_str(body) {
            Ok(Value::Object(mut members)) => {
                members.extend(self.body.iter().map(|(name, value)| (name.clone(), Value::from(value.clone()))));
                Value::Object(members).to_string().into()
            }
            _ => body.to_owned().into(),
        }
    }
}

pub(super) fn form_encoded(pairs: &[(String, String)]) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, ENCODED).to_string();
    let pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_of_a_path_are_filled_in() {
        let parameters = Parameters { query: vec![("a b".to_owned(), "ä&".to_owned())], ..Parameters::default() };
        let values = ["x/y".to_owned()];
        assert_eq!(parameters.url("https://h/a/*/b/*", &values), "https://h/a/x%2Fy/b/*?a%20b=%C3%A4%26");
        assert_eq!(parameters.url("https://h/?q=1", &[]), "https://h/?q=1&a%20b=%C3%A4%26");
        assert_eq!(Parameters::default().url("https://h", &[]), "https://h");
    }

    #[test]
    fn members_are_added_to_objects_alone() {
        let parameters = Parameters { body: vec![("b".to_owned(), "2".to_owned())], ..Parameters::default() };
        assert_eq!(&parameters.body_of(r#"{"a":1}"#)[..], br#"{"a":1,"b":"2"}"#);
        assert_eq!(&parameters.body_of("[1]")[..], b"[1]");
    }
}
