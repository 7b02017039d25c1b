//! Numbers as AWS reads, writes, adds, orders and bills them.

use proptest::prelude::*;

use super::*;

fn number(text: &str) -> Number {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

/// Any number, by a text that says it.
pub(crate) fn written() -> impl Strategy<Value = String> {
    ("[+-]?", "[0-9]{1,38}", 0..38usize, -130..=125i64).prop_map(|(sign, digits, point, exponent)| {
        let (whole, fraction) = digits.split_at(point.min(digits.len()));
        let exponent = exponent.clamp(-130 + fraction.len() as i64, 125 - whole.len() as i64);
        format!("{sign}{whole}.{fraction}e{exponent}")
    })
}

fn sortable(number: &Number) -> Vec<u8> {
    let mut bytes = Vec::new();
    number.write_sortable(&mut bytes);
    bytes
}

#[test]
fn a_number_is_answered_in_one_form() {
    for (given, answered) in [
        ("0042", "42"),
        ("1.200", "1.2"),
        ("1E3", "1000"),
        ("1.5e+3", "1500"),
        ("-0", "0"),
        ("0.0", "0"),
        ("5.", "5"),
        ("+.5", "0.5"),
        ("-12.50", "-12.5"),
        ("1e-3", "0.001"),
        ("12345e-2", "123.45"),
        ("100.001", "100.001"),
    ] {
        assert_eq!(number(given).to_string(), answered, "{given}");
    }
    assert_eq!(number("1e-130").to_string(), format!("0.{}1", "0".repeat(129)));
    assert_eq!(number("9e125").to_string(), format!("9{}", "0".repeat(125)));
}

#[test]
fn what_is_no_number_is_refused() {
    for text in
        ["", " 5", "5 ", "+", ".", "1e", "e2", "1e+", "1.2.3", "++5", "NaN", "1_000", "0x1", "1e99999999999999999999"]
    {
        assert_eq!(text.parse::<Number>(), Err(NumberError::Unreadable), "{text}");
    }
    for (text, error) in [
        ("1e126", NumberError::Overflow),
        ("-1e126", NumberError::Overflow),
        ("0e126", NumberError::Overflow),
        ("1e9223372036854775807", NumberError::Overflow),
        ("1e-9223372036854775808", NumberError::Underflow),
        ("1e-131", NumberError::Underflow),
        ("0.0e-130", NumberError::Underflow),
        ("123456789012345678901234567890123456789", NumberError::TooManyDigits),
    ] {
        assert_eq!(text.parse::<Number>(), Err(error), "{text}");
    }
    number("12345678901234567890123456789012345678000");
}

#[test]
fn sums_are_exact_or_refused() {
    let sum = |one: &str, other: &str| number(one).checked_add(&number(other)).map(|sum| sum.to_string());
    assert_eq!(sum("0.1", "0.2").unwrap(), "0.3");
    assert_eq!(sum("5", "-5").unwrap(), "0");
    assert_eq!(sum("-5", "3").unwrap(), "-2");
    assert_eq!(sum("1e37", "1").unwrap(), "10000000000000000000000000000000000001");
    assert_eq!(sum("1e38", "1"), Err(NumberError::TooManyDigits));
    assert_eq!(sum("9.9e125", "9.9e125"), Err(NumberError::Overflow));
    assert_eq!(sum("1e125", "0").unwrap(), format!("1{}", "0".repeat(125)));
}

#[test]
fn half_a_byte_is_billed_for_a_digit() {
    for (text, size) in [("0", 1), ("42", 2), ("-42", 3), ("1000", 2), ("1.5", 3), ("0.001", 2), ("123.45", 4)] {
        assert_eq!(number(text).size(), size, "{text}");
    }
}

#[test]
fn the_bytes_of_a_number_are_those_that_are_hashed() {
    for (text, bytes) in [
        ("0", &[0x80][..]),
        ("1", &[0xC1, 2]),
        ("-1", &[0x3E, 100, 102]),
        ("10", &[0xC1, 11]),
        ("100", &[0xC2, 2]),
        ("123", &[0xC2, 2, 24]),
        ("0.5", &[0xC0, 51]),
        ("1e-130", &[0x80, 2]),
    ] {
        assert_eq!(sortable(&number(text)), bytes, "{text}");
    }
}

#[test]
fn a_whole_number_is_an_integer() {
    assert_eq!(number("1700000000").to_i64(), Some(1_700_000_000));
    assert_eq!(number("-9223372036854775808").to_i64(), Some(i64::MIN));
    assert_eq!(number("9223372036854775808").to_i64(), None);
    for (fraction, whole) in [("1.5", 1), ("-1.5", -1), ("1700000000.9375", 1_700_000_000), ("1E-130", 0)] {
        assert_eq!(number(fraction).to_i64(), Some(whole), "{fraction}");
    }
    assert_eq!(number("1E125").to_i64(), None);
}

proptest! {
    #[test]
    fn bytes_are_ordered_as_numbers_are(one in written(), other in written()) {
        let (one, other) = (number(&one), number(&other));
        prop_assert_eq!(one.cmp(&other), sortable(&one).cmp(&sortable(&other)));
        prop_assert_eq!(Number::from_sortable(&sortable(&one)), Some(one));
        prop_assert!(sortable(&one).len() <= 21);
    }

    #[test]
    fn what_is_answered_is_read_again(text in written()) {
        let read = number(&text);
        prop_assert_eq!(number(&read.to_string()), read);
    }

    #[test]
    fn a_difference_added_again_is_the_number(one in -1_000_000i64..1_000_000, other in any::<i64>()) {
        let (one, other) = (Number::from(one), Number::from(other));
        let difference = one.checked_sub(&other).unwrap();
        prop_assert_eq!(difference.checked_add(&other).unwrap(), one);
        prop_assert_eq!(difference.cmp(&Number::ZERO), one.cmp(&other));
    }

    #[test]
    fn no_text_and_no_bytes_are_too_much(text in "[-+.eE0-9]{0,60}", bytes in proptest::collection::vec(any::<u8>(), 0..24)) {
        let read = text.parse::<Number>();
        if let Ok(read) = read {
            prop_assert_eq!(Number::from_sortable(&sortable(&read)), Some(read));
        }
        if let Some(read) = Number::from_sortable(&bytes) {
            prop_assert_eq!(sortable(&read), bytes);
        }
    }
}
