//! Which bytes of an object a request wants.

use std::ops::Range;

use crate::error::S3Error;

/// The bytes that a `Range` header selects out of `size`; `None` means all.
///
/// What is not one range of bytes is ignored, as RFC 9110 asks and AWS does.
pub(crate) fn of_header(header: Option<&str>, size: u64) -> Result<Option<Range<u64>>, S3Error> {
    let Some(header) = header else { return Ok(None) };
    let Some((first, last)) = header.trim().strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Ok(None);
    };
    let unsatisfiable = || S3Error::InvalidRange { size, requested: header.to_owned() };
    match (number(first), number(last)) {
        (Some(first), Some(last)) if first > last => Ok(None),
        (Some(first), last) if last.is_some() || last_is_open(header) => {
            let end = last.map_or(size, |last| last.saturating_add(1)).min(size);
            if first < size { Ok(Some(first..end)) } else { Err(unsatisfiable()) }
        }
        (None, Some(count)) if first.trim().is_empty() => {
            if count == 0 || size == 0 {
                Err(unsatisfiable())
            } else {
                Ok(Some(size - count.min(size)..size))
            }
        }
        _ => Ok(None),
    }
}

fn last_is_open(header: &str) -> bool {
    header.trim_end().ends_with('-')
}

/// Digits alone; what is too large for a number is larger than every object.
fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

/// The bytes that `x-amz-copy-source-range` selects: one form, both ends named, inside the source.
pub(crate) fn of_copy_source(header: &str, size: u64) -> Result<Range<u64>, S3Error> {
    let malformed = || S3Error::CopyRangeForm { value: header.to_owned() };
    let (first, last) = header.strip_prefix("bytes=").and_then(|range| range.split_once('-')).ok_or_else(malformed)?;
    let (first, last) = number(first).zip(number(last)).filter(|(first, last)| first <= last).ok_or_else(malformed)?;
    if first >= size {
        return Err(S3Error::CopyRangeInvalid {});
    }
    if last >= size {
        return Err(S3Error::CopyRangeBeyondEnd { size, value: header.to_owned() });
    }
    Ok(first..last + 1)
}

/// `bytes 0-9/100`.
pub(crate) fn content_range(range: &Range<u64>, size: u64) -> String {
    format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_select_what_rfc_9110_says() {
        for (header, expected) in [
            ("bytes=0-0", Some(0..1)),
            ("bytes=0-9", Some(0..10)),
            ("bytes=5-", Some(5..10)),
            ("bytes=5-99", Some(5..10)),
            ("bytes=-3", Some(7..10)),
            ("bytes=-99", Some(0..10)),
            ("bytes=0-18446744073709551616", Some(0..10)),
            ("bytes=1-0", None),
            ("bytes=abc", None),
            ("bytes=-", None),
            ("bytes=-1-", None),
            ("bytes=0-1,3-4", None),
            ("lines=0-1", None),
            ("0-1", None),
        ] {
            assert_eq!(of_header(Some(header), 10), Ok(expected), "{header}");
        }
        for header in ["bytes=10-", "bytes=10-20", "bytes=-0"] {
            let error = S3Error::InvalidRange { size: 10, requested: header.to_owned() };
            assert_eq!(of_header(Some(header), 10), Err(error));
        }
        assert!(of_header(Some("bytes=0-0"), 0).is_err());
    }

    /// Recorded: test_upload_part_copy_range.
    #[test]
    fn a_copy_range_names_both_ends_inside_the_source() {
        assert_eq!(of_copy_source("bytes=0-8", 10), Ok(0..9));
        for wrong in ["0-8", "bytes=0-", "bytes=-8", "bytes=8-0", "bytes=0-8,9-9", "bytes=a-b", ""] {
            assert_eq!(of_copy_source(wrong, 10), Err(S3Error::CopyRangeForm { value: wrong.to_owned() }));
        }
        assert!(matches!(of_copy_source("bytes=0-10", 10), Err(S3Error::CopyRangeBeyondEnd { size: 10, .. })));
        assert_eq!(of_copy_source("bytes=10-11", 10), Err(S3Error::CopyRangeInvalid {}));
    }
}
