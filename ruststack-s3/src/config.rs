//! What the user may set about S3.

/// Plain data; the binary reads it from the environment.
#[derive(Clone, Debug)]
pub struct Config {
    /// Objects up to this size stay in memory, larger ones go to unlinked temporary files. Bytes.
    pub max_memory_object_size: usize,
    /// Where temporary files live.
    pub temporary_directory: std::path::PathBuf,
    /// Domains under which `<bucket>.<domain>` and `<bucket>.s3.<domain>` name buckets.
    pub domains: Vec<String>,
}
