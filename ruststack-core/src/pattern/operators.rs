//! The operators: objects with one key among the alternatives of a leaf.

use super::{
    Dialect, InvalidPattern,
    cidr::Network,
    condition::{Bound, Condition, Range},
    tokens::{Token, Tokens},
    wildcard::{self, Wildcard},
};

type Result<T> = std::result::Result<T, InvalidPattern>;

const ONE_KEY: &str = "Only one key allowed in match expression";
const TOO_MANY: &str = "Too many elements in numeric expression";
const NOT_IN_LIST: &str = "Inside anything but list, start|null|boolean is not supported.";
const NOT_IN_CASELESS_LIST: &str =
    "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.";

/// The operator whose object was opened.
pub(super) fn condition(tokens: &mut Tokens<'_>, dialect: Dialect) -> Result<Condition> {
    let Token::Name(operator) = tokens.next()? else {
        return Err(tokens.syntax("Match expression name not found"));
    };
    match operator.as_str() {
        "numeric" => return closed(tokens, TOO_MANY, numeric),
        "anything-but" => return anything_but(tokens, dialect),
        _ => {}
    }
    closed(tokens, ONE_KEY, |tokens| match operator.as_str() {
        "exactly" => Ok(Condition::Text(string(tokens, "exact match pattern must be a string")?)),
        "prefix" => affix(tokens, dialect, &PREFIX),
        "suffix" => affix(tokens, dialect, &SUFFIX),
        "equals-ignore-case" => caseless(tokens, Condition::EqualsIgnoreCase),
        "cidr" => cidr(tokens),
        "exists" => exists(tokens),
        "wildcard" if dialect.extended => {
            let text = string(tokens, "wildcard match pattern must be a string")?;
            wildcard(tokens, &text)
        }
        _ => Err(tokens.syntax(&format!("Unrecognized match type {operator}"))),
    })
}

