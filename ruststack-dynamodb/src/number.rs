//! DynamoDB's numbers: 38 significant digits, magnitudes from 1E-130 to 9.99…E+125, exact.
//!
//! A number is kept normalised, so that equal numbers are equal values. [`Number::write_sortable`] writes the bytes
//! whose order is the order of numbers; they are what AWS hashes and sorts keys by.

use std::{cmp::Ordering, fmt, str::FromStr};

mod sortable;
mod written;

/// The most significant digits that a number has.
const DIGITS: u32 = 38;
/// The powers of ten that a first digit may stand at.
const MAGNITUDES: std::ops::RangeInclusive<i64> = -130..=125;

/// `digits` times ten to the `exponent`, without zeros at the end of the digits; zero is all zeros.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Number {
    // Two halves of a u128: a value that holds a number then needs no alignment of sixteen bytes.
    high: u64,
    low: u64,
    exponent: i16,
    is_negative: bool,
}

/// Why a text or a sum is no number that DynamoDB keeps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NumberError {
    /// No number at all.
    Unreadable,
    TooManyDigits,
    Overflow,
    Underflow,
}

impl NumberError {
    /// AWS's sentence, of the text that was refused.
    pub fn text(self, written: &str) -> String {
        match self {
            Self::Unreadable => format!("The parameter cannot be converted to a numeric value: {written}"),
            Self::TooManyDigits => "Attempting to store more than 38 significant digits in a Number".to_owned(),
            Self::Overflow => {
                "Number overflow. Attempting to store a number with magnitude larger than supported range".to_owned()
            }
            Self::Underflow => {
                "Number underflow. Attempting to store a number with magnitude smaller than supported range".to_owned()
            }
        }
    }
}

impl Number {
    pub const ZERO: Self = Self { high: 0, low: 0, exponent: 0, is_negative: false };

    /// Of digits and a power of ten, normalised and held to the range.
    fn of(is_negative: bool, mut digits: u128, mut exponent: i64) -> Result<Self, NumberError> {
        if digits == 0 {
            return Ok(Self::ZERO);
        }
        while digits.is_multiple_of(10) {
            digits /= 10;
            exponent += 1;
        }
        let count = digits.ilog10() + 1;
        if count > DIGITS {
            return Err(NumberError::TooManyDigits);
        }
        let magnitude = exponent + i64::from(count) - 1;
        if magnitude > *MAGNITUDES.end() {
            return Err(NumberError::Overflow);
        }
        if magnitude < *MAGNITUDES.start() {
            return Err(NumberError::Underflow);
        }
        let exponent = i16::try_from(exponent).expect("it is within the magnitudes and 38 digits");
        Ok(Self { high: (digits >> 64) as u64, low: digits as u64, exponent, is_negative })
    }

    fn digits(&self) -> u128 {
        u128::from(self.high) << 64 | u128::from(self.low)
    }

    /// How many significant digits there are; none in zero.
    fn count(&self) -> u32 {
        self.digits().checked_ilog10().map_or(0, |log| log + 1)
    }

    /// The power of ten of the first digit.
    fn magnitude(&self) -> i64 {
        i64::from(self.exponent) + i64::from(self.count()) - 1
    }

    pub fn is_zero(&self) -> bool {
        self.digits() == 0
    }

    pub fn is_negative(&self) -> bool {
        self.is_negative
    }

    /// What AWS bills a number at: half a byte for a digit, on each side of the point.
    pub fn size(&self) -> usize {
        let whole_digits = (self.magnitude() + 1).clamp(0, i64::from(self.count())) as usize;
        let fraction_digits = self.count() as usize - whole_digits;
        1 + whole_digits.div_ceil(2) + fraction_digits.div_ceil(2) + usize::from(self.is_negative)
    }

    /// Without its fraction, where that fits: an epoch, a count.
    pub fn to_i64(&self) -> Option<i64> {
        let power = 10u128.checked_pow(self.exponent.unsigned_abs().into());
        let whole = match (power, self.exponent < 0) {
            (Some(power), true) => self.digits() / power,
            (None, true) => 0,
            (power, false) => self.digits().checked_mul(power?)?,
        };
        let digits = i128::try_from(whole).ok()?;
        i64::try_from(if self.is_negative { -digits } else { digits }).ok()
    }

    #[must_use]
    pub fn negated(self) -> Self {
        Self { is_negative: !self.is_negative && !self.is_zero(), ..self }
    }

    /// The sum, exact: one that needs more than 38 digits is refused.
    pub fn checked_add(&self, other: &Self) -> Result<Self, NumberError> {
        if self.is_zero() {
            return Ok(*other);
        }
        if other.is_zero() {
            return Ok(*self);
        }
        let (upper, lower) = if self.exponent >= other.exponent { (self, other) } else { (other, self) };
        let shift = (i32::from(upper.exponent) - i32::from(lower.exponent)).unsigned_abs();
        // A sum of numbers further apart than this has more than 38 digits, whatever they are.
        let power = 10u128.checked_pow(shift).ok_or(NumberError::TooManyDigits)?;
        let shifted = upper.digits().checked_mul(power).ok_or(NumberError::TooManyDigits)?;
        let exponent = i64::from(lower.exponent);
        if upper.is_negative == lower.is_negative {
            let sum = shifted.checked_add(lower.digits()).ok_or(NumberError::TooManyDigits)?;
            Self::of(upper.is_negative, sum, exponent)
        } else {
            let is_negative = if shifted >= lower.digits() { upper.is_negative } else { lower.is_negative };
            Self::of(is_negative, shifted.abs_diff(lower.digits()), exponent)
        }
    }

    pub fn checked_sub(&self, other: &Self) -> Result<Self, NumberError> {
        self.checked_add(&other.negated())
    }

    /// The order of absolute values.
    fn cmp_magnitude(&self, other: &Self) -> Ordering {
        let aligned = |number: &Self| match number.count() {
            0 => 0,
            count => number.digits() * 10u128.pow(DIGITS - count),
        };
        match (self.is_zero(), other.is_zero()) {
            (false, false) => self.magnitude().cmp(&other.magnitude()).then_with(|| aligned(self).cmp(&aligned(other))),
            (one, another) => another.cmp(&one),
        }
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.is_negative, other.is_negative) {
            (false, false) => self.cmp_magnitude(other),
            (true, true) => other.cmp_magnitude(self),
            (one, another) => another.cmp(&one),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self::of(value < 0, u128::from(value.unsigned_abs()), 0).expect("19 digits are few")
    }
}

impl FromStr for Number {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        written::read(text)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        written::write(self, f)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
pub(crate) mod tests;
