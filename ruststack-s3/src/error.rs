//! All errors of S3, with AWS's codes, statuses, texts and members.

ruststack_core::aws_errors! {
    /// What S3 may refuse.
    pub enum S3Error {
        /// The bucket does not exist.
        NoSuchBucket { bucket: String } = 404, "The specified bucket does not exist", with { "BucketName": bucket };
        /// The key does not exist, or its current version is a delete marker.
        NoSuchKey { key: String } = 404, "The specified key does not exist.", with { "Key": key };
    }
}