/// What `read` reads, and the brace behind it.
fn closed(
    tokens: &mut Tokens<'_>,
    otherwise: &str,
    read: impl FnOnce(&mut Tokens<'_>) -> Result<Condition>,
) -> Result<Condition> {
    let condition = read(tokens)?;
    match tokens.next()? {
        Token::EndObject => Ok(condition),
        _ => Err(tokens.syntax(otherwise)),
    }
}

fn string(tokens: &mut Tokens<'_>, otherwise: &str) -> Result<String> {
    match tokens.next()? {
        Token::Text => tokens.text(),
        _ => Err(tokens.syntax(otherwise)),
    }
}

/// `prefix` and `suffix`, which are twins.
struct Affix {
    must_be_string: &'static str,
    exactly: fn(String) -> Condition,
    caseless: fn(String) -> Condition,
}

const PREFIX: Affix = Affix {
    must_be_string: "prefix match pattern must be a string",
    exactly: Condition::Prefix,
    caseless: Condition::PrefixIgnoreCase,
};

const SUFFIX: Affix = Affix {
    must_be_string: "suffix match pattern must be a string",
    exactly: Condition::Suffix,
    caseless: Condition::SuffixIgnoreCase,
};

fn affix(tokens: &mut Tokens<'_>, dialect: Dialect, affix: &Affix) -> Result<Condition> {
    match tokens.next()? {
        Token::Text => Ok((affix.exactly)(tokens.text()?)),
        Token::StartObject if dialect.extended => closed(tokens, ONE_KEY, |tokens| match tokens.next()? {
            Token::Name(name) if name == "equals-ignore-case" => caseless(tokens, affix.caseless),
            Token::Name(name) => Err(tokens.syntax(&format!("Unsupported prefix/suffix pattern: {name}"))),
            _ => Err(tokens.syntax("Prefix/suffix expression name not found")),
        }),
        _ => Err(tokens.syntax(affix.must_be_string)),
    }
}

fn caseless(tokens: &mut Tokens<'_>, condition: fn(String) -> Condition) -> Result<Condition> {
    let text = string(tokens, "equals-ignore-case match pattern must be a string")?;
    Ok(condition(text.to_lowercase()))
}

fn cidr(tokens: &mut Tokens<'_>) -> Result<Condition> {
    let text = string(tokens, PREFIX.must_be_string)?;
    Network::parse(&text).map(Condition::Cidr).map_err(InvalidPattern::Syntax)
}

fn exists(tokens: &mut Tokens<'_>) -> Result<Condition> {
    match tokens.next()? {
        Token::True => Ok(Condition::Exists),
        Token::False => Ok(Condition::Absent),
        _ => Err(tokens.syntax("exists match pattern must be either true or false.")),
    }
}

fn wildcard(tokens: &Tokens<'_>, text: &str) -> Result<Condition> {
    let wildcard = Wildcard::parse(text).map_err(|reason| tokens.syntax(&reason))?;
    match wildcard.is_too_complex() {
        true => Err(InvalidPattern::Syntax(wildcard::TOO_COMPLEX.to_owned())),
        false => Ok(Condition::Wildcard(wildcard)),
    }
}

/// Everything but a value, a list of values of one type, or what another operator takes.
fn anything_but(tokens: &mut Tokens<'_>, dialect: Dialect) -> Result<Condition> {
    closed(tokens, TOO_MANY, |tokens| match tokens.next()? {
        Token::StartObject => closed(tokens, ONE_KEY, |tokens| anything_but_operator(tokens, dialect)),
        Token::StartArray => anything_but_list(tokens),
        Token::Text => Ok(Condition::AnythingBut(vec![Condition::Text(tokens.text()?)])),
        Token::Number(number) => Ok(Condition::AnythingBut(vec![Condition::Number(number)])),
        _ => Err(neither_array_nor_scalar(tokens)),
    })
}

fn neither_array_nor_scalar(tokens: &Tokens<'_>) -> InvalidPattern {
    tokens.syntax("Value of anything-but must be an array or single string/number value.")
}

fn anything_but_list(tokens: &mut Tokens<'_>) -> Result<Condition> {
    let conditions = list(tokens, |tokens, token| match token {
        Token::Text => Ok(Condition::Text(tokens.text()?)),
        Token::Number(number) => Ok(Condition::Number(number)),
        _ => Err(tokens.syntax(NOT_IN_LIST)),
    })?;
    let numbers = conditions.iter().filter(|condition| matches!(condition, Condition::Number(_))).count();
    if conditions.is_empty() || (numbers > 0 && numbers < conditions.len()) {
        let text = "Inside anything but list, either all values are number or string, mixed type is not supported";
        return Err(tokens.syntax(text));
    }
    Ok(Condition::AnythingBut(conditions))
}

/// The elements up to the end of the list. AWS tells the place of what is wrong in a list twice.
fn list(
    tokens: &mut Tokens<'_>,
    element: impl Fn(&mut Tokens<'_>, Token) -> Result<Condition>,
) -> Result<Vec<Condition>> {
    let mut conditions = Vec::new();
    loop {
        let next = tokens.next().and_then(|token| match token {
            Token::EndArray => Ok(None),
            token => element(tokens, token).map(Some),
        });
        match next {
            Ok(Some(condition)) => conditions.push(condition),
            Ok(None) => return Ok(conditions),
            Err(reason) => return Err(tokens.syntax(&reason.to_string())),
        }
    }
}

fn anything_but_operator(tokens: &mut Tokens<'_>, dialect: Dialect) -> Result<Condition> {
    let Token::Name(operator) = tokens.next()? else {
        return Err(tokens.syntax("Anything-But expression name not found"));
    };
    let condition: fn(&Tokens<'_>, String) -> Result<Condition> = match operator.as_str() {
        "prefix" => |tokens, text| non_empty(tokens, text).map(Condition::Prefix),
        "suffix" if dialect.extended => |tokens, text| non_empty(tokens, text).map(Condition::Suffix),
        "equals-ignore-case" if dialect.extended => |_, text| Ok(Condition::EqualsIgnoreCase(text.to_lowercase())),
        "wildcard" if dialect.extended => |tokens, text| wildcard(tokens, &text),
        _ => return Err(tokens.syntax(&format!("Unsupported anything-but pattern: {operator}"))),
    };
    let must_be_string = match operator.as_str() {
        "equals-ignore-case" => NOT_IN_CASELESS_LIST,
        "wildcard" => "wildcard match pattern must be a string",
        _ if dialect.extended => "prefix/suffix match pattern must be a string",
        _ => PREFIX.must_be_string,
    };
    let element = |tokens: &mut Tokens<'_>, token: Token| match token {
        Token::Text => {
            let text = tokens.text()?;
            condition(tokens, text)
        }
        _ => Err(tokens.syntax(must_be_string)),
    };
    match tokens.next()? {
        Token::StartArray if dialect.extended => list(tokens, element).map(Condition::AnythingBut),
        token @ (Token::Text | Token::Number(_)) => Ok(Condition::AnythingBut(vec![element(tokens, token)?])),
        _ if dialect.extended => Err(neither_array_nor_scalar(tokens)),
        _ => Err(tokens.syntax(must_be_string)),
    }
}

fn non_empty(tokens: &Tokens<'_>, text: String) -> Result<String> {
    match text.is_empty() {
        true => Err(tokens.syntax("Null prefix/suffix not allowed")),
        false => Ok(text),
    }
}

fn numeric(tokens: &mut Tokens<'_>) -> Result<Condition> {
    if tokens.next()? != Token::StartArray {
        return Err(tokens.syntax("Value of numeric must be an array."));
    }
    let first = tokens.next()?;
    if first != Token::Text {
        let text = as_written(tokens, &first)?;
        return Err(tokens.syntax(&format!("Invalid member in numeric match: {text}")));
    }
    let operator = tokens.text()?;
    let value = tokens.next()?;
    let range = match operator.as_str() {
        "=" => Range::exactly(number(tokens, &value, "equals")?),
        "<" | "<=" => Range { bottom: None, top: Some(bound(tokens, &value, &operator)?) },
        ">" | ">=" => {
            let bottom = bound(tokens, &value, &operator)?;
            return numeric_range(tokens, bottom).map(Condition::Numeric);
        }
        _ => return Err(tokens.syntax(&format!("Unrecognized numeric range operator: {operator}"))),
    };
    match tokens.next()? {
        Token::EndArray => Ok(Condition::Numeric(range)),
        _ => Err(tokens.syntax(TOO_MANY)),
    }
}

/// What is above `bottom`, and perhaps below another number.
fn numeric_range(tokens: &mut Tokens<'_>, bottom: Bound) -> Result<Range> {
    let token = tokens.next()?;
    match token {
        Token::EndArray => return Ok(Range { bottom: Some(bottom), top: None }),
        Token::Text => {}
        other => {
            let text = as_written(tokens, &other)?;
            return Err(tokens.syntax(&format!("Bad value in numeric range: {text}")));
        }
    }
    let operator = tokens.text()?;
    if operator != "<" && operator != "<=" {
        return Err(tokens.syntax(&format!("Bad numeric range operator: {operator}")));
    }
    let value = tokens.next()?;
    let top = bound(tokens, &value, &operator)?;
    if tokens.next()? != Token::EndArray {
        return Err(tokens.syntax("Too many terms in numeric range expression"));
    }
    match bottom.value < top.value {
        true => Ok(Range { bottom: Some(bottom), top: Some(top) }),
        false => Err(tokens.syntax("Bottom must be less than top")),
    }
}

fn bound(tokens: &Tokens<'_>, token: &Token, operator: &str) -> Result<Bound> {
    Ok(Bound { value: number(tokens, token, operator)?, is_open: !operator.ends_with('=') })
}

fn number(tokens: &Tokens<'_>, token: &Token, operator: &str) -> Result<f64> {
    match token {
        Token::Number(number) => Ok(number.as_f64().unwrap_or(f64::NAN)),
        _ => Err(tokens.syntax(&format!("Value of {operator} must be numeric"))),
    }
}

/// The token as it is in the pattern.
fn as_written(tokens: &mut Tokens<'_>, token: &Token) -> Result<String> {
    Ok(match token {
        Token::StartObject => "{".to_owned(),
        Token::EndObject => "}".to_owned(),
        Token::StartArray => "[".to_owned(),
        Token::EndArray => "]".to_owned(),
        Token::Name(name) => name.clone(),
        Token::Text => tokens.text()?,
        Token::Number(number) => number.to_string(),
        Token::True => "true".to_owned(),
        Token::False => "false".to_owned(),
        Token::Null | Token::End => "null".to_owned(),
    })
}
