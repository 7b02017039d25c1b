//! Amazon Resource Names: `arn:partition:service:region:account:resource`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The longest ARN that is read.
pub const MAX_LENGTH: usize = 2048;

/// A parsed ARN. Region and account may be empty, as in S3's.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Arn {
    text: String,
    /// Where each of the first five colons stands.
    colons: [u16; 5],
}

/// The text is not an ARN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidArn;

impl Arn {
    pub fn new(
        partition: &str,
        service: &str,
        region: &str,
        account: &str,
        resource: &str,
    ) -> Result<Self, InvalidArn> {
        format!("arn:{partition}:{service}:{region}:{account}:{resource}").parse()
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn partition(&self) -> &str {
        self.field(0)
    }

    pub fn service(&self) -> &str {
        self.field(1)
    }

    pub fn region(&self) -> &str {
        self.field(2)
    }

    pub fn account(&self) -> &str {
        self.field(3)
    }

    /// All after the fifth colon: `function:name:1`, `bucket/key`.
    pub fn resource(&self) -> &str {
        &self.text[usize::from(self.colons[4]) + 1..]
    }

    fn field(&self, index: usize) -> &str {
        &self.text[usize::from(self.colons[index]) + 1..usize::from(self.colons[index + 1])]
    }
}

impl FromStr for Arn {
    type Err = InvalidArn;

    fn from_str(text: &str) -> Result<Self, InvalidArn> {
        if text.len() > MAX_LENGTH || !text.starts_with("arn:") {
            return Err(InvalidArn);
        }
        let mut positions = text.match_indices(':').map(|(position, _)| position);
        let mut colons = [0; 5];
        for colon in &mut colons {
            let position = positions.next().ok_or(InvalidArn)?;
            *colon = u16::try_from(position).map_err(|_| InvalidArn)?;
        }
        let arn = Self { text: text.to_owned(), colons };
        let is_complete = !arn.partition().is_empty() && !arn.service().is_empty() && !arn.resource().is_empty();
        if is_complete { Ok(arn) } else { Err(InvalidArn) }
    }
}

impl TryFrom<String> for Arn {
    type Error = InvalidArn;
    fn try_from(text: String) -> Result<Self, InvalidArn> {
        text.parse()
    }
}

impl From<Arn> for String {
    fn from(arn: Arn) -> Self {
        arn.text
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for InvalidArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an ARN reads arn:partition:service:region:account:resource")
    }
}

impl std::error::Error for InvalidArn {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_is_read_field_by_field() {
        let arn: Arn = "arn:aws:lambda:eu-west-1:000000000042:function:name:1".parse().unwrap();
        assert_eq!((arn.partition(), arn.service(), arn.region()), ("aws", "lambda", "eu-west-1"));
        assert_eq!((arn.account(), arn.resource()), ("000000000042", "function:name:1"));
        let bucket: Arn = "arn:aws:s3:::bucket/key:x".parse().unwrap();
        assert_eq!((bucket.region(), bucket.account(), bucket.resource()), ("", "", "bucket/key:x"));
    }

    #[test]
    fn what_is_not_an_arn_is_refused() {
        let long = format!("arn:aws:s3:::{}", "x".repeat(MAX_LENGTH));
        for wrong in
            ["", "arn", "arn:aws:s3:::", "arn::s3:::x", "arn:aws::::x", "urn:aws:s3:::x", "arn:aws:s3::x", &long]
        {
            assert_eq!(wrong.parse::<Arn>(), Err(InvalidArn), "{wrong}");
        }
    }
}
