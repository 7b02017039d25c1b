//! Placeholders and what they stand for, and the making of conditions and paths from written ones.
//!
//! Every placeholder that an expression uses has to be given, and every one that is given has to be used.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine, prelude::BASE64_STANDARD};

use super::{
    ExpressionKind, MAX_IN_OPERANDS, MAX_PATH,
    condition::{Comparator, Condition, Operand},
    grammar::ParsedCondition,
    path::{Path, Step},
    written::{Call, Term, Tree, WrittenStep},
};
use crate::{
    refusal::Refusal,
    value::{AttributeValue, Item, Type},
};

/// The longest placeholder.
const MAX_PLACEHOLDER: usize = 255;

/// `ExpressionAttributeNames` and `ExpressionAttributeValues`, and which of them have been used.
pub struct Binding<'a> {
    names: &'a BTreeMap<String, String>,
    values: &'a Item,
    used_names: BTreeSet<&'a str>,
    used_values: BTreeSet<&'a str>,
}

/// Checks `ExpressionAttributeNames` themselves; none are given as none, not as an empty map.
pub fn check_names(names: &BTreeMap<String, String>) -> Result<(), Refusal> {
    check_placeholders("ExpressionAttributeNames", '#', names.keys())?;
    match names.iter().find(|(_, name)| name.is_empty()) {
        Some((placeholder, _)) => Err(Refusal::request(format!(
            "ExpressionAttributeNames contains invalid value: Empty attribute name for key {placeholder}"
        ))),
        None => Ok(()),
    }
}

/// Checks the placeholders of `ExpressionAttributeValues`; none are given as none, not as an empty map.
pub fn check_values(values: &Item) -> Result<(), Refusal> {
    check_placeholders("ExpressionAttributeValues", ':', values.keys())
}

/// Refuses placeholders where no expression is given that could use them; `takes_values` are the parameters of the
/// operation that could, in the order in which AWS tells them.
pub fn check_only_with_expressions(
    has_names: bool,
    has_values: bool,
    given: &[ExpressionKind],
    takes_values: &[ExpressionKind],
) -> Result<(), Refusal> {
    if has_names && given.is_empty() {
        return Err(Refusal::request("ExpressionAttributeNames can only be specified when using expressions"));
    }
    if has_values && !takes_values.iter().any(|kind| given.contains(kind)) {
        let absent: Vec<String> = takes_values.iter().map(|kind| format!("{} is null", kind.name())).collect();
        return Err(Refusal::request(format!(
            "ExpressionAttributeValues can only be specified when using expressions: {}",
            absent.join(" and ")
        )));
    }
    Ok(())
}

fn check_placeholders<'k>(
    parameter: &str,
    mark: char,
    placeholders: impl ExactSizeIterator<Item = &'k String>,
) -> Result<(), Refusal> {
    if placeholders.len() == 0 {
        return Err(Refusal::request(format!("{parameter} must not be empty")));
    }
    for placeholder in placeholders {
        let invalid = |reason: String| Refusal::plain(format!("{parameter} contains invalid key: {reason}"));
        if placeholder.len() > MAX_PLACEHOLDER {
            return Err(invalid(format!(
                "The expression attribute map contains a key that is too long; size of key: {}",
                placeholder.len()
            )));
        }
        let word = placeholder.strip_prefix(mark).unwrap_or_default();
        if word.is_empty() || !word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return Err(invalid(format!("Syntax error; key: \"{placeholder}\"")));
        }
    }
    Ok(())
}

type Bound<T> = Result<T, String>;

impl<'a> Binding<'a> {
    pub fn new(names: &'a BTreeMap<String, String>, values: &'a Item) -> Self {
        Self { names, values, used_names: BTreeSet::new(), used_values: BTreeSet::new() }
    }

    /// Refuses what was given and not used, once every expression of the request is bound.
    pub fn check_used(&self) -> Result<(), Refusal> {
        unused("ExpressionAttributeNames", self.names.keys(), &self.used_names)?;
        unused("ExpressionAttributeValues", self.values.keys(), &self.used_values)
    }

