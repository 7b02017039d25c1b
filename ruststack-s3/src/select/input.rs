//! The records of an object: lines of CSV, lines or documents of JSON.

use serde_json::Value as Json;

use super::{
    error::SelectError,
    evaluate::{Row, follow},
    parser::Step,
    value::Value,
};

/// Bytes; AWS's.
const MAX_RECORD: usize = 1024 * 1024;

/// How CSV is read.
#[derive(Clone, Debug)]
pub(crate) struct Csv {
    pub(crate) header: Header,
    pub(crate) comments: u8,
    pub(crate) quote: u8,
    pub(crate) escape: u8,
    pub(crate) field_delimiter: Vec<u8>,
    pub(crate) record_delimiter: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Header {
    None,
    Ignore,
    Use,
}

#[derive(Clone, Debug)]
pub(crate) enum Format {
    Csv(Csv),
    JsonLines,
    JsonDocument,
}

#[derive(Clone, Debug)]
pub(crate) enum Record {
    Csv { headers: std::sync::Arc<[String]>, fields: Vec<String> },
    Json(Json),
}

impl Record {
    /// What of the record are records, by the path behind `S3Object`.
    pub(super) fn parts(&self, from: &[Step]) -> Vec<Record> {
        // `S3Object[*]` is each record, as `S3Object` is.
        let from = if let [Step::All, rest @ ..] = from { rest } else { from };
        match self {
            Self::Json(json) if !from.is_empty() => match (follow(json, from), from.contains(&Step::All)) {
                (Value::Missing, _) => Vec::new(),
                (Value::Nested(Json::Array(entries)), true) => entries.into_iter().map(Record::Json).collect(),
                (value, _) => vec![Record::Json(value.to_json())],
            },
            _ => vec![self.clone()],
        }
    }

    pub(super) fn get(&self, steps: &[Step]) -> Result<Value, SelectError> {
        match self {
            Self::Json(json) => Ok(follow(json, steps)),
            Self::Csv { headers, fields } => {
                let [Step::Name { name, is_exact }] = steps else {
                    return Err(SelectError::new("InvalidKeyPath", "The key path in the SQL expression is not valid."));
                };
                let is_it = |header: &String| header == name || (!is_exact && header.eq_ignore_ascii_case(name));
                let place =
                    name.strip_prefix('_').and_then(|place| place.parse::<usize>().ok()).filter(|place| *place > 0);
                let at = headers.iter().position(is_it).or(place.map(|place| place - 1));
                let missing = "Some headers in the query are missing from the file. Check the file and try again.";
                let at = at.ok_or_else(|| SelectError::new("MissingHeaders", missing))?;
                Ok(fields.get(at).map_or(Value::Missing, |field| Value::Text(field.clone())))
            }
        }
    }

    pub(super) fn all(&self) -> Row {
        match self {
            Self::Json(Json::Object(members)) => {
                members.iter().map(|(name, value)| (name.clone(), Value::of_json(value))).collect()
            }
            Self::Json(other) => vec![("_1".to_owned(), Value::of_json(other))],
            Self::Csv { headers, fields } => {
                let name = |at: usize| headers.get(at).cloned().unwrap_or_else(|| format!("_{}", at + 1));
                fields.iter().enumerate().map(|(at, field)| (name(at), Value::Text(field.clone()))).collect()
            }
        }
    }
}

/// Reads records one by one, those that begin in a range of the bytes.
pub(crate) struct Records<'b> {
    format: Format,
    bytes: &'b [u8],
    at: usize,
    /// Where the last record begins at the latest.
    end: usize,
    headers: std::sync::Arc<[String]>,
}

impl<'b> Records<'b> {
    pub(crate) fn of(format: Format, bytes: &'b [u8], range: std::ops::Range<usize>) -> Result<Self, SelectError> {
        let headers = std::sync::Arc::from([]);
        let mut records = Self { format, bytes, at: 0, end: bytes.len(), headers };
        if let Format::Csv(csv) = records.format.clone()
            && csv.header != Header::None
            && let Some(fields) = records.line(&csv)?
            && csv.header == Header::Use
        {
            records.headers = fields.into();
        }
        records.end = range.end.min(bytes.len());
        while records.at < range.start {
            match records.next()? {
                Some(_) => {}
                None => break,
            }
        }
        Ok(records)
    }

