//! `SelectObjectContent`: a query over the records of an object, answered as a stream of events.

use std::io::Read;

use bytes::Bytes;
use bzip2::read::MultiBzDecoder;
use flate2::read::MultiGzDecoder;
use http::{HeaderValue, header};
use ruststack_core::{body::ReadError, error::AwsError, protocol::xml};
use serde_json::Value;
use tokio::task::spawn_blocking;

use crate::{
    api,
    call::{Call, Reply},
    described::{Described, Hidden},
    error::S3Error,
    object::Object,
    restoration,
    select::{
        error::SelectError,
        evaluate::Run,
        events::{self, Progress},
        input::{Csv, Format, Header, Records},
        output::Output,
        parser::{self, Parsed},
    },
};

/// The most that is queried, packed and unpacked: a query holds both, and its answer. Bytes.
const MAX_INPUT: usize = 256 * 1024 * 1024;
/// After so many records others get their turn.
const RECORDS_AT_ONCE: usize = 1024;
const EVENT_STREAM: HeaderValue = HeaderValue::from_static("application/vnd.amazon.eventstream");

// Differs from AWS: objects are queried in memory, up to 256 MiB packed and as much unpacked; Parquet answers 501.
pub(crate) async fn select_object_content(call: Call) -> Result<Reply<()>, AwsError> {
    let bucket = call.bucket()?;
    let shape = api::MODEL.operation("SelectObjectContent").expect("the model has all operations");
    let document = xml::read_structure(shape.input, &call.root_element()?).map_err(|_| S3Error::MalformedXML {})?;
    let request = Request::of(&document)?;
    let parsed = parser::parse(&request.expression)?;
    let found = Described::find(&call, &bucket, call.key(), None, Hidden::DoesNotExist)?;
    let object = found.object();
    object.encryption.check_read(call.s3.config.sse, |name| call.header(name))?;
    restoration::check_readable(object, call.ctx().now())?;
    let scanned = read(object).await?;
    let bytes = unpacked(scanned.clone(), request.packing).await?;
    let body = answer(&call, &request, &parsed, scanned.len(), &bytes).await?;
    Ok(Reply::from(()).with_body(body.into()).with_header(header::CONTENT_TYPE, EVENT_STREAM))
}

struct Request {
    expression: String,
    format: Format,
    output: Output,
    packing: Packing,
    tells_progress: bool,
    start: usize,
    end: usize,
}

/// How the object is packed.
#[derive(Clone, Copy)]
enum Packing {
    None,
    Gzip,
    Bzip2,
}

impl Packing {
    fn of(input: &Value) -> Result<Self, SelectError> {
        match input["CompressionType"].as_str() {
            None | Some("NONE") => Ok(Self::None),
            Some("GZIP") => Ok(Self::Gzip),
            Some("BZIP2") => Ok(Self::Bzip2),
            Some(_) => {
                let text = "The file is not in a supported compression format. Only GZIP and BZIP2 are supported.";
                Err(SelectError::new("InvalidCompressionFormat", text))
            }
        }
    }

    /// Both take several packed files behind each other for one.
    fn unpack(self, bytes: Bytes) -> Result<Bytes, SelectError> {
        match self {
            Self::None => Ok(bytes),
            Self::Gzip => read_unpacked(MultiGzDecoder::new(&*bytes), "GZIP"),
            Self::Bzip2 => read_unpacked(MultiBzDecoder::new(&*bytes), "BZIP2"),
        }
    }
}

impl Request {
    fn of(document: &Value) -> Result<Self, AwsError> {
        let missing = || {
            let text = "The SelectRequest entity is missing a required parameter. Check the service documentation and try again.";
            SelectError::new("MissingRequiredParameter", text)
        };
        let expression = document["Expression"].as_str().ok_or_else(missing)?.to_owned();
        if document["ExpressionType"].as_str().ok_or_else(missing)? != "SQL" {
            let text = "The ExpressionType is invalid. Only SQL expressions are supported.";
            return Err(SelectError::new("InvalidExpressionType", text).into());
        }
        let input = document.get("InputSerialization").ok_or_else(missing)?;
        let output = document.get("OutputSerialization").ok_or_else(missing)?;
        let (start, end) = scan_range(&document["ScanRange"])?;
        Ok(Self {
            expression,
            format: format(input)?,
            output: output_of(output).ok_or_else(missing)?,
            packing: Packing::of(input)?,
            tells_progress: document["RequestProgress"]["Enabled"].as_bool().unwrap_or(false),
            start,
            end,
        })
    }
}

fn format(input: &Value) -> Result<Format, AwsError> {
    match (input.get("CSV"), input.get("JSON"), input.get("Parquet")) {
        (Some(csv), None, None) => Ok(Format::Csv(csv_of(csv)?)),
        (None, Some(json), None) => match json["Type"].as_str() {
            Some("DOCUMENT") => Ok(Format::JsonDocument),
            Some("LINES") => Ok(Format::JsonLines),
            _ => {
                let text = "The JsonType is invalid. Only DOCUMENT and LINES are supported.";
                Err(SelectError::new("InvalidJsonType", text).into())
            }
        },
        (None, None, Some(_)) => Err(AwsError::not_implemented("Queries over Parquet are not implemented yet.")),
        _ => {
            let text = "The SelectRequest entity can only contain one of CSV, JSON or Parquet. Check the service documentation and \
                        try again.";
            Err(SelectError::new("InvalidRequestParameter", text).into())
        }
    }
}

