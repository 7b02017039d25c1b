//! What `SET` assigns, and which words are no names.

use super::parser::{Parsed, Parser};
use crate::expression::{Action, Path, Source};

/// Words that begin or join clauses; as names they stand in quotation marks.
const CLAUSES: [&str; 28] = [
    "SELECT",
    "FROM",
    "WHERE",
    "INSERT",
    "INTO",
    "VALUE",
    "UPDATE",
    "SET",
    "REMOVE",
    "DELETE",
    "RETURNING",
    "ORDER",
    "BY",
    "AND",
    "OR",
    "NOT",
    "IS",
    "IN",
    "BETWEEN",
    "NULL",
    "MISSING",
    "TRUE",
    "FALSE",
    "EXISTS",
    "ASC",
    "DESC",
    "LIKE",
    "AS",
];

pub(super) fn is_clause(name: &str) -> bool {
    CLAUSES.iter().any(|word| name.eq_ignore_ascii_case(word))
}

impl Parser<'_> {
    pub(super) fn sets(&mut self, actions: &mut Vec<Action>) -> Parsed<()> {
        loop {
            let path = self.path()?;
            self.expect("=")?;
            actions.push(self.assigned(path)?);
            if !self.take(",") {
                return Ok(());
            }
        }
    }

    /// What is done at a path: it is set, or a set there gets or loses members.
    fn assigned(&mut self, path: Path) -> Parsed<Action> {
        for (function, action) in
            [("set_add", Action::Add as fn(_, _) -> _), ("set_delete", Action::Delete as fn(_, _) -> _)]
        {
            let call = self.position();
            if self.take_function(function)? {
                let first = self.position();
                let of = self.path()?;
                self.expect(",")?;
                let members = self.value()?;
                self.expect(")")?;
                if of != path {
                    let reason = format!("The first argument to {function} must equal the assignment value");
                    return Err(self.refused_at(call, &reason));
                }
                if !members.value_type().is_set() {
                    let function = function.to_ascii_uppercase();
                    let reason = format!("The second argument to {function} must be a value with type SET");
                    // AWS points at the first one.
                    return Err(self.refused_at(first, &reason));
                }
                return Ok(action(path, members));
            }
        }
        Ok(Action::Set(path, self.sum()?))
    }

    fn sum(&mut self) -> Parsed<Source> {
        let left = self.source()?;
        if self.take("+") {
            Ok(Source::Plus(Box::new(left), Box::new(self.source()?)))
        } else if self.take("-") {
            Ok(Source::Minus(Box::new(left), Box::new(self.source()?)))
        } else {
            Ok(left)
        }
    }

    fn source(&mut self) -> Parsed<Source> {
        if self.take_function("list_append")? {
            let first = self.deeper(Self::source)?;
            self.expect(",")?;
            let second = self.deeper(Self::source)?;
            self.expect(")")?;
            return Ok(Source::ListAppend(Box::new(first), Box::new(second)));
        }
        if self.take_function("if_not_exists")? {
            let path = self.path()?;
            self.expect(",")?;
            let default = self.deeper(Self::source)?;
            self.expect(")")?;
            return Ok(Source::IfNotExists(path, Box::new(default)));
        }
        if self.is_value() { self.value().map(Source::Value) } else { self.path().map(Source::Path) }
    }

    /// Takes the name of a function and what opens its operands.
    pub(super) fn take_function(&mut self, function: &str) -> Parsed<bool> {
        let is_call = matches!(self.peek_second(), Some(super::lexer::Word::Symbol("(")));
        if !is_call || !self.take_keyword(function) {
            return Ok(false);
        }
        self.expect("(")?;
        Ok(true)
    }
}
