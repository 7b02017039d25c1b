//! What a condition operator compares, and how.

use std::net::IpAddr;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use time::OffsetDateTime;

use super::{
    context::ContextKeys,
    date,
    network::Network,
    variables::{Syntax, Template, arn_fields},
    wildcard::Case,
};

/// What operators have in common besides `Not`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Family {
    StringEquals,
    StringEqualsIgnoreCase,
    StringLike,
    Numeric(Relation),
    Date(Relation),
    Bool,
    Binary,
    IpAddress,
    Arn,
    Null,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Relation {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// AWS's names, and whether they are negations.
const OPERATORS: [(&str, Family, bool); 27] = [
    ("StringEquals", Family::StringEquals, false),
    ("StringNotEquals", Family::StringEquals, true),
    ("StringEqualsIgnoreCase", Family::StringEqualsIgnoreCase, false),
    ("StringNotEqualsIgnoreCase", Family::StringEqualsIgnoreCase, true),
    ("StringLike", Family::StringLike, false),
    ("StringNotLike", Family::StringLike, true),
    ("NumericEquals", Family::Numeric(Relation::Equal), false),
    ("NumericNotEquals", Family::Numeric(Relation::Equal), true),
    ("NumericLessThan", Family::Numeric(Relation::Less), false),
    ("NumericLessThanEquals", Family::Numeric(Relation::LessOrEqual), false),
    ("NumericGreaterThan", Family::Numeric(Relation::Greater), false),
    ("NumericGreaterThanEquals", Family::Numeric(Relation::GreaterOrEqual), false),
    ("DateEquals", Family::Date(Relation::Equal), false),
    ("DateNotEquals", Family::Date(Relation::Equal), true),
    ("DateLessThan", Family::Date(Relation::Less), false),
    ("DateLessThanEquals", Family::Date(Relation::LessOrEqual), false),
    ("DateGreaterThan", Family::Date(Relation::Greater), false),
    ("DateGreaterThanEquals", Family::Date(Relation::GreaterOrEqual), false),
    ("Bool", Family::Bool, false),
    ("BinaryEquals", Family::Binary, false),
    ("IpAddress", Family::IpAddress, false),
    ("NotIpAddress", Family::IpAddress, true),
    ("ArnEquals", Family::Arn, false),
    ("ArnLike", Family::Arn, false),
    ("ArnNotEquals", Family::Arn, true),
    ("ArnNotLike", Family::Arn, true),
    ("Null", Family::Null, false),
];

/// A policy's values, read once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Test {
    Equals(Vec<Template>),
    EqualsIgnoreCase(Vec<Template>),
    Like(Vec<Template>),
    Numeric(Relation, Vec<Number>),
    Date(Relation, Vec<OffsetDateTime>),
    Bool(Vec<Option<bool>>),
    Binary(Vec<Vec<u8>>),
    IpAddress(Vec<Network>),
    Arn(Vec<ArnPattern>),
    Null(Vec<Option<bool>>),
}

/// `ArnEquals` and `ArnLike` are the same: field by field, each with wildcards.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum ArnPattern {
    Fields(Box<[Template; 6]>),
    /// `*`, or a variable that is a whole ARN.
    Whole(Template),
}

/// A number that is one.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug)]
pub(super) struct Number(f64);

impl Eq for Number {}

impl Family {
    pub(super) fn named(name: &str) -> Option<(Self, bool)> {
        let found = OPERATORS.iter().find(|(operator, ..)| operator.eq_ignore_ascii_case(name));
        found.map(|(_, family, is_negated)| (*family, *is_negated))
    }

    /// The values read, or the first that cannot be.
    pub(super) fn test(self, values: &[String], has_variables: bool) -> Result<Test, &str> {
        let plain = Syntax { has_wildcards: false, has_variables };
        let wild = Syntax { has_wildcards: true, has_variables };
        let templates = |syntax| values.iter().map(|value| Template::new(value, syntax)).collect();
        let booleans = || values.iter().map(|value| boolean(value)).collect();
        Ok(match self {
            Self::StringEquals => Test::Equals(templates(plain)),
            Self::StringEqualsIgnoreCase => Test::EqualsIgnoreCase(templates(plain)),
            Self::StringLike => Test::Like(templates(wild)),
            Self::Numeric(relation) => Test::Numeric(relation, each(values, Number::parse)?),
            Self::Date(relation) => Test::Date(relation, each(values, date::parse)?),
            Self::Bool => Test::Bool(booleans()),
            Self::Binary => Test::Binary(each(values, |value| STANDARD.decode(value).ok())?),
            Self::IpAddress => Test::IpAddress(each(values, |value| value.parse().ok())?),
            Self::Arn => Test::Arn(values.iter().map(|value| ArnPattern::new(value, wild)).collect()),
            Self::Null => Test::Null(booleans()),
        })
    }
}

