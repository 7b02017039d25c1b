//! Key conditions: the partition that a query reads, and the range of it.

use super::{
    ExpressionKind,
    condition::{Comparator, Condition, Operand},
};
use crate::{
    key::{ByteRange, KeyAttribute, KeyFault, KeySchema},
    refusal::Refusal,
    value::{AttributeValue, Type},
};

/// Conditions on attributes, before it is known which are keys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyClauses {
    clauses: Vec<Clause>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Clause {
    attribute: String,
    relation: Relation,
}

/// How a key stands to values.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Relation {
    Is(Comparator, AttributeValue),
    Between(AttributeValue, AttributeValue),
    BeginsWith(AttributeValue),
}

/// What a query reads of a table or an index.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyCondition {
    hash: Vec<AttributeValue>,
    /// The first range keys.
    equal: Vec<AttributeValue>,
    /// The range key behind them.
    last: Option<Relation>,
}

impl Relation {
    fn values(&self) -> Vec<&AttributeValue> {
        match self {
            Self::Is(_, value) | Self::BeginsWith(value) => vec![value],
            Self::Between(low, high) => vec![low, high],
        }
    }

    fn equal_to(&self) -> Option<&AttributeValue> {
        match self {
            Self::Is(Comparator::Equal, value) => Some(value),
            _ => None,
        }
    }

    fn range(&self, equal: &[&AttributeValue]) -> Option<ByteRange> {
        match self {
            Self::Is(Comparator::Less, value) => ByteRange::less(equal, value),
            Self::Is(Comparator::LessOrEqual, value) => ByteRange::less_or_equal(equal, value),
            Self::Is(Comparator::Greater, value) => ByteRange::greater(equal, value),
            Self::Is(Comparator::GreaterOrEqual, value) => ByteRange::greater_or_equal(equal, value),
            Self::Is(Comparator::Equal | Comparator::NotEqual, value) => ByteRange::equal(&[equal, &[value]].concat()),
            Self::Between(low, high) => ByteRange::between(equal, low, high),
            Self::BeginsWith(start) => ByteRange::begins_with(equal, start),
        }
    }
}

impl KeyClauses {
    /// Of a condition that is only made of what key conditions may be made of.
    pub fn of(condition: &Condition) -> Result<Self, Refusal> {
        let mut clauses = Vec::new();
        collect(condition, &mut clauses)?;
        for (index, clause) in clauses.iter().enumerate() {
            if clauses[..index].iter().any(|earlier: &Clause| earlier.attribute == clause.attribute) {
                return Err(ExpressionKind::KeyCondition
                    .invalid("KeyConditionExpressions must only contain one condition per key"));
            }
        }
        Ok(Self { clauses })
    }

    /// The attributes that there are conditions on.
    pub fn attributes(&self) -> impl Iterator<Item = &str> {
        self.clauses.iter().map(|clause| clause.attribute.as_str())
    }

    /// What it reads by a table's or an index's keys.
    pub fn against(&self, schema: &KeySchema) -> Result<KeyCondition, Refusal> {
        let (given, defined) = (self.clauses.len(), schema.attributes().count());
        if given > defined {
            return Err(Refusal::plain(format!(
                "The number of query conditions ({given}) exceeds the number of key attributes defined in the schema \
                 ({defined})"
            )));
        }
        let hash = self.hash(schema)?;
        if self.attributes().any(|attribute| !schema.has(attribute)) {
            let without = schema.range.iter().find(|key| self.on(key).is_none());
            return Err(missed(without.map_or("", |key| key.name.as_str())));
        }
        let (equal, last) = self.range(schema)?;
        self.check_values(schema)?;
        Ok(KeyCondition { hash, equal, last })
    }

    fn on(&self, key: &KeyAttribute) -> Option<&Relation> {
        self.clauses.iter().find(|clause| clause.attribute == key.name).map(|clause| &clause.relation)
    }

    fn hash(&self, schema: &KeySchema) -> Result<Vec<AttributeValue>, Refusal> {
        let equal_to = |key: &KeyAttribute| self.on(key).and_then(Relation::equal_to).cloned();
        let is_simple = schema.hash.len() == 1 && schema.range.len() <= 1;
        if let ([key], true) = (schema.hash.as_slice(), is_simple) {
            return match (equal_to(key), self.on(key)) {
                (Some(value), _) => Ok(vec![value]),
                (None, Some(_)) => Err(Refusal::plain("Query key condition not supported")),
                (None, None) => Err(missed(&key.name)),
            };
        }
        let without: Vec<&str> =
            schema.hash.iter().filter(|key| equal_to(key).is_none()).map(|key| key.name.as_str()).collect();
        if !without.is_empty() {
            return Err(Refusal::plain(format!(
                "HASH key attributes {} must have equality conditions specified in the query",
                without.join(", ")
            )));
        }
        Ok(schema.hash.iter().filter_map(equal_to).collect())
    }

