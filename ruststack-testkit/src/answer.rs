//! An answer as a client sees it.

use std::fmt::Write as _;

use http::HeaderMap;

/// Headers whose values differ from run to run.
const REDACTED: [&str; 4] = ["date", "x-amz-id-2", "x-amz-request-id", "x-amzn-requestid"];

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The text of the first element of a name.
    pub fn element(&self, name: &str) -> Option<&str> {
        let (_, rest) = self.body.split_once(&format!("<{name}>"))?;
        rest.split_once("</").map(|(text, _)| text)
    }

    /// Status, code and message of an error in XML.
    pub fn error(&self) -> (u16, &str, &str) {
        (self.status, self.element("Code").unwrap_or_default(), self.element("Message").unwrap_or_default())
    }

    /// All that went over the wire: status, headers by name, body; what differs from run to run is left out.
    pub fn wire(&self) -> String {
        let mut headers: Vec<(&str, &str)> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        headers.sort_unstable();
        let mut wire = format!("{}\n", self.status);
        let mut body = self.body.clone();
        for (name, value) in headers {
            let is_redacted = REDACTED.contains(&name);
            writeln!(wire, "{name}: {}", if is_redacted { "…" } else { value }).unwrap();
            if is_redacted && value.len() > 8 {
                body = body.replace(value, "…");
            }
        }
        format!("{wire}\n{body}\n")
    }
}
