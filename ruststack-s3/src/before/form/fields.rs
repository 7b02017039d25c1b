//! The fields in front of a form's file.

use http_body_util::BodyExt as _;
use ruststack_auth::post_policy::Fields;
use ruststack_core::{body::Body, error::AwsError};

use crate::{
    error::S3Error,
    form_data::{Decoder, Piece},
    ingest,
};

/// All that stands before the file. Bytes.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html>
const MAX_FIELDS_LENGTH: u64 = 20 * 1024;
const FILE: &str = "file";

/// A form, read so far as its decoder is.
pub(super) struct Incoming {
    pub(super) body: Body,
    pub(super) decoder: Decoder,
}

impl Incoming {
    /// The fields, and the name of the file, whose bytes come next. What stands behind the file is ignored.
    pub(super) async fn read_fields(&mut self) -> Result<(Fields, Option<String>), AwsError> {
        let (mut fields, mut name, mut value) = (Fields::default(), String::new(), Vec::new());
        loop {
            let piece = self.decoder.next().map_err(|_| S3Error::MalformedPOSTRequest {})?;
            if self.decoder.position() > MAX_FIELDS_LENGTH {
                return Err(S3Error::MaxPostPreDataLengthExceededError {}.into());
            }
            match piece {
                Some(Piece::Begin(field)) if field.name.eq_ignore_ascii_case(FILE) => {
                    return Ok((fields, field.filename));
                }
                Some(Piece::Begin(field)) => name = field.name,
                Some(Piece::Data(bytes)) => value.extend_from_slice(&bytes),
                Some(Piece::End) => {
                    let text = String::from_utf8(std::mem::take(&mut value));
                    fields.push(&name, text.map_err(|_| S3Error::MalformedPOSTRequest {})?);
                }
                Some(Piece::Over) => return Err(S3Error::PostWithoutFile {}.into()),
                None => self.read_more().await?,
            }
        }
    }

    async fn read_more(&mut self) -> Result<(), AwsError> {
        let frame = self.body.frame().await.ok_or(S3Error::MalformedPOSTRequest {})?;
        if let Ok(bytes) = frame.map_err(ingest::broken)?.into_data() {
            self.decoder.feed(bytes);
        }
        Ok(())
    }
}
