//! `GetObjectTorrent`: AWS has served no torrents since April 2022.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTorrent.html>

use ruststack_core::error::AwsError;

use crate::{
    call::{Call, Reply},
    error::S3Error,
};

pub(crate) async fn get_object_torrent(call: Call) -> Result<Reply<()>, AwsError> {
    call.bucket()?;
    Err(S3Error::MethodNotAllowed { method: "GET".to_owned(), resource_type: "TORRENT" }.into())
}
