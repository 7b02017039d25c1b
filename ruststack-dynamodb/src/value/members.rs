//! The members of a value's JSON object, one for each type, and the value that they make.

use std::borrow::Cow;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::de::{IgnoredAny, MapAccess, SeqAccess};

use super::{
    AttributeValue, Item, Type, ValueFault,
    found::{Expected, Found, Seed},
    reading::{ExpectedAttributes, ExpectedList, Reading, no_list},
};
use crate::number::Number;

/// What was given of each type; a null counts as absent.
#[derive(Default)]
pub(super) struct Members {
    s: Option<String>,
    n: Option<String>,
    b: Option<Vec<u8>>,
    ss: Option<Vec<String>>,
    ns: Option<Vec<String>>,
    bs: Option<Vec<Vec<u8>>>,
    m: Option<Item>,
    l: Option<Vec<AttributeValue>>,
    bool: Option<Flag>,
    null: Option<Flag>,
}

/// AWS takes some texts for flags.
#[derive(Clone, Copy)]
struct Flag {
    value: bool,
    by_text: bool,
}

impl Members {
    pub(super) fn read<'de, A: MapAccess<'de>>(
        mut map: A,
        reading: &mut Reading,
        nesting: usize,
    ) -> Result<Self, A::Error> {
        let mut members = Self::default();
        while let Some(name) = map.next_key_seed(Seed(ExpectedName))? {
            match name {
                None => drop(map.next_value::<IgnoredAny>()?),
                Some(Type::S) => members.s = map.next_value_seed(Seed(ExpectedText(reading)))?,
                Some(Type::N) => members.n = map.next_value_seed(Seed(ExpectedText(reading)))?,
                Some(Type::B) => members.b = map.next_value_seed(Seed(ExpectedBytes(reading)))?,
                Some(Type::Ss) => members.ss = map.next_value_seed(Seed(ExpectedSet(reading, Texts)))?,
                Some(Type::Ns) => members.ns = map.next_value_seed(Seed(ExpectedSet(reading, Texts)))?,
                Some(Type::Bs) => members.bs = map.next_value_seed(Seed(ExpectedSet(reading, Blobs)))?,
                Some(Type::M) => {
                    members.m = map.next_value_seed(Seed(ExpectedAttributes { reading, nesting: nesting + 1 }))?;
                }
                Some(Type::L) => {
                    members.l = map.next_value_seed(Seed(ExpectedList { reading, nesting: nesting + 1 }))?;
                }
                Some(Type::Bool) => members.bool = map.next_value_seed(Seed(ExpectedFlag(reading)))?,
                Some(Type::Null) => members.null = map.next_value_seed(Seed(ExpectedFlag(reading)))?,
            }
        }
        Ok(members)
    }

    /// The value; of several members AWS complains in the order of the checks here.
    pub(super) fn into_value(self, reading: &mut Reading) -> AttributeValue {
        let count = self.count();
        if count == 0 {
            reading.report(ValueFault::Empty);
            return AttributeValue::Null;
        }
        let by_text = [self.bool, self.null].into_iter().flatten().any(|flag| flag.by_text);
        reading.needs_older_layer |= by_text || count > 1;
        let beside_another = count > 1;
        if let Some(of) = self.empty_set() {
            reading.report(ValueFault::EmptySet { of, beside_another });
        }
        let number = self.n.map(|written| read_number(written, reading));
        let numbers = self.ns.map(|all| all.into_iter().map(|one| read_number(one, reading)).collect::<Vec<_>>());
        if let Some(Flag { value: false, by_text }) = self.null {
            reading.report(ValueFault::NullNotTrue { by_text: by_text || beside_another });
        }
        if beside_another {
            reading.report(ValueFault::MoreThanOneType);
        }
        None.or(self.s.map(AttributeValue::S))
            .or(number.map(AttributeValue::N))
            .or(self.b.map(AttributeValue::B))
            .or_else(|| self.ss.map(|all| AttributeValue::Ss(set(all, reading, ValueFault::RepeatedTexts))))
            .or_else(|| numbers.map(|all| AttributeValue::Ns(set(all, reading, |_| ValueFault::RepeatedNumbers))))
            .or_else(|| self.bs.map(|all| AttributeValue::Bs(set(all, reading, ValueFault::RepeatedBytes))))
            .or(self.m.map(AttributeValue::M))
            .or(self.l.map(AttributeValue::L))
            .or(self.bool.map(|flag| AttributeValue::Bool(flag.value)))
            .unwrap_or(AttributeValue::Null)
    }

