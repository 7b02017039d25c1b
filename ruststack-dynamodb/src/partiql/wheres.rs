//! `WHERE`: conditions as PartiQL writes them.

use super::{
    lexer::Word,
    parser::{Fault, Parsed, Parser},
};
use crate::{
    expression::{Comparator, Condition, Operand, Path},
    refusal::Refusal,
    value::{AttributeValue, Type},
};

/// The most operands of an `IN`.
const MAX_IN_OPERANDS: usize = 100;
/// The words for types that `IS` knows.
const TYPES: [(&str, Type); 8] = [
    ("NULL", Type::Null),
    ("BOOLEAN", Type::Bool),
    ("BOOL", Type::Bool),
    ("STRING", Type::S),
    ("NUMBER", Type::N),
    ("BINARY", Type::B),
    ("LIST", Type::L),
    ("MAP", Type::M),
];

impl Parser<'_> {
    pub(super) fn optional_where(&mut self) -> Parsed<Option<Condition>> {
        if self.take_keyword("WHERE") { self.any_of().map(Some) } else { Ok(None) }
    }

    fn any_of(&mut self) -> Parsed<Condition> {
        let mut any = vec![self.all_of()?];
        while self.take_keyword("OR") {
            any.push(self.all_of()?);
        }
        Ok(joined(any, Condition::Any))
    }

    fn all_of(&mut self) -> Parsed<Condition> {
        let mut all = vec![self.negation()?];
        while self.take_keyword("AND") {
            all.push(self.negation()?);
        }
        Ok(joined(all, Condition::All))
    }

    fn negation(&mut self) -> Parsed<Condition> {
        let mut is_negated = false;
        while self.take_keyword("NOT") {
            is_negated = !is_negated;
        }
        let condition = self.predicate()?;
        Ok(if is_negated { Condition::Not(Box::new(condition)) } else { condition })
    }

    fn predicate(&mut self) -> Parsed<Condition> {
        if self.take("(") {
            let inner = self.deeper(Self::any_of)?;
            self.expect(")")?;
            return Ok(inner);
        }
        if let Some(function) = self.function()? {
            return Ok(function);
        }
        let operand = self.operand()?;
        self.compared(operand)
    }

    fn function(&mut self) -> Parsed<Option<Condition>> {
        let condition = if self.take_function("attribute_exists")? {
            Condition::Exists(self.path()?)
        } else if self.take_function("attribute_not_exists")? {
            Condition::NotExists(self.path()?)
        } else if self.take_function("begins_with")? {
            let (first, second) = self.two()?;
            Condition::BeginsWith(first, second)
        } else if self.take_function("contains")? {
            let (first, second) = self.two()?;
            Condition::Contains(first, second)
        } else if self.take_function("attribute_type")? {
            let (operand, of) = self.two()?;
            Condition::HasType(operand, named_type(&of)?)
        } else {
            return Ok(None);
        };
        self.expect(")")?;
        Ok(Some(condition))
    }

    fn two(&mut self) -> Parsed<(Operand, Operand)> {
        let first = self.operand()?;
        self.expect(",")?;
        Ok((first, self.operand()?))
    }

    fn operand(&mut self) -> Parsed<Operand> {
        if self.is_keyword("MISSING") {
            return Err(Fault::Refused(Refusal::plain("MISSING must be compared using IS operator")));
        }
        if self.take_function("size")? {
            let of = self.deeper(Self::operand)?;
            self.expect(")")?;
            return Ok(Operand::Size(Box::new(of)));
        }
        if self.is_value() { self.value().map(Operand::Value) } else { self.path().map(Operand::Path) }
    }

    fn compared(&mut self, left: Operand) -> Parsed<Condition> {
        let by = match self.peek() {
            Word::Symbol("=") => Comparator::Equal,
            Word::Symbol("<>" | "!=") => Comparator::NotEqual,
            Word::Symbol("<") => Comparator::Less,
            Word::Symbol("<=") => Comparator::LessOrEqual,
            Word::Symbol(">") => Comparator::Greater,
            Word::Symbol(">=") => Comparator::GreaterOrEqual,
            _ => return self.compared_by_word(left),
        };
        self.advance();
        let right = self.operand()?;
        let compare = |left, right| Condition::Compare { left, by, right };
        if by != Comparator::NotEqual {
            return Ok(compare(left, right));
        }
        // Other than in an expression, nothing is unequal to what is not there.
        let mut all: Vec<Condition> = [&left, &right].into_iter().filter_map(exists).collect();
        all.push(compare(left, right));
        Ok(joined(all, Condition::All))
    }

    fn compared_by_word(&mut self, operand: Operand) -> Parsed<Condition> {
        if self.take_keyword("IS") {
            return self.is(operand);
        }
        let is_negated = self.take_keyword("NOT");
        let condition = if self.take_keyword("BETWEEN") {
            let low = self.operand()?;
            if !self.take_keyword("AND") {
                return Err(self.unexpected());
            }
            Condition::Between { operand, low, high: self.operand()? }
        } else if self.take_keyword("IN") {
            Condition::In { operand, candidates: self.candidates()? }
        } else {
            return Err(self.unexpected());
        };
        Ok(if is_negated { Condition::Not(Box::new(condition)) } else { condition })
    }

    /// The operands of an `IN`, in brackets or in parentheses.
    fn candidates(&mut self) -> Parsed<Vec<Operand>> {
        let close = if self.take("[") { "]" } else { ")" };
        if close == ")" {
            self.expect("(")?;
        }
        let mut candidates = vec![self.operand()?];
        while self.take(",") {
            candidates.push(self.operand()?);
        }
        self.expect(close)?;
        if candidates.len() > MAX_IN_OPERANDS {
            return Err(Fault::Refused(Refusal::plain(format!(
                "The IN operator is provided with too many operands; number of operands: {}",
                candidates.len()
            ))));
        }
        Ok(candidates)
    }

    /// Whether an operand is of a type, or not there.
    fn is(&mut self, operand: Operand) -> Parsed<Condition> {
        let is_negated = self.take_keyword("NOT");
        let condition = if self.take_keyword("MISSING") {
            match operand {
                Operand::Path(path) => Condition::NotExists(path),
                Operand::Value(_) | Operand::Size(_) => return Err(self.unexpected()),
            }
        } else {
            let of = TYPES.iter().find(|(word, _)| self.is_keyword(word));
            let Some((_, of)) = of else { return Err(self.unexpected()) };
            self.advance();
            Condition::HasType(operand, *of)
        };
        Ok(if is_negated { Condition::Not(Box::new(condition)) } else { condition })
    }
}

fn joined(mut parts: Vec<Condition>, join: impl FnOnce(Vec<Condition>) -> Condition) -> Condition {
    match parts.pop() {
        Some(lone) if parts.is_empty() => lone,
        last => {
            parts.extend(last);
            join(parts)
        }
    }
}

fn exists(operand: &Operand) -> Option<Condition> {
    match operand {
        Operand::Path(path) => Some(Condition::Exists(Path::clone(path))),
        Operand::Value(_) => None,
        Operand::Size(of) => exists(of),
    }
}

fn named_type(operand: &Operand) -> Parsed<Type> {
    let refused = match operand {
        Operand::Value(AttributeValue::S(name)) => match Type::from_name(name) {
            Some(of) => return Ok(of),
            None => format!(
                "Invalid attribute type name found; type: {name}, valid types: {{N,BS,L,B,NULL,M,S,SS,NS,BOOL}}"
            ),
        },
        operand => format!(
            "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: {}",
            operand.known_type().map_or("M", Type::name)
        ),
    };
    Err(Fault::Refused(Refusal::plain(refused)))
}
