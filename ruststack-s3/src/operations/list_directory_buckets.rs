//! `ListDirectoryBuckets`: there are none here.

use ruststack_core::error::AwsError;

use crate::{
    api,
    call::{Call, Reply},
};

const ROOT: &str = "ListAllMyDirectoryBucketsResult";

pub(crate) async fn list_directory_buckets(_call: Call) -> Result<Reply<()>, AwsError> {
    let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    let document = format!("{declaration}<{ROOT} xmlns=\"{}\"><Buckets></Buckets></{ROOT}>", api::XML_NAMESPACE);
    Ok(Reply::from(()).with_body(document.into()))
}