    fn count(&self) -> usize {
        let present = [
            self.s.is_some(),
            self.n.is_some(),
            self.b.is_some(),
            self.ss.is_some(),
            self.ns.is_some(),
            self.bs.is_some(),
            self.m.is_some(),
            self.l.is_some(),
            self.bool.is_some(),
            self.null.is_some(),
        ];
        present.into_iter().filter(|is_present| *is_present).count()
    }

    fn empty_set(&self) -> Option<Type> {
        let is_empty = [
            (Type::Ss, self.ss.as_ref().is_some_and(Vec::is_empty)),
            (Type::Ns, self.ns.as_ref().is_some_and(Vec::is_empty)),
            (Type::Bs, self.bs.as_ref().is_some_and(Vec::is_empty)),
        ];
        is_empty.into_iter().find_map(|(of, is_empty)| is_empty.then_some(of))
    }
}

fn read_number(written: String, reading: &mut Reading) -> Number {
    written.parse().unwrap_or_else(|error| {
        reading.report(ValueFault::Number { written, error });
        Number::ZERO
    })
}

/// The members in order; a repeat is told of the members as they were given.
fn set<T: Ord + Clone>(given: Vec<T>, reading: &mut Reading, fault: impl FnOnce(Vec<T>) -> ValueFault) -> Vec<T> {
    let mut members = given.clone();
    members.sort_unstable();
    if members.windows(2).any(|pair| pair[0] == pair[1]) {
        reading.report(fault(given));
        members.dedup();
    }
    members
}

/// The name of a member, without making a text of it.
struct ExpectedName;

impl Expected<'_> for ExpectedName {
    type Value = Option<Type>;

    fn other(self, _found: Found) -> Option<Type> {
        None
    }

    fn text(self, name: Cow<'_, str>) -> Option<Type> {
        Type::from_name(&name)
    }
}

struct ExpectedText<'r>(&'r mut Reading);

impl Expected<'_> for ExpectedText<'_> {
    type Value = Option<String>;

    fn other(self, found: Found) -> Option<String> {
        match found {
            Found::Null => {}
            Found::True => self.0.malformed("TRUE_VALUE cannot be converted to String"),
            Found::False => self.0.malformed("FALSE_VALUE cannot be converted to String"),
            Found::Whole => self.0.malformed("NUMBER_VALUE cannot be converted to String"),
            Found::Decimal => self.0.malformed("DECIMAL_VALUE cannot be converted to String"),
            Found::List => self.0.malformed("Unrecognized collection type class java.lang.String"),
            Found::Map => self.0.malformed("Start of structure or map found where not expected"),
            Found::Text => self.0.malformed("Unexpected field type"),
        }
        None
    }

    fn text(self, text: Cow<'_, str>) -> Option<String> {
        Some(text.into_owned())
    }
}

struct ExpectedBytes<'r>(&'r mut Reading);

impl Expected<'_> for ExpectedBytes<'_> {
    type Value = Option<Vec<u8>>;

