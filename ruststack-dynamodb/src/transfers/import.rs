//! An import: the lines of a bucket's objects, made into the items of a new table.

use std::{io::Write, sync::Arc};

use flate2::write::MultiGzDecoder;
use http_body_util::BodyExt;
use ruststack_core::{background, body::Body, context::Context, error::AwsError, scope::Scope};
use serde::Deserialize;

use super::{COMPLETED, FAILED, Import, bucket, csv};
use crate::{
    error::DynamoDbError,
    parameters::LAYER,
    service::{DynamoDb, SPEC},
    table::Table,
    value::{Given, Item},
    writing::{self, Change, Write as ItemWrite, check_index_keys},
};

/// The longest line that is read. Bytes.
const MAX_LINE: usize = 16 * 1024 * 1024;

/// Imports it all, and says what became of it.
pub(crate) async fn run(service: Arc<DynamoDb>, ctx: Context, scope: Scope, (import, table): (Import, Arc<Table>)) {
    let mut work = Work { import, table, names: None, error_count: 0, processed: 0, imported: 0, size: 0 };
    let done = work.all(&ctx, &scope).await;
    let (mut import, now) = (work.import, ctx.now());
    let told = &mut import.told;
    told.end_time = Some(now);
    told.error_count = Some(work.error_count);
    told.processed_item_count = Some(work.processed);
    told.imported_item_count = Some(work.imported);
    told.processed_size_bytes = Some(work.size as i64);
    told.import_status = Some(if done.is_ok() { COMPLETED } else { FAILED }.to_owned());
    if let Err(error) = done {
        told.failure_code = Some(format!("S3{}", error.code()));
        told.failure_message = Some(error.message().to_owned());
    }
    let own = background::context(&SPEC, scope.clone(), ctx.runtime());
    if let Ok(_section) = own.changes().begin().map_err(DynamoDbError::from) {
        service.transfers(&scope).put_import(&scope, import, own.changes());
    }
    // What could not be kept is told as interrupted by the next process.
    own.changes().committed().await.unwrap_or_default();
}

struct Work {
    import: Import,
    table: Arc<Table>,
    /// The columns of CSV, once they are known.
    names: Option<Vec<String>>,
    error_count: i64,
    processed: i64,
    imported: i64,
    size: u64,
}

/// A line of JSON.
#[derive(Deserialize)]
struct Line {
    #[serde(rename = "Item")]
    item: Given<Item>,
}

impl Work {
    async fn all(&mut self, ctx: &Context, scope: &Scope) -> Result<(), AwsError> {
        let source = self.import.asked.s3_bucket_source.clone();
        let prefix = source.s3_key_prefix.unwrap_or_default();
        let mut token = None;
        loop {
            let (keys, next) = bucket::list(ctx, &source.s3_bucket, &prefix, token).await?;
            for (key, size) in keys.into_iter().filter(|(key, _)| is_data(key)) {
                let body = bucket::get(ctx, &source.s3_bucket, &key).await?;
                self.object(ctx, scope, body).await?;
                self.size += size;
            }
            token = next;
            if token.is_none() {
                return Ok(());
            }
        }
    }

    /// Reads an object piece by piece; what is made durable together is a piece's items.
    async fn object(&mut self, ctx: &Context, scope: &Scope, mut body: Body) -> Result<(), AwsError> {
        let is_compressed = self.import.asked.input_compression_type.as_deref() == Some("GZIP");
        let mut text = if is_compressed {
            Text::Compressed(Box::new(MultiGzDecoder::new(Vec::new())))
        } else {
            Text::Plain(Vec::new())
        };
        self.names = None;
        let broken = |error: &dyn std::fmt::Display| {
            AwsError::new(400, "BodyError", format!("The object cannot be read: {error}"))
        };
        while let Some(frame) = body.frame().await {
            let Ok(bytes) = frame.map_err(|error| broken(&error))?.into_data() else { continue };
            text.push(&bytes).map_err(|error| broken(&error))?;
            let lines = text.lines();
            self.write(ctx, scope, lines).await?;
            if text.waiting() > MAX_LINE {
                return Err(broken(&"a line is too long"));
            }
        }
        let last = text.finish().map_err(|error| broken(&error))?;
        self.write(ctx, scope, last).await
    }