    /// The range keys that have to be equal to values, and the condition on the one behind them.
    fn range(&self, schema: &KeySchema) -> Result<(Vec<AttributeValue>, Option<Relation>), Refusal> {
        let Some(last) = schema.range.iter().rposition(|key| self.on(key).is_some()) else {
            return Ok((Vec::new(), None));
        };
        let equal_to = |key: &KeyAttribute| self.on(key).and_then(Relation::equal_to).cloned();
        let without: Vec<&str> =
            schema.range[..last].iter().filter(|key| equal_to(key).is_none()).map(|key| key.name.as_str()).collect();
        if !without.is_empty() {
            return Err(Refusal::plain(format!(
                "RANGE key attributes {} must have equality conditions specified in the query because a condition is \
                 present on key attribute {}",
                without.join(", "),
                schema.range[last].name
            )));
        }
        let equal = schema.range[..=last].iter().filter_map(equal_to).collect();
        Ok((equal, self.on(&schema.range[last]).filter(|relation| relation.equal_to().is_none()).cloned()))
    }

    fn check_values(&self, schema: &KeySchema) -> Result<(), Refusal> {
        for key in schema.attributes() {
            for value in self.on(key).into_iter().flat_map(Relation::values) {
                if !key.takes(value) {
                    return Err(Refusal::parameter("Condition parameter type does not match schema type"));
                }
                if matches!(value.value_type(), Type::S | Type::B) && value.size() == 0 {
                    return Err(KeyFault::EmptyValue { name: key.name.clone(), of: key.of }.refusal());
                }
            }
        }
        Ok(())
    }
}

fn missed(key: &str) -> Refusal {
    Refusal::plain(format!("Query condition missed key schema element: {key}"))
}

impl KeyCondition {
    /// The bytes of the hash key of the one partition that is read.
    pub fn hash_bytes(&self, schema: &KeySchema) -> Option<Vec<u8>> {
        schema.hash_bytes(&self.hash.iter().collect::<Vec<_>>())
    }

    /// The bytes of range keys that are read.
    pub fn range(&self) -> ByteRange {
        let equal: Vec<&AttributeValue> = self.equal.iter().collect();
        let range = match &self.last {
            Some(last) => last.range(&equal),
            None => ByteRange::equal(&equal),
        };
        range.expect("values were checked to be keys")
    }
}

fn collect(condition: &Condition, clauses: &mut Vec<Clause>) -> Result<(), Refusal> {
    let clause = match condition {
        Condition::All(parts) => return parts.iter().try_for_each(|part| collect(part, clauses)),
        Condition::Compare { by: Comparator::NotEqual, .. } => return Err(invalid_operator("<>")),
        Condition::Compare { left, by, right } => comparison(left, *by, right)?,
        Condition::Between { operand, low, high } => Clause {
            attribute: first_operand("BETWEEN", operand)?,
            relation: Relation::Between(value(low)?, value(high)?),
        },
        Condition::BeginsWith(operand, start) => {
            Clause { attribute: first_operand("begins_with", operand)?, relation: Relation::BeginsWith(value(start)?) }
        }
        Condition::Any(_) => return Err(invalid_operator("OR")),
        Condition::Not(_) => return Err(invalid_operator("NOT")),
        Condition::In { .. } => return Err(invalid_operator("IN")),
        Condition::Exists(_) => return Err(invalid_operator("attribute_exists")),
        Condition::NotExists(_) => return Err(invalid_operator("attribute_not_exists")),
        Condition::HasType(..) => return Err(invalid_operator("attribute_type")),
        Condition::Contains(..) => return Err(invalid_operator("contains")),
    };
    clauses.push(clause);
    Ok(())
}

fn invalid_operator(operator: &str) -> Refusal {
    Refusal::plain(format!("Invalid operator used in KeyConditionExpression: {operator}"))
}

fn invalid_condition(reason: &str) -> Refusal {
    Refusal::plain(format!("Invalid condition in KeyConditionExpression: {reason}"))
}

fn comparison(left: &Operand, by: Comparator, right: &Operand) -> Result<Clause, Refusal> {
    let (key, by, other) = match (left, right) {
        (Operand::Value(_), Operand::Value(_)) => return Err(invalid_condition("No key attribute specified")),
        (Operand::Path(_), Operand::Path(_)) => {
            return Err(invalid_condition("Multiple attribute names used in one condition"));
        }
        (Operand::Value(_), _) => (right, by.turned(), left),
        _ => (left, by, right),
    };
    Ok(Clause { attribute: attribute(key)?, relation: Relation::Is(by, value(other)?) })
}

fn first_operand(operator: &str, operand: &Operand) -> Result<String, Refusal> {
    match operand {
        Operand::Value(_) => {
            Err(invalid_condition(&format!("{operator} operator must have the key attribute as its first operand")))
        }
        Operand::Path(_) | Operand::Size(_) => attribute(operand),
    }
}

fn attribute(operand: &Operand) -> Result<String, Refusal> {
    match operand {
        Operand::Path(path) if path.steps.is_empty() => Ok(path.attribute.clone()),
        Operand::Path(_) => {
            Err(ExpressionKind::KeyCondition
                .invalid("KeyConditionExpressions cannot have conditions on nested attributes"))
        }
        Operand::Size(_) | Operand::Value(_) => {
            Err(Refusal::plain("KeyConditionExpressions cannot contain nested operations"))
        }
    }
}

fn value(operand: &Operand) -> Result<AttributeValue, Refusal> {
    match operand {
        Operand::Value(value) => Ok(value.clone()),
        Operand::Path(_) => Err(invalid_condition("Multiple attribute names used in one condition")),
        Operand::Size(_) => Err(Refusal::plain("KeyConditionExpressions cannot contain nested operations")),
    }
}
