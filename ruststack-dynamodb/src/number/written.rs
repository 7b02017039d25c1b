//! Numbers as texts: what AWS reads as a number, and the one way in which it writes each.

use std::fmt;

use super::{DIGITS, Number, NumberError};

/// An exponent beyond every number's, and so far from the ends of an i64 that digits can be counted on top of it.
const FAR: i64 = 1 << 60;

/// `-` or `+`, digits with at most one point, and perhaps an exponent; AWS takes no blanks and no names.
struct Written<'a> {
    is_negative: bool,
    whole: &'a str,
    fraction: &'a str,
    exponent: i64,
}

pub(super) fn read(text: &str) -> Result<Number, NumberError> {
    let written = Written::split(text).ok_or(NumberError::Unreadable)?;
    let found = significant(&written);
    let Some(found) = found else { return written.zero() };
    let (value, exponent) = found?;
    Number::of(written.is_negative, value, exponent)
}

/// The value of the digits and the exponent of the last of them; none where all are zeros.
fn significant(written: &Written<'_>) -> Option<Result<(u128, i64), NumberError>> {
    let all = || written.whole.bytes().chain(written.fraction.bytes());
    let length = written.whole.len() + written.fraction.len();
    let first = all().position(|digit| digit != b'0')?;
    let last = length - 1 - all().rev().position(|digit| digit != b'0')?;
    if last - first >= DIGITS as usize {
        return Some(Err(NumberError::TooManyDigits));
    }
    let value = all().take(last + 1).fold(0u128, |value, digit| value * 10 + u128::from(digit - b'0'));
    let behind_point = last as i64 + 1 - written.whole.len() as i64;
    Some(Ok((value, written.exponent.saturating_sub(behind_point))))
}

impl<'a> Written<'a> {
    fn split(text: &'a str) -> Option<Self> {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (coefficient, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((coefficient, exponent)) => (coefficient, exponent_of(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = coefficient.split_once('.').unwrap_or((coefficient, ""));
        let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let has_digits = !whole.is_empty() || !fraction.is_empty();
        (has_digits && are_digits(whole) && are_digits(fraction)).then_some(Self {
            is_negative: text.starts_with('-'),
            whole,
            fraction,
            exponent,
        })
    }

    /// Zero is held to the range of exponents as if its last digit were a one: `0e126` overflows.
    fn zero(&self) -> Result<Number, NumberError> {
        Number::of(false, 1, self.exponent.saturating_sub(self.fraction.len() as i64))?;
        Ok(Number::ZERO)
    }
}

/// An exponent that does not fit into 64 bits makes the text none that can be converted.
fn exponent_of(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let are_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let exponent: i64 = if are_digits { text.parse().ok()? } else { return None };
    Some(exponent.clamp(-FAR, FAR))
}

/// In full, without an exponent, as AWS answers: `1E3` is `1000`.
pub(super) fn write(number: &Number, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if number.is_negative {
        f.write_str("-")?;
    }
    let digits = number.digits();
    let exponent = number.exponent;
    if exponent >= 0 {
        return write!(f, "{digits}{:0<zeros$}", "", zeros = exponent as usize);
    }
    let behind_point = exponent.unsigned_abs() as usize;
    let count = number.count() as usize;
    if behind_point >= count {
        return write!(f, "0.{digits:0>behind_point$}");
    }
    let power = 10u128.pow(exponent.unsigned_abs().into());
    write!(f, "{}.{:0>behind_point$}", digits / power, digits % power)
}
