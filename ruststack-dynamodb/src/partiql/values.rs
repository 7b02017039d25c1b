//! Literals: texts, numbers, flags, tuples, lists, bags, and parameters.

use super::{
    lexer::Word,
    parser::{Fault, Parsed, Parser, parameters_do_not_match},
};
use crate::{
    number::Number,
    refusal::Refusal,
    value::{AttributeValue, Item},
};

impl Parser<'_> {
    /// Whether a literal or a parameter is next.
    pub(super) fn is_value(&self) -> bool {
        match self.peek() {
            Word::Text(_) | Word::Number(_) | Word::Symbol("-" | "?" | "{" | "[" | "<<") => true,
            Word::Name(name) => ["TRUE", "FALSE", "NULL"].iter().any(|word| name.eq_ignore_ascii_case(word)),
            _ => false,
        }
    }

    pub(super) fn value(&mut self) -> Parsed<AttributeValue> {
        if !self.is_value() {
            return Err(self.unexpected());
        }
        match self.advance() {
            Word::Text(text) => Ok(AttributeValue::S(text.into_owned())),
            Word::Number(digits) => number(digits),
            Word::Symbol("-") => match self.advance() {
                Word::Number(digits) => number(&format!("-{digits}")),
                _ => Err(self.unexpected()),
            },
            Word::Symbol("?") => match self.parameters.next() {
                Some(parameter) => Ok(parameter.clone()),
                None => Err(Fault::Refused(parameters_do_not_match())),
            },
            Word::Symbol("{") => self.deeper(Self::tuple).map(AttributeValue::M),
            Word::Symbol("[") => self.deeper(|parser| parser.values("]")).map(AttributeValue::L),
            Word::Symbol(_) => self.deeper(Self::bag),
            Word::Name(name) if name.eq_ignore_ascii_case("NULL") => Ok(AttributeValue::Null),
            word => Ok(AttributeValue::Bool(matches!(word, Word::Name(name) if name.eq_ignore_ascii_case("TRUE")))),
        }
    }

    fn tuple(&mut self) -> Parsed<Item> {
        let mut tuple = Item::new();
        if self.take("}") {
            return Ok(tuple);
        }
        loop {
            let Word::Text(name) = self.peek().clone() else { return Err(self.unexpected()) };
            self.advance();
            self.expect(":")?;
            let value = self.value()?;
            tuple.insert(name.into_owned(), value);
            if !self.take(",") {
                self.expect("}")?;
                return Ok(tuple);
            }
        }
    }

    /// A set, behind what opens it.
    fn bag(&mut self) -> Parsed<AttributeValue> {
        let position = self.position();
        let members = self.values(">>")?;
        let reason = "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags";
        set(members).ok_or_else(|| self.refused_at(position, reason))
    }

    /// Values up to a closing symbol.
    fn values(&mut self, close: &str) -> Parsed<Vec<AttributeValue>> {
        let mut values = Vec::new();
        if self.take(close) {
            return Ok(values);
        }
        loop {
            values.push(self.value()?);
            if !self.take(",") {
                self.expect(close)?;
                return Ok(values);
            }
        }
    }
}

fn number(digits: &str) -> Parsed<AttributeValue> {
    let read: Result<Number, _> = digits.parse();
    read.map(AttributeValue::N).map_err(|error| Fault::Refused(Refusal::plain(error.text(digits))))
}

/// A set: a bag of texts, of numbers, or of bytes that parameters brought.
fn set(members: Vec<AttributeValue>) -> Option<AttributeValue> {
    let mut members = members.into_iter().map(|member| match member {
        AttributeValue::S(text) => Some(AttributeValue::Ss(vec![text])),
        AttributeValue::N(number) => Some(AttributeValue::Ns(vec![number])),
        AttributeValue::B(bytes) => Some(AttributeValue::Bs(vec![bytes])),
        _ => None,
    });
    let first = members.next()??;
    members.try_fold(first, |set, member| set.union(&member?))
}
