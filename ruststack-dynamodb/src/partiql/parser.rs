//! Statements: what they are about, and in what order their clauses stand.

use super::{
    DeleteStatement, MAX_DEPTH, Order, Returning, Select, Statement, Table, UpdateStatement,
    lexer::{Token, Word, tokens},
};
use crate::{
    expression::{Action, Path, Step, Update},
    refusal::Refusal,
    value::AttributeValue,
};

/// A statement that cannot be parsed, and one that AWS refuses in other words.
pub(super) enum Fault {
    Syntax(String),
    Refused(Refusal),
}

pub(super) type Parsed<T> = Result<T, Fault>;

pub(super) struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token<'t>>,
    next: usize,
    pub(super) parameters: std::slice::Iter<'t, AttributeValue>,
    depth: usize,
}

pub(super) fn parse(text: &str, parameters: &[AttributeValue]) -> Result<Statement, Refusal> {
    let tokens = tokens(text).ok_or_else(|| not_well_formed("Unexpected term"))?;
    let mut parser = Parser { text, tokens, next: 0, parameters: parameters.iter(), depth: 0 };
    let statement = parser.statement().and_then(|statement| parser.end().map(|()| statement));
    match statement {
        Ok(_) if parser.parameters.len() > 0 => Err(parameters_do_not_match()),
        Ok(statement) => Ok(statement),
        Err(Fault::Syntax(reason)) => Err(not_well_formed(&reason)),
        Err(Fault::Refused(refusal)) => Err(refusal),
    }
}

fn not_well_formed(reason: &str) -> Refusal {
    Refusal::plain(format!("Statement wasn't well formed, can't be processed: {reason}"))
}

pub(super) fn parameters_do_not_match() -> Refusal {
    Refusal::plain("Number of parameters in request and statement don't match.")
}

/// Line, column and length, as AWS tells places.
fn place(text: &str, at: usize, length: usize) -> String {
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("{line}:{column}:{length}")
}