fn csv_of(csv: &Value) -> Result<Csv, SelectError> {
    let header = match csv["FileHeaderInfo"].as_str() {
        None | Some("NONE") => Header::None,
        Some("IGNORE") => Header::Ignore,
        Some("USE") => Header::Use,
        Some(_) => {
            let text = "The FileHeaderInfo is invalid. Only NONE, USE, and IGNORE are supported.";
            return Err(SelectError::new("InvalidFileHeaderInfo", text));
        }
    };
    let byte = |name: &str, default: u8| csv[name].as_str().and_then(|text| text.bytes().next()).unwrap_or(default);
    let bytes = |name: &str, default: &str| text(csv, name, default).into_bytes();
    Ok(Csv {
        header,
        comments: byte("Comments", b'#'),
        quote: byte("QuoteCharacter", b'"'),
        escape: byte("QuoteEscapeCharacter", b'"'),
        field_delimiter: bytes("FieldDelimiter", ","),
        record_delimiter: bytes("RecordDelimiter", "\n"),
    })
}

fn output_of(output: &Value) -> Option<Output> {
    if let Some(csv) = output.get("CSV") {
        return Some(Output::Csv {
            quotes_always: csv["QuoteFields"] == "ALWAYS",
            quote: text(csv, "QuoteCharacter", "\""),
            escape: text(csv, "QuoteEscapeCharacter", "\""),
            field_delimiter: text(csv, "FieldDelimiter", ","),
            record_delimiter: text(csv, "RecordDelimiter", "\n"),
        });
    }
    output.get("JSON").map(|json| Output::Json { record_delimiter: text(json, "RecordDelimiter", "\n") })
}

fn text(members: &Value, name: &str, default: &str) -> String {
    members[name].as_str().filter(|text| !text.is_empty()).unwrap_or(default).to_owned()
}

fn scan_range(range: &Value) -> Result<(usize, usize), SelectError> {
    let place = |name: &str| range[name].as_u64().map(|place| usize::try_from(place).unwrap_or(usize::MAX));
    let (start, end) = (place("Start").unwrap_or(0), place("End").map_or(usize::MAX, |end| end.saturating_add(1)));
    if start < end {
        return Ok((start, end));
    }
    let text = "The value of a parameter in the ScanRange element is invalid. Check the service API documentation and try again.";
    Err(SelectError::new("InvalidScanRange", text))
}

async fn read(object: &Object) -> Result<Bytes, AwsError> {
    match object.blob.clone().into_body().await?.read(MAX_INPUT).await {
        Ok(bytes) => Ok(bytes),
        Err(ReadError::TooLong) => Err(too_long().into()),
        Err(ReadError::Broken(error)) => {
            tracing::error!(cause = %error, "an object's bytes cannot be read");
            Err(S3Error::InternalError {}.into())
        }
    }
}

/// Unpacking takes a while, which is nobody else's.
async fn unpacked(bytes: Bytes, packing: Packing) -> Result<Bytes, AwsError> {
    let unpacked = spawn_blocking(move || packing.unpack(bytes)).await;
    Ok(unpacked.map_err(|_| S3Error::InternalError {})??)
}

fn read_unpacked(reader: impl Read, format: &str) -> Result<Bytes, SelectError> {
    let mut unpacked = Vec::new();
    let limit = u64::try_from(MAX_INPUT).unwrap_or(u64::MAX);
    let text = format!("{format} is not applicable to the queried object. Correct the request and try again.");
    let read = reader.take(limit + 1).read_to_end(&mut unpacked);
    read.map_err(|_| SelectError::new("InvalidCompressionFormat", text))?;
    if unpacked.len() > MAX_INPUT { Err(too_long()) } else { Ok(unpacked.into()) }
}

fn too_long() -> SelectError {
    SelectError::new("ObjectSerializationConflict", "The object is larger than what can be queried here.")
}

/// What goes wrong after the first row is told in the stream.
async fn answer(
    call: &Call,
    request: &Request,
    parsed: &Parsed,
    scanned: usize,
    bytes: &[u8],
) -> Result<Vec<u8>, AwsError> {
    let mut run = Run::of(parsed, call.ctx().now());
    let mut stream = Vec::new();
    let mut written = Vec::new();
    let mut progress = Progress { scanned, ..Progress::default() };
    events::continuation(&mut stream);
    let failure = rows(&mut run, request, bytes, &mut written, &mut progress).await.err();
    progress.returned = written.len();
    events::records(&written, &mut stream);
    if let Some(failure) = failure {
        if written.is_empty() {
            return Err(failure.into());
        }
        events::error(&failure, &mut stream);
        return Ok(stream);
    }
    if request.tells_progress {
        events::progress(progress, &mut stream);
    }
    events::stats(progress, &mut stream);
    events::end(&mut stream);
    Ok(stream)
}

async fn rows(
    run: &mut Run<'_>,
    request: &Request,
    bytes: &[u8],
    written: &mut Vec<u8>,
    progress: &mut Progress,
) -> Result<(), SelectError> {
    let mut records = Records::of(request.format.clone(), bytes, request.start..request.end)?;
    let mut count = 0_usize;
    while !run.is_done()
        && let Some(record) = records.next()?
    {
        for row in run.rows(&record)? {
            request.output.write(&row, written);
        }
        progress.processed = records.position();
        count += 1;
        if count.is_multiple_of(RECORDS_AT_ONCE) {
            tokio::task::yield_now().await;
        }
    }
    if let Some(row) = run.last_row()? {
        request.output.write(&row, written);
    }
    Ok(())
}