    fn other(self, found: Found) -> Option<Vec<u8>> {
        match found {
            Found::Null => {}
            Found::True => self.0.malformed("TRUE_VALUE cannot be converted to Blob"),
            Found::False => self.0.malformed("FALSE_VALUE cannot be converted to Blob"),
            Found::Whole => self.0.malformed("NUMBER_VALUE cannot be converted to Blob"),
            Found::Decimal => self.0.malformed("DECIMAL_VALUE cannot be converted to Blob"),
            Found::List => self.0.malformed("Unrecognized collection type class java.nio.ByteBuffer"),
            Found::Map => self.0.malformed("Start of structure or map found where not expected"),
            Found::Text => self.0.malformed("Unexpected field type"),
        }
        None
    }

    fn text(self, text: Cow<'_, str>) -> Option<Vec<u8>> {
        match BASE64_STANDARD.decode(text.as_bytes()) {
            Ok(bytes) => Some(bytes),
            Err(_) => {
                self.0.report(ValueFault::Malformed(no_base64(&text).into()));
                None
            }
        }
    }
}

/// AWS's sentence for a text that is no base64.
fn no_base64(text: &str) -> String {
    if !text.len().is_multiple_of(4) {
        return format!("Base64 encoded length is expected a multiple of 4 bytes but found: {}", text.len());
    }
    let wrong = text.chars().find(|c| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '/' | '='));
    match wrong {
        Some(wrong) => format!("Invalid Base64 character: '{wrong}'"),
        // The misspelling is AWS's.
        None => "Invalid last non-pad Base64 character dectected".to_owned(),
    }
}

struct ExpectedFlag<'r>(&'r mut Reading);

impl Expected<'_> for ExpectedFlag<'_> {
    type Value = Option<Flag>;

    fn other(self, found: Found) -> Option<Flag> {
        match found {
            Found::True => return Some(Flag { value: true, by_text: false }),
            Found::False => return Some(Flag { value: false, by_text: false }),
            Found::Null => {}
            Found::Whole => self.0.malformed("NUMBER_VALUE cannot be converted to Boolean"),
            Found::Decimal => self.0.malformed("DECIMAL_VALUE cannot be converted to Boolean"),
            Found::List => self.0.malformed(""),
            Found::Map => self.0.malformed("Start of structure or map found where not expected"),
            Found::Text => self.0.malformed("Unexpected token received from parser"),
        }
        None
    }

    fn text(self, text: Cow<'_, str>) -> Option<Flag> {
        let value = match text.to_ascii_lowercase().as_str() {
            "true" | "t" | "yes" | "y" | "1" => true,
            "false" | "f" | "no" | "n" | "0" => false,
            _ => return self.other(Found::Text),
        };
        Some(Flag { value, by_text: true })
    }
}

/// A list of texts or of bytes; a null in it is no member.
struct ExpectedSet<'r, M>(&'r mut Reading, M);

/// What the members of a set are.
trait SetMember {
    type Value;

    fn read<'de, A: SeqAccess<'de>>(
        list: &mut A,
        reading: &mut Reading,
    ) -> Result<Option<Option<Self::Value>>, A::Error>;
}

struct Texts;

impl SetMember for Texts {
    type Value = String;

    fn read<'de, A: SeqAccess<'de>>(list: &mut A, reading: &mut Reading) -> Result<Option<Option<String>>, A::Error> {
        list.next_element_seed(Seed(ExpectedText(reading)))
    }
}

struct Blobs;

impl SetMember for Blobs {
    type Value = Vec<u8>;

    fn read<'de, A: SeqAccess<'de>>(list: &mut A, reading: &mut Reading) -> Result<Option<Option<Vec<u8>>>, A::Error> {
        list.next_element_seed(Seed(ExpectedBytes(reading)))
    }
}

impl<'de, M: SetMember> Expected<'de> for ExpectedSet<'_, M> {
    type Value = Option<Vec<M::Value>>;

    fn other(self, found: Found) -> Self::Value {
        no_list(self.0, found);
        None
    }

    fn list<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = M::read(&mut list, self.0)? {
            members.extend(member);
        }
        Ok(Some(members))
    }
}
