//! Operations that go past s3s, which does not know them, or not as AWS does. They are found by what they are sent to, read
//! their documents by the shapes of `api.rs`, and answer with bodies of their own.

use std::{future::Future, pin::Pin, sync::Arc};

use http::Method;
use ruststack_core::{
    error::AwsError,
    protocol::xml::{self, Element, Xml},
    shape::{OperationShape, Shape, Structure},
    validate::validate,
};
use serde_json::Value;

use crate::{
    api,
    before::{address::Level, sub_resource::Takes},
    bucket::Bucket,
    call::{Call, Reply},
    error::S3Error,
    operations as ops,
};

type Answer = Pin<Box<dyn Future<Output = Result<Reply<()>, AwsError>> + Send>>;

/// An operation, and how it is told from others.
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    method: &'static str,
    level: Level,
    /// The query parameter that names it.
    sub_resource: &'static str,
    pub(crate) takes: Takes,
    run: fn(Call) -> Answer,
}

macro_rules! operations {
    ($($name:literal $method:ident $level:ident $sub_resource:literal $takes:ident => $operation:path;)*) => {
        static OPERATIONS: &[Operation] = &[$(Operation {
            name: $name,
            method: stringify!($method),
            level: Level::$level,
            sub_resource: $sub_resource,
            takes: Takes::$takes,
            run: |call| Box::pin($operation(call)),
        }),*];

        /// Their names.
        pub(crate) const NAMES: &[&str] = &[$($name),*];
    };
}

operations! {
    "CreateBucketMetadataConfiguration" POST Bucket "metadataConfiguration" Document => ops::bucket_metadata::create_bucket_metadata_configuration;
    "CreateBucketMetadataTableConfiguration" POST Bucket "metadataTable" Document => ops::bucket_metadata_table::create_bucket_metadata_table_configuration;
    "CreateSession" GET Bucket "session" Nothing => ops::create_session::create_session;
    "DeleteBucketMetadataConfiguration" DELETE Bucket "metadataConfiguration" Nothing => ops::bucket_metadata::delete_bucket_metadata_configuration;
    "DeleteBucketMetadataTableConfiguration" DELETE Bucket "metadataTable" Nothing => ops::bucket_metadata_table::delete_bucket_metadata_table_configuration;
    "GetBucketAbac" GET Bucket "abac" Nothing => ops::bucket_abac::get_bucket_abac;
    "GetBucketMetadataConfiguration" GET Bucket "metadataConfiguration" Nothing => ops::bucket_metadata::get_bucket_metadata_configuration;
    "GetBucketMetadataTableConfiguration" GET Bucket "metadataTable" Nothing => ops::bucket_metadata_table::get_bucket_metadata_table_configuration;
    "GetObjectTorrent" GET Object "torrent" Nothing => ops::get_object_torrent::get_object_torrent;
    "ListDirectoryBuckets" GET Service "ListDirectoryBuckets" Nothing => ops::list_directory_buckets::list_directory_buckets;
    "PutBucketAbac" PUT Bucket "abac" Document => ops::bucket_abac::put_bucket_abac;
    "RenameObject" PUT Object "renameObject" Nothing => ops::rename_object::rename_object;
    "RestoreObject" POST Object "restore" Document => ops::restore_object::restore_object;
    "SelectObjectContent" POST Object "select" Document => ops::select_object_content::select_object_content;
    "UpdateBucketMetadataInventoryTableConfiguration" PUT Bucket "metadataInventoryTable" Document => ops::bucket_metadata::update_bucket_metadata_inventory_table_configuration;
    "UpdateBucketMetadataJournalTableConfiguration" PUT Bucket "metadataJournalTable" Document => ops::bucket_metadata::update_bucket_metadata_journal_table_configuration;
    "UpdateObjectEncryption" PUT Object "encryption" Document => ops::update_object_encryption::update_object_encryption;
    "WriteGetObjectResponse" POST Bucket "WriteGetObjectResponse" Nothing => ops::write_get_object_response::write_get_object_response;
}

/// Parameters that go with some sub-resource.
const PARAMETERS: [&str; 2] = ["select-type", "versionId"];

/// The operation that these parameters name, when it takes the others.
pub(crate) fn find(method: &Method, level: Level, parameters: &[&str]) -> Option<&'static Operation> {
    let is_named = |operation: &&Operation| {
        operation.level == level && operation.method == method.as_str() && parameters.contains(&operation.sub_resource)
    };
    let found = OPERATIONS.iter().find(is_named)?;
    parameters.iter().all(|name| *name == found.sub_resource || PARAMETERS.contains(name)).then_some(found)
}

impl Operation {
    pub(crate) async fn run(&self, call: Call) -> Result<Reply<()>, AwsError> {
        call.begin(self.name).await?;
        (self.run)(call).await
    }
}

impl Call {
    /// The bucket that the request names.
    pub(crate) fn bucket(&self) -> Result<Arc<Bucket>, S3Error> {
        let name = self.exchange.head().bucket.as_deref().unwrap_or_default();
        self.s3.buckets.expect(name, self.header("x-amz-expected-bucket-owner"))
    }

    /// The key that the request names.
    pub(crate) fn key(&self) -> &str {
        self.exchange.head().key.as_deref().unwrap_or_default()
    }

    /// The document of an operation whose input is one.
    pub(crate) fn document(&self, operation: &str) -> Result<Value, S3Error> {
        let structure = payload(shape(operation).input);
        let element = self.root_element()?;
        let document = xml::read_structure(structure, &element).map_err(|_| S3Error::MalformedXML {})?;
        validate(structure, &document).map_err(|_| S3Error::MalformedXML {})?;
        Ok(document)
    }

    /// The root of the document that came with the request.
    pub(crate) fn root_element(&self) -> Result<Element, S3Error> {
        let document = self.exchange.head().document.as_deref().unwrap_or_default();
        Element::parse(document).ok().flatten().ok_or(S3Error::MalformedXML {})
    }
}

/// The document of an operation whose output is one.
pub(crate) fn reply(operation: &str, document: &Value) -> Reply<()> {
    let structure = payload(shape(operation).output);
    let mut xml = Xml::default();
    xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.raw(&format!("<{} xmlns=\"{}\">", structure.name, api::XML_NAMESPACE));
    xml.structure(structure, document);
    xml.raw(&format!("</{}>", structure.name));
    Reply::from(()).with_body(xml.into_string().into())
}

fn shape(operation: &str) -> &'static OperationShape {
    api::MODEL.operation(operation).expect("the model has all operations")
}

fn payload(structure: &'static Structure) -> &'static Structure {
    match structure.payload_member().map(|member| member.shape) {
        Some(Shape::Structure(payload)) => payload,
        _ => structure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_found_by_its_sub_resource() {
        let find =
            |method: Method, parameters: &[&str]| find(&method, Level::Object, parameters).map(|found| found.name);
        assert_eq!(find(Method::PUT, &["encryption", "versionId"]), Some("UpdateObjectEncryption"));
        assert_eq!(find(Method::PUT, &["encryption", "uploadId"]), None);
        assert_eq!(find(Method::DELETE, &["encryption"]), None);
        assert_eq!(find(Method::PUT, &[]), None);
    }
}
