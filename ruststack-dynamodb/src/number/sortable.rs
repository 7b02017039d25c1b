//! Numbers as bytes whose order is the order of numbers: an exponent of a hundred, then pairs of digits.
//!
//! Oracle's form, and the one that AWS hashes numeric partition keys in. Negative numbers are complemented and end with
//! a byte higher than all pairs, as a longer one is the lower one.

use super::Number;

const ZERO: u8 = 0x80;
/// The exponent byte of a positive number below a hundred.
const UNITS: i64 = 0xC1;
/// Behind the pairs of a negative number, when there are fewer than [`MOST_PAIRS`].
const NEGATIVE_END: u8 = 102;
const MOST_PAIRS: usize = 20;

impl Number {
    /// Appends the sortable bytes: 1 to 21.
    pub fn write_sortable(&self, bytes: &mut Vec<u8>) {
        if self.is_zero() {
            return bytes.push(ZERO);
        }
        let hundreds = self.magnitude().div_euclid(2);
        let head = (UNITS + hundreds) as u8;
        bytes.push(if self.is_negative { !head } else { head });
        let pairs = self.pairs(hundreds);
        let count = pairs.iter().rposition(|pair| *pair != 0).map_or(0, |last| last + 1);
        let pairs = pairs.iter().take(count);
        if self.is_negative {
            bytes.extend(pairs.map(|pair| 101 - pair));
            if count < MOST_PAIRS {
                bytes.push(NEGATIVE_END);
            }
        } else {
            bytes.extend(pairs.map(|pair| pair + 1));
        }
    }

    /// The digits in pairs, the first of which stands at that power of a hundred.
    fn pairs(&self, hundreds: i64) -> [u8; MOST_PAIRS] {
        let mut pairs = [0; MOST_PAIRS];
        let mut digits = self.digits();
        let mut power = i64::from(self.exponent);
        while digits > 0 {
            let is_upper = power.rem_euclid(2) == 1;
            let index = usize::try_from(hundreds - power.div_euclid(2)).expect("the first digit stands at `hundreds`");
            let digit = (digits % 10) as u8;
            pairs[index] += if is_upper { digit * 10 } else { digit };
            digits /= 10;
            power += 1;
        }
        pairs
    }

    /// Reads what [`Self::write_sortable`] wrote, and nothing else.
    pub fn from_sortable(bytes: &[u8]) -> Option<Self> {
        let (&head, rest) = bytes.split_first()?;
        if head == ZERO && rest.is_empty() {
            return Some(Self::ZERO);
        }
        let is_negative = head < ZERO;
        let hundreds = i64::from(if is_negative { !head } else { head }) - UNITS;
        let pairs = if is_negative && rest.len() <= MOST_PAIRS {
            match rest.split_last() {
                Some((&NEGATIVE_END, pairs)) => pairs,
                _ => rest,
            }
        } else {
            rest
        };
        if pairs.len() > MOST_PAIRS || pairs.is_empty() {
            return None;
        }
        let (digits, exponent) = joined(pairs, is_negative, hundreds)?;
        Self::of(is_negative, digits, exponent).ok().filter(|number| {
            let mut again = Vec::new();
            number.write_sortable(&mut again);
            again == bytes
        })
    }
}

/// The digits of pairs, and the power of ten of the last one that is told.
fn joined(pairs: &[u8], is_negative: bool, hundreds: i64) -> Option<(u128, i64)> {
    let mut digits = 0u128;
    let mut exponent = (hundreds + 1 - pairs.len() as i64) * 2;
    for (index, byte) in pairs.iter().enumerate() {
        let pair = if is_negative { 101u8.checked_sub(*byte)? } else { byte.checked_sub(1)? };
        let pair = Some(u128::from(pair)).filter(|pair| *pair < 100)?;
        // Twenty pairs are more than a u128 holds, unless the last of 39 digits is left out when it is zero.
        if index + 1 == pairs.len() && pair.is_multiple_of(10) {
            digits = digits.checked_mul(10)?.checked_add(pair / 10)?;
            exponent += 1;
        } else {
            digits = digits.checked_mul(100)?.checked_add(pair)?;
        }
    }
    Some((digits, exponent))
}
