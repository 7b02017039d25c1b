//! Which names a bucket may have.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>

use crate::error::S3Error;

const LENGTH: std::ops::RangeInclusive<usize> = 3..=63;
const RESERVED_PREFIXES: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_SUFFIXES: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

/// Refuses a name that no bucket may have.
pub(crate) fn validate(name: &str) -> Result<(), S3Error> {
    if is_valid(name) { Ok(()) } else { Err(S3Error::InvalidBucketName { bucket: name.to_owned() }) }
}

fn is_valid(name: &str) -> bool {
    LENGTH.contains(&name.len())
        && name.split('.').all(is_label)
        && !is_ip_address(name)
        && !RESERVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        && !RESERVED_SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
}

/// Names are labels of DNS: what lies between two dots begins and ends with a letter or digit.
fn is_label(label: &str) -> bool {
    !label.is_empty()
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

fn is_ip_address(name: &str) -> bool {
    name.split('.').count() == 4 && name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_name_is_three_to_sixty_three_characters_of_a_host_name() {
        let longest = "a".repeat(63);
        for name in ["abc", "a.b", "1-2", "my.bucket-1", "123456789012", "192.168.1", "a--b", &longest] {
            assert_eq!(validate(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn other_bucket_names_are_refused() {
        let too_long = "a".repeat(64);
        for name in [
            "",
            "ab",
            &too_long,
            "Abc",
            "a_bc",
            "-abc",
            "abc-",
            ".abc",
            "abc.",
            "a..b",
            "a.-b",
            "a-.b",
            "a bc",
            "bäck",
            "192.168.5.4",
            "xn--abc",
            "sthree-abc",
            "amzn-s3-demo-bucket",
            "abc-s3alias",
            "abc--ol-s3",
            "abc.mrap",
            "abc--usw2-az1--x-s3",
            "abc--table-s3",
        ] {
            let refused = S3Error::InvalidBucketName { bucket: name.to_owned() };
            assert_eq!(validate(name), Err(refused), "{name}");
        }
    }
}