    /// How many bytes were read.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    pub(crate) fn next(&mut self) -> Result<Option<Record>, SelectError> {
        if self.at >= self.end {
            return Ok(None);
        }
        match self.format.clone() {
            Format::Csv(csv) => {
                let headers = std::sync::Arc::clone(&self.headers);
                Ok(self.line(&csv)?.map(|fields| Record::Csv { headers, fields }))
            }
            Format::JsonLines | Format::JsonDocument => self.json(),
        }
    }

    fn json(&mut self) -> Result<Option<Record>, SelectError> {
        let rest = &self.bytes[self.at..];
        let mut stream = serde_json::Deserializer::from_slice(rest).into_iter::<Json>();
        let Some(read) = stream.next() else {
            self.at = self.bytes.len();
            return Ok(None);
        };
        let text = "Encountered an error parsing the JSON file. Check the file and try again.";
        let json = read.map_err(|_| SelectError::new("JSONParsingError", text))?;
        let length = stream.byte_offset();
        check_length(&self.format, length)?;
        self.at += length;
        Ok(Some(Record::Json(json)))
    }

    /// The fields of the next line that is none of comments.
    fn line(&mut self, csv: &Csv) -> Result<Option<Vec<String>>, SelectError> {
        while self.at < self.bytes.len() {
            let is_comment = self.bytes[self.at] == csv.comments;
            let start = self.at;
            let fields = self.fields(csv)?;
            check_length(&self.format, self.at - start)?;
            let is_empty = matches!(fields.as_slice(), [field] if field.is_empty());
            if !is_comment && !is_empty {
                return Ok(Some(fields));
            }
        }
        Ok(None)
    }

    fn fields(&mut self, csv: &Csv) -> Result<Vec<String>, SelectError> {
        let (mut fields, mut field) = (Vec::new(), Vec::new());
        let mut is_quoted = false;
        while let Some(byte) = self.bytes.get(self.at).copied() {
            let rest = &self.bytes[self.at..];
            if is_quoted {
                let is_escaped = byte == csv.escape && rest.get(1) == Some(&csv.quote);
                match byte {
                    _ if is_escaped => field.push(csv.quote),
                    byte if byte == csv.quote => is_quoted = false,
                    byte => field.push(byte),
                }
                self.at += 1 + usize::from(is_escaped);
            } else if rest.starts_with(&csv.record_delimiter) {
                self.at += csv.record_delimiter.len();
                break;
            } else if rest.starts_with(&csv.field_delimiter) {
                self.at += csv.field_delimiter.len();
                fields.push(text(std::mem::take(&mut field))?);
            } else {
                match byte == csv.quote && field.is_empty() {
                    true => is_quoted = true,
                    false => field.push(byte),
                }
                self.at += 1;
            }
        }
        // Lines may end in both characters.
        if csv.record_delimiter == b"\n" && field.last() == Some(&b'\r') {
            field.pop();
        }
        fields.push(text(field)?);
        if is_quoted {
            let text = "Encountered an error parsing the CSV file. Check the file and try again.";
            return Err(SelectError::new("CSVParsingError", text));
        }
        Ok(fields)
    }
}

fn text(bytes: Vec<u8>) -> Result<String, SelectError> {
    let text = "UTF-8 encoding is required. The text encoding error was found near an invalid byte.";
    String::from_utf8(bytes).map_err(|_| SelectError::new("InvalidTextEncoding", text))
}

/// A document is one record, however long.
fn check_length(format: &Format, length: usize) -> Result<(), SelectError> {
    if length <= MAX_RECORD || matches!(format, Format::JsonDocument) {
        return Ok(());
    }
    let text = "The length of a record in the input or result is greater than the maxCharsPerRecord limit of 1 MB.";
    Err(SelectError::new("OverMaxRecordSize", text))
}