impl<'t> Parser<'t> {
    pub(super) fn peek(&self) -> &Word<'t> {
        &self.tokens[self.next].of
    }

    pub(super) fn peek_second(&self) -> Option<&Word<'t>> {
        self.tokens.get(self.next + 1).map(|token| &token.of)
    }

    pub(super) fn is_keyword(&self, keyword: &str) -> bool {
        matches!(self.peek(), Word::Name(name) if name.eq_ignore_ascii_case(keyword))
    }

    pub(super) fn take_keyword(&mut self, keyword: &str) -> bool {
        let is_next = self.is_keyword(keyword);
        self.next += usize::from(is_next);
        is_next
    }

    pub(super) fn take(&mut self, symbol: &str) -> bool {
        let is_next = matches!(self.peek(), Word::Symbol(next) if *next == symbol);
        self.next += usize::from(is_next);
        is_next
    }

    pub(super) fn advance(&mut self) -> Word<'t> {
        let word = self.peek().clone();
        // The end is not passed.
        self.next = (self.next + 1).min(self.tokens.len() - 1);
        word
    }

    pub(super) fn expect(&mut self, symbol: &str) -> Parsed<()> {
        if self.take(symbol) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn expect_keyword(&mut self, keyword: &str) -> Parsed<()> {
        if self.take_keyword(keyword) { Ok(()) } else { Err(self.unexpected()) }
    }

    pub(super) fn unexpected(&self) -> Fault {
        let reason = match self.peek() {
            Word::Name(name) if super::terms::is_clause(name) => "Unexpected keyword",
            _ => "Unexpected term",
        };
        Fault::Syntax(reason.to_owned())
    }

    /// Where the next token is: what was read from there on may turn out to be wrong.
    pub(super) fn position(&self) -> usize {
        self.next
    }

    /// A sentence of AWS's about what was read from a position on, whose first token it points at.
    pub(super) fn refused_at(&self, position: usize, reason: &str) -> Fault {
        let from = self.tokens[position].at;
        let to = self.tokens.get(position + 1).map_or(self.text.len(), |next| next.at);
        let place = place(self.text, from, self.text[from..to].trim_end().chars().count());
        Fault::Refused(Refusal::plain(format!("{reason} at {place}")))
    }

    /// Goes one deeper, where that is not too deep.
    pub(super) fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth == MAX_DEPTH {
            return Err(Fault::Syntax("Statement is nested too deeply".to_owned()));
        }
        self.depth += 1;
        let parsed = inner(self);
        self.depth -= 1;
        parsed
    }

    fn end(&mut self) -> Parsed<()> {
        self.take(";");
        if *self.peek() == Word::End {
            Ok(())
        } else {
            Err(Fault::Syntax("Unexpected token after expression".to_owned()))
        }
    }

    fn statement(&mut self) -> Parsed<Statement> {
        if self.is_keyword("SELECT") {
            self.select().map(Statement::Select)
        } else if self.take_keyword("INSERT") {
            self.insert()
        } else if self.take_keyword("UPDATE") {
            self.update().map(Statement::Update)
        } else if self.take_keyword("DELETE") {
            self.delete().map(Statement::Delete)
        } else if self.take_keyword("EXISTS") {
            self.expect("(")?;
            let select = self.select()?;
            self.expect(")")?;
            Ok(Statement::Exists(select))
        } else {
            Err(self.unexpected())
        }
    }

    fn select(&mut self) -> Parsed<Select> {
        self.expect_keyword("SELECT")?;
        let paths = if self.take("*") { None } else { Some(self.selected_paths()?) };
        self.expect_keyword("FROM")?;
        let table = self.table()?;
        let condition = self.optional_where()?;
        let order_by = if self.take_keyword("ORDER") { self.order_by()? } else { Vec::new() };
        Ok(Select { table, paths, condition, order_by })
    }

    fn selected_paths(&mut self) -> Parsed<Vec<Path>> {
        let mut paths = Vec::new();
        loop {
            if let (Word::Name(name), Some(Word::Symbol("("))) = (self.peek(), self.peek_second()) {
                let place = place(self.text, self.tokens[self.next].at, name.len());
                return Err(Fault::Refused(Refusal::plain(format!("Unexpected path component at {place}"))));
            }
            paths.push(self.path()?);
            if !self.take(",") {
                return Ok(paths);
            }
        }
    }

    fn order_by(&mut self) -> Parsed<Vec<Order>> {
        self.expect_keyword("BY")?;
        let mut order_by = Vec::new();
        loop {
            let attribute = self.name()?;
            let is_descending = self.take_keyword("DESC");
            if !is_descending {
                self.take_keyword("ASC");
            }
            order_by.push(Order { attribute, is_descending });
            if !self.take(",") {
                return Ok(order_by);
            }
        }
    }

    fn insert(&mut self) -> Parsed<Statement> {
        self.expect_keyword("INTO")?;
        let table_name = self.name()?;
        self.expect_keyword("VALUE")?;
        match self.value()? {
            AttributeValue::M(item) => Ok(Statement::Insert { table_name, item }),
            _ => Err(Fault::Syntax("Expected a tuple to insert".to_owned())),
        }
    }

    fn update(&mut self) -> Parsed<UpdateStatement> {
        let table = self.table()?;
        let mut actions: Vec<Action> = Vec::new();
        loop {
            if self.take_keyword("SET") {
                self.sets(&mut actions)?;
            } else if self.take_keyword("REMOVE") {
                self.removals(&mut actions)?;
            } else {
                break;
            }
        }
        if actions.is_empty() {
            return Err(self.unexpected());
        }
        let update = Update::of_actions(actions).map_err(Fault::Refused)?;
        let condition = self.optional_where()?;
        Ok(UpdateStatement { table, update, condition, returning: self.returning()? })
    }

    fn removals(&mut self, actions: &mut Vec<Action>) -> Parsed<()> {
        loop {
            actions.push(Action::Remove(self.path()?));
            if !self.take(",") {
                return Ok(());
            }
        }
    }

    fn delete(&mut self) -> Parsed<DeleteStatement> {
        self.expect_keyword("FROM")?;
        let table = self.table()?;
        let condition = self.optional_where()?;
        Ok(DeleteStatement { table, condition, returning: self.returning()? })
    }

    fn returning(&mut self) -> Parsed<Option<Returning>> {
        if !self.take_keyword("RETURNING") {
            return Ok(None);
        }
        let is_all = self.take_keyword("ALL");
        if !is_all {
            self.expect_keyword("MODIFIED")?;
        }
        let is_old = self.take_keyword("OLD");
        if !is_old {
            self.expect_keyword("NEW")?;
        }
        self.expect("*")?;
        Ok(Some(match (is_all, is_old) {
            (true, true) => Returning::AllOld,
            (true, false) => Returning::AllNew,
            (false, true) => Returning::ModifiedOld,
            (false, false) => Returning::ModifiedNew,
        }))
    }

    fn table(&mut self) -> Parsed<Table> {
        let name = self.name()?;
        let index_name = if self.take(".") { Some(self.name()?) } else { None };
        Ok(Table { name, index_name })
    }

    /// A name, in quotation marks or without; keywords need the marks.
    pub(super) fn name(&mut self) -> Parsed<String> {
        let name = match self.peek() {
            Word::Name(name) if !super::terms::is_clause(name) => (*name).to_owned(),
            Word::Quoted(name) => name.clone().into_owned(),
            _ => return Err(self.unexpected()),
        };
        self.advance();
        Ok(name)
    }

    pub(super) fn path(&mut self) -> Parsed<Path> {
        let mut path = Path::top(self.name()?);
        loop {
            if self.take(".") {
                path.steps.push(Step::Member(self.name()?));
            } else if self.take("[") {
                let Word::Number(digits) = self.peek() else { return Err(self.unexpected()) };
                let Ok(index) = digits.parse() else { return Err(self.unexpected()) };
                path.steps.push(Step::Element(index));
                self.advance();
                self.expect("]")?;
            } else {
                return Ok(path);
            }
        }
    }
}
