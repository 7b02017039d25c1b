//! The structure of a pattern: keys, leaves and `$or`.

use std::sync::Arc;

use super::{
    Branch, Dialect, InvalidPattern, Leaf, MAX_BRANCHES,
    condition::Condition,
    operators,
    tokens::{Token, Tokens},
};

const OR: &str = "$or";

/// Names of operators, which a branch of `$or` must not have as keys.
const RESERVED_IN_OR: [&str; 9] =
    ["exactly", "prefix", "suffix", "wildcard", "anything-but", "numeric", "cidr", "exists", "equals-ignore-case"];

struct Parser<'t> {
    tokens: Tokens<'t>,
    dialect: Dialect,
    /// The keys that lead to where this is.
    keys: Vec<String>,
}

/// Every way in which an event can match `text`.
pub(super) fn branches(text: &str, dialect: Dialect) -> Result<Vec<Branch>, InvalidPattern> {
    let mut parser = Parser { tokens: Tokens::of(text), dialect, keys: Vec::new() };
    if parser.tokens.next()? != Token::StartObject {
        return Err(parser.tokens.syntax("Filter is not an object"));
    }
    let mut branches = vec![Branch::default()];
    parser.object(&mut branches, false)?;
    Ok(branches)
}

impl Parser<'_> {
    fn object(&mut self, branches: &mut Vec<Branch>, in_or: bool) -> Result<(), InvalidPattern> {
        if self.tokens.is_too_deep() {
            return Err(self.tokens.syntax("Event pattern is nested too deep"));
        }
        let mut is_empty = true;
        while let Token::Name(name) = self.tokens.next()? {
            is_empty = false;
            if name == OR {
                self.or(branches)?;
                continue;
            }
            if in_or && RESERVED_IN_OR.contains(&name.as_str()) {
                let text = format!("{name} is Ruler reserved fieldName which cannot be used inside {OR}.");
                return Err(self.tokens.syntax(&text));
            }
            self.entry(name, branches, in_or)?;
        }
        if is_empty {
            return Err(self.tokens.syntax("Empty objects are not allowed"));
        }
        Ok(())
    }

    fn entry(&mut self, name: String, branches: &mut Vec<Branch>, in_or: bool) -> Result<(), InvalidPattern> {
        match self.tokens.next()? {
            Token::StartObject => {
                self.keys.push(name);
                self.object(branches, in_or)?;
                self.keys.pop();
            }
            Token::StartArray => {
                self.keys.push(name);
                let leaf = self.leaf()?;
                self.keys.pop();
                branches.iter_mut().for_each(|branch| branch.put(leaf.clone()));
            }
            _ => return Err(self.tokens.syntax(&format!("\"{name}\" must be an object or an array"))),
        }
        Ok(())
    }

    /// Each of its objects goes on from every branch there is.
    fn or(&mut self, branches: &mut Vec<Branch>) -> Result<(), InvalidPattern> {
        if self.tokens.next()? != Token::StartArray {
            return Err(self.tokens.syntax(&format!("It must be an Array followed with {OR}.")));
        }
        let before = std::mem::take(branches);
        let mut objects = 0;
        loop {
            match self.tokens.next()? {
                Token::EndArray => break,
                Token::StartObject => {
                    let mut with_this = before.clone();
                    self.object(&mut with_this, true)?;
                    branches.append(&mut with_this);
                    objects += 1;
                }
                _ => {
                    let text = format!("Only JSON object is allowed in array of {OR} relationship.");
                    return Err(self.tokens.syntax(&text));
                }
            }
            if branches.len() > MAX_BRANCHES {
                return Err(InvalidPattern::Syntax(super::wildcard::TOO_COMPLEX.to_owned()));
            }
        }
        if objects < 2 {
            let text = format!("There must have at least 2 Objects in {OR} relationship.");
            return Err(self.tokens.syntax(&text));
        }
        Ok(())
    }

    fn leaf(&mut self) -> Result<Leaf, InvalidPattern> {
        let mut conditions = Vec::new();
        loop {
            let condition = match self.tokens.next()? {
                Token::EndArray => break,
                Token::StartObject => operators::condition(&mut self.tokens, self.dialect)?,
                Token::Text => exactly(self.tokens.text()?),
                Token::Number(number) => Condition::Number(number),
                Token::True => Condition::Boolean(true),
                Token::False => Condition::Boolean(false),
                Token::Null => Condition::Null,
                _ => {
                    let text = "Match value must be String, number, true, false, or null";
                    return Err(self.tokens.syntax(text));
                }
            };
            conditions.push(condition);
        }
        if conditions.is_empty() {
            return Err(self.tokens.syntax("Empty arrays are not allowed"));
        }
        Ok(Leaf {
            path: self.keys.join(".").into(),
            top_bytes: self.keys.first().map_or(0, String::len),
            depth: self.keys.len() as u64,
            conditions: Arc::from(conditions),
        })
    }
}

/// An IPv6 address has many spellings, which all match.
fn exactly(text: String) -> Condition {
    match text.parse() {
        Ok(address @ std::net::IpAddr::V6(_)) => Condition::Address(address),
        _ => Condition::Text(text),
    }
}
