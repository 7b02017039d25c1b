//! What is the same in all batches: their ids, and entries that fail alone.

use std::collections::HashSet;

use ruststack_core::error::{AwsError, Fault};

use crate::{
    api::BatchResultErrorEntry,
    error::SqsError,
    limits::{MAX_BATCH_ENTRIES, MAX_BATCH_ID_LENGTH},
};

/// Refuses a batch as a whole: empty, too many entries, ids that are none or the same. `entry` names what is in it.
pub(crate) fn check<'i>(entry: &'static str, ids: impl ExactSizeIterator<Item = &'i str>) -> Result<(), SqsError> {
    let entries = ids.len();
    if entries == 0 {
        return Err(SqsError::EmptyBatchRequest { entry });
    }
    if entries > MAX_BATCH_ENTRIES {
        return Err(SqsError::TooManyEntriesInBatchRequest { max: MAX_BATCH_ENTRIES, entries });
    }
    let mut seen = HashSet::new();
    for id in ids {
        if !is_id(id) {
            return Err(SqsError::InvalidBatchEntryId {});
        }
        if !seen.insert(id) {
            return Err(SqsError::BatchEntryIdsNotDistinct { id: id.to_owned() });
        }
    }
    Ok(())
}

fn is_id(id: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=MAX_BATCH_ID_LENGTH).contains(&id.len()) && id.bytes().all(is_letter)
}

/// Lists of what succeeded and what failed; an empty list is not told.
pub(crate) type Results<T> = (Option<Vec<T>>, Option<Vec<BatchResultErrorEntry>>);

/// Does one thing for each entry.
pub(crate) fn each<E, T>(
    entries: Vec<E>,
    id_of: impl Fn(&E) -> String,
    mut run: impl FnMut(E) -> Result<T, SqsError>,
) -> Results<T> {
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for entry in entries {
        let id = id_of(&entry);
        match run(entry) {
            Ok(done) => successful.push(done),
            Err(error) => failed.push(failure(id, &error.into())),
        }
    }
    (Some(successful).filter(|list| !list.is_empty()), Some(failed).filter(|list| !list.is_empty()))
}

fn failure(id: String, error: &AwsError) -> BatchResultErrorEntry {
    // In batches AWS says it in other words.
    let message =
        error.message().replace("One or more parameters are invalid.", "One or more parameters cannot be validated.");
    BatchResultErrorEntry {
        id,
        sender_fault: error.fault() == Fault::Sender,
        code: error.query_code().to_owned(),
        message: Some(message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded: test_invalid_batch_id, test_too_many_entries_in_batch_request, 2024-04-30.
    #[test]
    fn ids_of_a_batch_are_words_and_differ() {
        let eleven = ["a"; 11];
        for (ids, expected) in [
            (&["a", "B-_9"][..], ""),
            (&[], "There should be at least one Entry in the request."),
            (&["a", "a"], "Id a repeated."),
            (&eleven, "Maximum number of entries per request are 10. You have sent 11."),
            (
                &["a:b"],
                "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
            ),
        ] {
            let refused = check("Entry", ids.iter().copied()).err().map_or_else(String::new, |error| error.to_string());
            assert_eq!(refused, expected);
        }
    }
}