fn each<T>(values: &[String], parse: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, &str> {
    values.iter().map(|value| parse(value).ok_or(value.as_str())).collect()
}

impl Test {
    /// Whether the request has all that the values' variables name.
    pub(super) fn is_resolved(&self, context: &ContextKeys) -> bool {
        match self {
            Self::Equals(templates) | Self::EqualsIgnoreCase(templates) | Self::Like(templates) => {
                templates.iter().all(|template| template.is_resolved(context))
            }
            Self::Arn(patterns) => patterns.iter().all(|pattern| pattern.is_resolved(context)),
            _ => true,
        }
    }

    /// Whether one value of a request's key is what one of the policy's values says.
    pub(super) fn accepts(&self, value: &str, context: &ContextKeys) -> bool {
        match self {
            Self::Equals(templates) | Self::Like(templates) => {
                templates.iter().any(|template| template.matches(value, context, Case::Sensitive))
            }
            Self::EqualsIgnoreCase(templates) => {
                templates.iter().any(|one| one.text(context).is_some_and(|text| is_same_ignoring_case(&text, value)))
            }
            Self::Numeric(relation, numbers) => {
                Number::parse(value).is_some_and(|value| numbers.iter().any(|number| relation.holds(&value, number)))
            }
            Self::Date(relation, dates) => {
                date::parse(value).is_some_and(|value| dates.iter().any(|date| relation.holds(&value, date)))
            }
            Self::Bool(expected) => boolean(value).is_some_and(|value| expected.contains(&Some(value))),
            Self::Binary(blobs) => STANDARD.decode(value).is_ok_and(|value| blobs.contains(&value)),
            Self::IpAddress(networks) => {
                value.parse::<IpAddr>().is_ok_and(|address| networks.iter().any(|network| network.contains(address)))
            }
            Self::Arn(patterns) => patterns.iter().any(|pattern| pattern.matches(value, context)),
            Self::Null(_) => false,
        }
    }
}

impl Relation {
    /// The request's value is the left side.
    fn holds<T: PartialOrd>(self, left: &T, right: &T) -> bool {
        match self {
            Self::Equal => left == right,
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
        }
    }
}

impl Number {
    fn parse(text: &str) -> Option<Self> {
        text.trim().parse().ok().filter(|number: &f64| number.is_finite()).map(Self)
    }
}

impl ArnPattern {
    fn new(text: &str, syntax: Syntax) -> Self {
        match arn_fields(text, syntax.has_variables) {
            Some(fields) => Self::Fields(Box::new(fields.map(|field| Template::new(field, syntax)))),
            // A wildcard stands for whole fields only; that of all ARNs is the exception.
            None => Self::Whole(Template::new(text, Syntax { has_wildcards: text == "*", ..syntax })),
        }
    }

    fn is_resolved(&self, context: &ContextKeys) -> bool {
        self.templates().iter().all(|template| template.is_resolved(context))
    }

    pub(super) fn templates(&self) -> &[Template] {
        match self {
            Self::Fields(fields) => &**fields,
            Self::Whole(template) => std::slice::from_ref(template),
        }
    }

    fn matches(&self, arn: &str, context: &ContextKeys) -> bool {
        match self {
            Self::Fields(patterns) => arn_fields(arn, false).is_some_and(|fields| {
                let mut pairs = patterns.iter().zip(fields);
                pairs.all(|(pattern, field)| pattern.matches(field, context, Case::Sensitive))
            }),
            Self::Whole(pattern) => pattern.matches(arn, context, Case::Sensitive),
        }
    }
}

/// Any other text is neither, and equals nothing.
fn boolean(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn is_same_ignoring_case(one: &str, other: &str) -> bool {
    one.chars().flat_map(char::to_lowercase).eq(other.chars().flat_map(char::to_lowercase))
}