    pub(super) fn value(&mut self, placeholder: &str) -> Bound<&'a AttributeValue> {
        let (placeholder, value) = self.values.get_key_value(placeholder).ok_or_else(|| {
            format!("An expression attribute value used in expression is not defined; attribute value: {placeholder}")
        })?;
        self.used_values.insert(placeholder);
        Ok(value)
    }

    fn name(&mut self, placeholder: &str) -> Bound<&'a str> {
        let (placeholder, name) = self.names.get_key_value(placeholder).ok_or_else(|| {
            format!(
                "An expression attribute name used in the document path is not defined; attribute name: {placeholder}"
            )
        })?;
        self.used_names.insert(placeholder);
        Ok(name)
    }

    pub(super) fn path(&mut self, written: &[WrittenStep]) -> Bound<Path> {
        let mut steps = Vec::with_capacity(written.len());
        for step in written {
            steps.push(match step {
                WrittenStep::Name(name) => Step::Member(name.clone()),
                WrittenStep::Placeholder(placeholder) => Step::Member(self.name(placeholder)?.to_owned()),
                WrittenStep::Element(digits) => Step::Element(digits.parse().unwrap_or(usize::MAX)),
            });
        }
        if steps.len() > MAX_PATH {
            return Err(format!("The document path has too many nesting levels; nesting levels: {}", steps.len()));
        }
        let mut steps = steps.into_iter();
        match steps.next() {
            Some(Step::Member(attribute)) => Ok(Path { attribute, steps: steps.collect() }),
            _ => Err("The document path does not start with a map element;".to_owned()),
        }
    }

    pub(super) fn operand(&mut self, term: &Term) -> Bound<Operand> {
        match term {
            Term::Path(path) => self.path(path).map(Operand::Path),
            Term::Value(placeholder) => self.value(placeholder).cloned().map(Operand::Value),
            Term::Call(call) => self.size(call),
            Term::Sum { .. } => Err("Syntax error;".to_owned()),
        }
    }

    fn size(&mut self, call: &Call) -> Bound<Operand> {
        let [of] = self.operands(call)?;
        let is_sized = |of: Type| !matches!(of, Type::N | Type::Bool | Type::Null);
        check_type(&call.function, &of, is_sized)?;
        Ok(Operand::Size(Box::new(of)))
    }

    fn operands<const N: usize>(&mut self, call: &Call) -> Bound<[Operand; N]> {
        let operands = call.operands.iter().map(|operand| self.operand(operand)).collect::<Bound<Vec<_>>>()?;
        operands.try_into().map_err(|_| "Syntax error;".to_owned())
    }

    fn condition(&mut self, tree: &Tree) -> Bound<Condition> {
        match tree {
            Tree::Or(parts) => self.conditions(parts).map(Condition::Any),
            Tree::And(parts) => self.conditions(parts).map(Condition::All),
            Tree::Not { inner, times } if times.is_multiple_of(2) => self.condition(inner),
            Tree::Not { inner, .. } => Ok(Condition::Not(Box::new(self.condition(inner)?))),
            Tree::Compare { left, by, right } => self.comparison(left, *by, right),
            Tree::Between { operand, low, high } => self.between(operand, low, high),
            Tree::In { operand, candidates } => self.candidates(operand, candidates),
            Tree::Call(call) => self.function(call),
        }
    }

    fn conditions(&mut self, parts: &[Tree]) -> Bound<Vec<Condition>> {
        parts.iter().map(|part| self.condition(part)).collect()
    }

    fn comparison(&mut self, left: &Term, by: Comparator, right: &Term) -> Bound<Condition> {
        let (left, right) = (self.operand(left)?, self.operand(right)?);
        check_distinct(by.symbol(), &left, [&right])?;
        if !matches!(by, Comparator::Equal | Comparator::NotEqual) {
            check_types(by.symbol(), [&left, &right], Type::is_scalar)?;
        }
        Ok(Condition::Compare { left, by, right })
    }

    fn between(&mut self, operand: &Term, low: &Term, high: &Term) -> Bound<Condition> {
        let [operand, low, high] = [self.operand(operand)?, self.operand(low)?, self.operand(high)?];
        check_distinct("BETWEEN", &operand, [&low, &high])?;
        check_types("BETWEEN", [&operand, &low, &high], Type::is_scalar)?;
        if let (Operand::Value(low), Operand::Value(high)) = (&low, &high) {
            check_bounds(low, high)?;
        }
        Ok(Condition::Between { operand, low, high })
    }

    fn candidates(&mut self, operand: &Term, candidates: &[Term]) -> Bound<Condition> {
        let operand = self.operand(operand)?;
        let candidates = candidates.iter().map(|candidate| self.operand(candidate)).collect::<Bound<Vec<_>>>()?;
        if candidates.len() > MAX_IN_OPERANDS {
            return Err(format!(
                "The IN operator is provided with too many operands; number of operands: {}",
                candidates.len()
            ));
        }
        check_distinct("IN", &operand, &candidates)?;
        Ok(Condition::In { operand, candidates })
    }

    fn function(&mut self, call: &Call) -> Bound<Condition> {
        let function = call.function.as_str();
        match function {
            "attribute_exists" => self.lone_path(call).map(Condition::Exists),
            "attribute_not_exists" => self.lone_path(call).map(Condition::NotExists),
            "attribute_type" => {
                let [operand, of] = self.operands(call)?;
                check_distinct(function, &operand, [&of])?;
                Ok(Condition::HasType(operand, named_type(&of)?))
            }
            "begins_with" => {
                let [operand, start] = self.operands(call)?;
                check_distinct(function, &operand, [&start])?;
                check_types(function, [&operand, &start], |of| matches!(of, Type::S | Type::B))?;
                Ok(Condition::BeginsWith(operand, start))
            }
            _ => {
                let [operand, part] = self.operands(call)?;
                check_distinct(function, &operand, [&part])?;
                Ok(Condition::Contains(operand, part))
            }
        }
    }

    fn lone_path(&mut self, call: &Call) -> Bound<Path> {
        let [operand] = self.operands(call)?;
        check_is_path(&call.function, &operand)?;
        match operand {
            Operand::Path(path) => Ok(path),
            Operand::Value(_) | Operand::Size(_) => Err("Syntax error;".to_owned()),
        }
    }
}

