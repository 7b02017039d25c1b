//! The operations of S3's API, and which of them work: docs/s3.md is made of this.

#[test]
fn the_page_of_operations_is_true() {
    use std::fmt::Write as _;

    let all = crate::api::OPERATIONS;
    let implemented = crate::implemented_operations();
    let unknown: Vec<_> = implemented.iter().filter(|name| !all.contains(name)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    let works = all.iter().filter(|name| implemented.contains(name)).count();
    let mut page = format!(
        "# Amazon S3: what works\n\n{works} of {} operations work; the others answer 501 NotImplemented, whatever their \
         parameters.\nPostObject, which no SDK calls but HTML forms do, works, too.\n\
         This page is made from the table in `ruststack-s3/src/s3s_adapter.rs`.\n\n\
         | operation | state |\n| --- | --- |\n",
        all.len(),
    );
    for name in all {
        let state = if implemented.contains(name) { "works" } else { "501" };
        writeln!(page, "| {name} | {state} |").unwrap();
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/s3.md");
    if option_env!("UPDATE").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(found, page, "run `UPDATE=1 cargo test -p ruststack-s3`");
}
