//! The operations of S3's API, and which of them work: docs/s3.md is made of this.

/// Those whose configurations have no effect here.
const ECHOED: [&str; 30] = [
    "CreateBucketMetadataConfiguration",
    "CreateBucketMetadataTableConfiguration",
    "DeleteBucketAnalyticsConfiguration",
    "DeleteBucketIntelligentTieringConfiguration",
    "DeleteBucketInventoryConfiguration",
    "DeleteBucketMetadataConfiguration",
    "DeleteBucketMetadataTableConfiguration",
    "DeleteBucketMetricsConfiguration",
    "GetBucketAbac",
    "GetBucketAccelerateConfiguration",
    "GetBucketAnalyticsConfiguration",
    "GetBucketIntelligentTieringConfiguration",
    "GetBucketInventoryConfiguration",
    "GetBucketMetadataConfiguration",
    "GetBucketMetadataTableConfiguration",
    "GetBucketMetricsConfiguration",
    "GetBucketRequestPayment",
    "ListBucketAnalyticsConfigurations",
    "ListBucketIntelligentTieringConfigurations",
    "ListBucketInventoryConfigurations",
    "ListBucketMetricsConfigurations",
    "PutBucketAbac",
    "PutBucketAccelerateConfiguration",
    "PutBucketAnalyticsConfiguration",
    "PutBucketIntelligentTieringConfiguration",
    "PutBucketInventoryConfiguration",
    "PutBucketMetricsConfiguration",
    "PutBucketRequestPayment",
    "UpdateBucketMetadataInventoryTableConfiguration",
    "UpdateBucketMetadataJournalTableConfiguration",
];

/// Of today's API, and of none of our tables: what they ask for answers 501 like any unknown sub-resource.
const NEWER: [&str; 5] = [
    "DeleteObjectAnnotation",
    "GetObjectAnnotation",
    "ListObjectAnnotations",
    "PutObjectAnnotation",
    "UpdateBucketMetadataAnnotationTableConfiguration",
];

#[test]
fn the_page_of_operations_is_true() {
    use std::fmt::Write as _;

    let mut all: Vec<_> = crate::api::OPERATIONS.iter().copied().chain(NEWER).collect();
    all.sort_unstable();
    let implemented = crate::implemented_operations();
    let unknown: Vec<_> = implemented.iter().filter(|name| !all.contains(name)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    assert!(ECHOED.iter().all(|name| implemented.contains(name)));
    let answered = all.iter().filter(|name| implemented.contains(name)).count();
    let works = answered - ECHOED.len();
    let mut page = format!(
        "# Amazon S3: what works\n\n{works} of {} operations work, {} more are *stored and echoed*: what they say is checked, \
         kept and told again, and has no effect.\nThe others answer 501 NotImplemented, whatever their parameters.\n\
         PostObject, which no SDK calls but HTML forms do, works, too.\n\
         What only directory buckets, Object Lambda or torrents have is refused as AWS refuses it of buckets without, \
         which counts as working.\n\
         This page is made from the tables in `ruststack-s3/src/s3s_adapter.rs` and `ruststack-s3/src/direct.rs`.\n\n\
         | operation | state |\n| --- | --- |\n",
        all.len(),
        ECHOED.len(),
    );
    for name in all {
        let state = match (implemented.contains(&name), ECHOED.contains(&name)) {
            (true, true) => "stored and echoed",
            (true, false) => "works",
            (false, _) => "501",
        };
        writeln!(page, "| {name} | {state} |").unwrap();
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/s3.md");
    if option_env!("UPDATE").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(found, page, "run `UPDATE=1 cargo test -p ruststack-s3`");
}
