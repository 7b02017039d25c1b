//! Rows as CSV or JSON.

use serde_json::{Map, Value as Json};

use super::{evaluate::Row, value::Value};

#[derive(Clone, Debug)]
pub(crate) enum Output {
    Csv { quotes_always: bool, quote: String, escape: String, field_delimiter: String, record_delimiter: String },
    Json { record_delimiter: String },
}

impl Output {
    pub(crate) fn write(&self, row: &Row, to: &mut Vec<u8>) {
        match self {
            Self::Csv { field_delimiter, record_delimiter, .. } => {
                for (at, (_, value)) in row.iter().enumerate() {
                    if at > 0 {
                        to.extend_from_slice(field_delimiter.as_bytes());
                    }
                    to.extend_from_slice(self.field(&value.to_text()).as_bytes());
                }
                to.extend_from_slice(record_delimiter.as_bytes());
            }
            Self::Json { record_delimiter } => {
                let members = row.iter().filter(|(_, value)| *value != Value::Missing);
                let members: Map<String, Json> = members.map(|(name, value)| (name.clone(), value.to_json())).collect();
                to.extend_from_slice(Json::Object(members).to_string().as_bytes());
                to.extend_from_slice(record_delimiter.as_bytes());
            }
        }
    }

    /// Quoted where it must be, or always.
    fn field(&self, text: &str) -> String {
        let Self::Csv { quotes_always, quote, escape, field_delimiter, record_delimiter } = self else {
            return text.to_owned();
        };
        let needs_quotes =
            [quote, field_delimiter, record_delimiter].into_iter().any(|mark| !mark.is_empty() && text.contains(mark));
        if !quotes_always && !needs_quotes {
            return text.to_owned();
        }
        format!("{quote}{}{quote}", text.replace(quote, &format!("{escape}{quote}")))
    }
}
