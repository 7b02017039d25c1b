//! What a page of `docs/` says of a service, held against what the service does.

/// Fails unless the page has a row for each operation, which ends with `501` for those alone that do not work, and says
/// how many work.
pub fn check_operations(page: &str, working: &[&str], all: &[&str]) {
    for name in all {
        let row = page.lines().find(|line| line.starts_with(&format!("| {name} |")));
        let row = row.unwrap_or_else(|| panic!("{name} is not on the page"));
        assert_eq!(row.ends_with("| 501 |"), !working.contains(name), "{row}");
    }
    let count = format!("{} of {} operations work", working.len(), all.len());
    assert!(page.contains(&count), "{count}");
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "1 of 2 operations work.\n\n| GetThing | things |\n| PutThing | 501 |\n";

    #[test]
    fn a_page_that_says_what_works_passes() {
        check_operations(PAGE, &["GetThing"], &["GetThing", "PutThing"]);
    }

    #[test]
    #[should_panic(expected = "| PutThing | 501 |")]
    fn a_page_that_lags_behind_fails() {
        check_operations(PAGE, &["GetThing", "PutThing"], &["GetThing", "PutThing"]);
    }
}
