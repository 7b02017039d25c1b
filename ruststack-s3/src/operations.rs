//! The operations of S3: one file each, or one for what is read, put and deleted alike.

pub(crate) mod bucket_acl;
pub(crate) mod bucket_tagging;
pub(crate) mod bucket_versioning;
pub(crate) mod create_bucket;
pub(crate) mod delete_bucket;
pub(crate) mod get_bucket_location;
pub(crate) mod head_bucket;
pub(crate) mod list_buckets;
pub(crate) mod list_object_versions;
pub(crate) mod list_objects;
pub(crate) mod list_objects_v2;
pub(crate) mod object_acl;
pub(crate) mod object_tagging;