    async fn write(&mut self, ctx: &Context, scope: &Scope, lines: Vec<String>) -> Result<(), AwsError> {
        let own = background::context(&SPEC, scope.clone(), ctx.runtime());
        for line in lines.iter().map(|line| line.trim_end_matches('\r')).filter(|line| !line.trim().is_empty()) {
            let Some(read) = self.read(line) else { continue };
            self.processed += 1;
            match read.and_then(|item| self.put(&own, item).ok()) {
                Some(()) => self.imported += 1,
                None => self.error_count += 1,
            }
        }
        own.changes().committed().await.map_err(|refused| DynamoDbError::from(refused).into())
    }

    /// The item of a line; `None` of a line of names, `Some(None)` of one that is no item.
    fn read(&mut self, line: &str) -> Option<Option<Item>> {
        if self.import.asked.input_format != "CSV" {
            let line = serde_json::from_str::<Line>(line).ok();
            return Some(line.and_then(|line| line.item.get(LAYER).ok()));
        }
        let options = self.import.asked.input_format_options.as_ref().and_then(|options| options.csv.as_ref());
        let delimiter = options.and_then(|csv| csv.delimiter.as_ref()?.chars().next()).unwrap_or(',');
        let fields = csv::fields(line, delimiter);
        let given = options.and_then(|csv| csv.header_list.clone());
        if self.names.is_none() {
            let has_names = given.is_some();
            self.names = given.or_else(|| fields.clone());
            if !has_names {
                return None;
            }
        }
        let keys = &self.import.asked.table_creation_parameters.attribute_definitions;
        Some(csv::item(self.names.as_deref().unwrap_or_default(), fields?, keys))
    }

    /// The last of several items with one key stays.
    fn put(&self, ctx: &Context, item: Item) -> Result<(), AwsError> {
        let stored = writing::stored(item)?;
        let refused = |refusal: crate::refusal::Refusal| DynamoDbError::from(refusal);
        self.table.schema.check_item(&stored.item).map_err(|fault| refused(fault.refusal()))?;
        check_index_keys(&self.table.indexes(), &stored.item, false).map_err(refused)?;
        let key = self.table.key_of(&stored.item);
        let change = Change::Put(stored);
        let write = ItemWrite { table: Arc::clone(&self.table), key, condition: None, change, tells_item: false };
        write.make(ctx).map(drop).map_err(AwsError::from)
    }
}

/// Objects that name folders, and the manifests of exports, hold no items.
fn is_data(key: &str) -> bool {
    let name = key.rsplit('/').next().unwrap_or_default();
    !(name.is_empty() || name == "_started" || name.starts_with("manifest-"))
}

/// The text of an object, as far as it came.
enum Text {
    Plain(Vec<u8>),
    Compressed(Box<MultiGzDecoder<Vec<u8>>>),
}

impl Text {
    fn push(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        match self {
            Self::Plain(text) => text.write_all(bytes),
            Self::Compressed(decoder) => decoder.write_all(bytes),
        }
    }

    fn buffer(&mut self) -> &mut Vec<u8> {
        match self {
            Self::Plain(text) => text,
            Self::Compressed(decoder) => decoder.get_mut(),
        }
    }

    fn waiting(&mut self) -> usize {
        self.buffer().len()
    }

    /// Takes the lines that are whole.
    fn lines(&mut self) -> Vec<String> {
        let buffer = self.buffer();
        let Some(end) = buffer.iter().rposition(|byte| *byte == b'\n') else { return Vec::new() };
        let rest = buffer.split_off(end + 1);
        let whole = std::mem::replace(buffer, rest);
        split(&whole)
    }

    fn finish(mut self) -> std::io::Result<Vec<String>> {
        if let Self::Compressed(decoder) = &mut self {
            decoder.try_finish()?;
        }
        Ok(split(&std::mem::take(self.buffer())))
    }
}

fn split(bytes: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect()
}