impl ParsedCondition {
    pub fn bind(&self, binding: &mut Binding<'_>) -> Result<Condition, Refusal> {
        binding.condition(&self.tree).map_err(|reason| self.kind.invalid(reason))
    }

    /// Which parameter it is.
    pub fn kind(&self) -> ExpressionKind {
        self.kind
    }
}

fn unused<'k>(parameter: &str, given: impl Iterator<Item = &'k String>, used: &BTreeSet<&str>) -> Result<(), Refusal> {
    let unused: Vec<&str> = given.map(String::as_str).filter(|placeholder| !used.contains(placeholder)).collect();
    if unused.is_empty() {
        return Ok(());
    }
    Err(Refusal::plain(format!("Value provided in {parameter} unused in expressions: keys: {{{}}}", unused.join(", "))))
}

pub(super) fn check_is_path(function: &str, operand: &Operand) -> Bound<()> {
    match operand {
        Operand::Path(_) => Ok(()),
        Operand::Value(_) | Operand::Size(_) => {
            Err(format!("Operator or function requires a document path; operator or function: {function}"))
        }
    }
}

fn check_distinct<'o>(operator: &str, first: &Operand, others: impl IntoIterator<Item = &'o Operand>) -> Bound<()> {
    match first {
        Operand::Path(path) if others.into_iter().any(|other| other == first) => Err(not_distinct(operator, path)),
        _ => Ok(()),
    }
}

pub(super) fn not_distinct(operator: &str, path: &Path) -> String {
    format!(
        "The first operand must be distinct from the remaining operands for this operator or function; operator: \
         {operator}, first operand: {path}"
    )
}

fn check_types<const N: usize>(operator: &str, operands: [&Operand; N], takes: fn(Type) -> bool) -> Bound<()> {
    operands.into_iter().try_for_each(|operand| check_type(operator, operand, takes))
}

pub(super) fn check_type(operator: &str, operand: &Operand, takes: impl Fn(Type) -> bool) -> Bound<()> {
    match operand.known_type() {
        Some(of) if !takes(of) => Err(wrong_type(operator, of.name())),
        _ => Ok(()),
    }
}

pub(super) fn wrong_type(operator: &str, of: &str) -> String {
    format!("Incorrect operand type for operator or function; operator or function: {operator}, operand type: {of}")
}

/// The type that an operand of `attribute_type` names.
fn named_type(operand: &Operand) -> Bound<Type> {
    /// What AWS says of a path, whose type it does not know; the names are its own.
    const ANY: &str =
        "{SS,M,DECIMAL,DOUBLESET,HDS,N,B,DICT,INTSET,BOOL,HD,BS,INT,DECIMALSET,NULL,FLOAT,FS,S,L,NS,DOUBLE}";
    match operand {
        Operand::Value(AttributeValue::S(name)) => Type::from_name(name).ok_or_else(|| {
            format!("Invalid attribute type name found; type: {name}, valid types: {{N,BS,L,B,NULL,M,S,SS,NS,BOOL}}")
        }),
        operand => Err(wrong_type("attribute_type", operand.known_type().map_or(ANY, Type::name))),
    }
}

/// The bounds of a `BETWEEN` that are known are of one type and in order.
fn check_bounds(low: &AttributeValue, high: &AttributeValue) -> Bound<()> {
    let requirement = match low.compare(high) {
        None => "same data type for lower and upper bounds",
        Some(order) if order.is_gt() => "upper bound to be greater than or equal to lower bound",
        Some(_) => return Ok(()),
    };
    Err(format!(
        "The BETWEEN operator requires {requirement}; lower bound operand: AttributeValue: {{{}}}, upper bound operand: \
         AttributeValue: {{{}}}",
        told(low),
        told(high)
    ))
}

/// A scalar, as AWS's sentences have it.
fn told(value: &AttributeValue) -> String {
    match value {
        AttributeValue::S(text) => format!("S:{text}"),
        AttributeValue::N(number) => format!("N:{number}"),
        AttributeValue::B(bytes) => format!("B:{}", BASE64_STANDARD.encode(bytes)),
        other => other.value_type().name().to_owned(),
    }
}
