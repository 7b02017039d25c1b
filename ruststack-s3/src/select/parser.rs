//! The grammar of S3 Select's SQL.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-select.html>

use super::{
    error::SelectError,
    lexer::{Token, tokens},
    value::{Value, parse_number},
};

/// Bytes; AWS's.
const MAX_LENGTH: usize = 256 * 1024;
/// Of expressions inside each other.
const MAX_DEPTH: usize = 24;
/// Of operators in a query: each may be inside the other.
const MAX_OPERATORS: usize = 200;

#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Query {
    pub(crate) columns: Columns,
    /// What of each record is one, after `S3Object`.
    pub(crate) from: Vec<Step>,
    pub(crate) condition: Option<Expression>,
    pub(crate) limit: Option<u64>,
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Columns {
    All,
    Named(Vec<Column>),
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Column {
    pub(crate) expression: Expression,
    /// `None` names it by its place.
    pub(crate) name: Option<String>,
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Step {
    /// Case counts where it was quoted.
    Name {
        name: String,
        is_exact: bool,
    },
    Index(usize),
    All,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Aggregate {
    Count,
    Sum,
    Min,
    Max,
    Average,
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Expression {
    Literal(Value),
    Path(Vec<Step>),
    Not(Box<Expression>),
    Negative(Box<Expression>),
    Binary(&'static str, Box<[Expression; 2]>),
    /// Value, pattern and escape character.
    Like(Box<[Expression; 2]>, Option<char>),
    Between(Box<[Expression; 3]>),
    In(Box<Expression>, Vec<Expression>),
    IsNull(Box<Expression>),
    IsMissing(Box<Expression>),
    Cast(Box<Expression>, String),
    Call(String, Vec<Expression>),
    /// The place among the query's aggregates, for which this is computed over all records.
    Aggregate(usize),
    /// Conditions and values, and the value of none.
    Case(Vec<(Expression, Expression)>, Option<Box<Expression>>),
}

/// A query, and its aggregates; of `COUNT(*)` there is no expression.
pub(crate) struct Parsed {
    pub(crate) query: Query,
    pub(crate) aggregates: Vec<(Aggregate, Option<Expression>)>,
}

pub(crate) fn parse(text: &str) -> Result<Parsed, SelectError> {
    if text.len() > MAX_LENGTH {
        let text = "The SQL expression is too long. The maximum byte-length for an SQL expression is 256 KB.";
        return Err(SelectError::new("ExpressionTooLong", text));
    }
    let tokens = tokens(text)?;
    let mut parser = Parser {
        tokens: tokens.into_iter().rev().collect(),
        depth: 0,
        operators: 0,
        aggregates: Vec::new(),
        alias: None,
    };
    let query = parser.query()?;
    Ok(Parsed { query, aggregates: parser.aggregates })
}

struct Parser {
    /// The next one last.
    tokens: Vec<Token>,
    depth: usize,
    operators: usize,
    aggregates: Vec<(Aggregate, Option<Expression>)>,
    alias: Option<String>,
}

type Parse<T> = Result<T, SelectError>;

impl Parser {
    fn query(&mut self) -> Parse<Query> {
        self.expect_keyword("SELECT")?;
        // The alias stands behind the columns that begin with it.
        self.alias = self.find_alias();
        let mut columns = if self.take_symbol("*") { Columns::All } else { Columns::Named(self.columns()?) };
        if let Columns::Named(list) = &columns
            && let [Column { expression: Expression::Path(steps), .. }] = list.as_slice()
            && matches!(steps.as_slice(), [] | [Step::All])
        {
            columns = Columns::All;
        }
        if !self.take_keyword("FROM") {
            return Err(SelectError::new(
                "ParseSelectMissingFrom",
                "The SQL expression contains a missing FROM after the SELECT list.",
            ));
        }
        let from = self.from()?;
        let aggregates = self.aggregates.len();
        let condition = if self.take_keyword("WHERE") { Some(self.expression()?) } else { None };
        if self.aggregates.len() > aggregates {
            return Err(unsupported("aggregates in WHERE"));
        }
        let limit = if self.take_keyword("LIMIT") { Some(self.limit()?) } else { None };
        self.take_symbol(";");
        match self.tokens.pop() {
            None => Ok(Query { columns, from, condition, limit }),
            Some(token) => Err(unexpected(Some(&token))),
        }
    }

    fn limit(&mut self) -> Parse<u64> {
        match self.tokens.pop() {
            Some(Token::Number(number)) => number.parse().map_err(|_| unexpected(Some(&Token::Number(number)))),
            other => Err(unexpected(other.as_ref())),
        }
    }

    /// The word behind `FROM S3Object…`.
    fn find_alias(&self) -> Option<String> {
        // Functions have a FROM, too; S3Object stands behind this one.
        let is_table =
            |at: &usize| matches!(&self.tokens[*at], Token::Word(word) if word.eq_ignore_ascii_case("S3Object"));
        let follows_from = |at: &usize| self.tokens.get(at + 1).is_some_and(|token| is_keyword(token, "FROM"));
        let table = (0..self.tokens.len()).find(|at| is_table(at) && follows_from(at))?;
        let mut rest = self.tokens[..table].iter().rev().peekable();
        while let Some(token) = rest.next() {
            match token {
                Token::Symbol("[" | "]" | "*") | Token::Number(_) => {}
                Token::Symbol(".") => drop(rest.next()),
                Token::Word(word) if word.eq_ignore_ascii_case("AS") => {}
                Token::Word(word) if is_reserved(word) => return None,
                Token::Word(name) | Token::Name(name) => return Some(name.clone()),
                _ => return None,
            }
        }
        None
    }

    fn columns(&mut self) -> Parse<Vec<Column>> {
        let mut columns = Vec::new();
        loop {
            let expression = self.expression()?;
            let name = self.alias()?.or_else(|| last_name(&expression));
            columns.push(Column { expression, name });
            if !self.take_symbol(",") {
                return Ok(columns);
            }
        }
    }

    fn alias(&mut self) -> Parse<Option<String>> {
        let is_named = self.take_keyword("AS");
        match self.tokens.last() {
            Some(Token::Word(word)) if !is_reserved(word) => {}
            Some(Token::Name(_)) => {}
            other if is_named => return Err(unexpected(other)),
            _ => return Ok(None),
        }
        match self.tokens.pop() {
            Some(Token::Word(name) | Token::Name(name)) => Ok(Some(name)),
            other => Err(unexpected(other.as_ref())),
        }
    }

    fn from(&mut self) -> Parse<Vec<Step>> {
        match self.tokens.pop() {
            Some(Token::Word(name) | Token::Name(name)) if name.eq_ignore_ascii_case("S3Object") => {}
            other => return Err(unexpected(other.as_ref())),
        }
        let steps = self.steps()?;
        self.alias()?;
        Ok(steps)
    }

    /// `.name`, `[0]`, `[*]`, `.*`, as many as there are.
    fn steps(&mut self) -> Parse<Vec<Step>> {
        let mut steps = Vec::new();
        loop {
            if self.take_symbol(".") {
                steps.push(match self.tokens.pop() {
                    Some(Token::Word(name)) => Step::Name { name, is_exact: false },
                    Some(Token::Name(name)) => Step::Name { name, is_exact: true },
                    Some(Token::Symbol("*")) => Step::All,
                    other => return Err(unexpected(other.as_ref())),
                });
            } else if self.take_symbol("[") {
                steps.push(match self.tokens.pop() {
                    Some(Token::Symbol("*")) => Step::All,
                    Some(Token::Number(number)) => {
                        Step::Index(number.parse().map_err(|_| unexpected(Some(&Token::Number(number))))?)
                    }
                    Some(Token::Text(name)) => Step::Name { name, is_exact: true },
                    other => return Err(unexpected(other.as_ref())),
                });
                self.expect_symbol("]")?;
            } else {
                return Ok(steps);
            }
        }
    }

    fn expression(&mut self) -> Parse<Expression> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(unsupported("expressions that are nested so deeply"));
        }
        let expression = self.either();
        self.depth -= 1;
        expression
    }

    fn either(&mut self) -> Parse<Expression> {
        let mut left = self.both()?;
        while self.take_keyword("OR") {
            left = self.binary("OR", left, Self::both)?;
        }
        Ok(left)
    }

    fn both(&mut self) -> Parse<Expression> {
        let mut left = self.negation()?;
        while self.take_keyword("AND") {
            left = self.binary("AND", left, Self::negation)?;
        }
        Ok(left)
    }

    fn negation(&mut self) -> Parse<Expression> {
        if !self.take_keyword("NOT") {
            return self.comparison();
        }
        self.count()?;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(unsupported("expressions that are nested so deeply"));
        }
        let inner = self.negation()?;
        self.depth -= 1;
        Ok(Expression::Not(Box::new(inner)))
    }

    fn comparison(&mut self) -> Parse<Expression> {
        let mut left = self.sum()?;
        loop {
            if let Some(operator) = self.take_one_of(&["=", "<>", "!=", "<=", ">=", "<", ">"]) {
                left = self.binary(operator, left, Self::sum)?;
                continue;
            }
            let is_negated = self.tokens.last().is_some_and(|token| is_keyword(token, "NOT"))
                && ["LIKE", "IN", "BETWEEN"]
                    .iter()
                    .any(|word| self.tokens.iter().rev().nth(1).is_some_and(|token| is_keyword(token, word)));
            if is_negated {
                self.tokens.pop();
            }
            let Some(test) = self.test(&left)? else { return Ok(left) };
            left = if is_negated { Expression::Not(Box::new(test)) } else { test };
        }
    }

    fn test(&mut self, left: &Expression) -> Parse<Option<Expression>> {
        let operand = || Box::new(left.clone());
        let test = if self.take_keyword("IS") {
            let is_not = self.take_keyword("NOT");
            let test = match self.take_keyword("MISSING") {
                true => Expression::IsMissing(operand()),
                false => {
                    self.expect_keyword("NULL")?;
                    Expression::IsNull(operand())
                }
            };
            if is_not { Expression::Not(Box::new(test)) } else { test }
        } else if self.take_keyword("LIKE") {
            let pattern = self.sum()?;
            let escape = if self.take_keyword("ESCAPE") { Some(self.escape()?) } else { None };
            Expression::Like(Box::new([left.clone(), pattern]), escape)
        } else if self.take_keyword("BETWEEN") {
            let low = self.sum()?;
            self.expect_keyword("AND")?;
            Expression::Between(Box::new([left.clone(), low, self.sum()?]))
        } else if self.take_keyword("IN") {
            let is_closed_by = if self.take_symbol("[") { "]" } else { ")" };
            if is_closed_by == ")" {
                self.expect_symbol("(")?;
            }
            Expression::In(operand(), self.list(is_closed_by)?)
        } else {
            return Ok(None);
        };
        self.count()?;
        Ok(Some(test))
    }

    fn escape(&mut self) -> Parse<char> {
        match self.tokens.pop() {
            Some(Token::Text(text)) if text.chars().count() == 1 => Ok(text.chars().next().unwrap_or('\\')),
            other => Err(unexpected(other.as_ref())),
        }
    }

    fn sum(&mut self) -> Parse<Expression> {
        let mut left = self.product()?;
        while let Some(operator) = self.take_one_of(&["+", "-", "||"]) {
            left = self.binary(operator, left, Self::product)?;
        }
        Ok(left)
    }

    fn product(&mut self) -> Parse<Expression> {
        let mut left = self.sign()?;
        while let Some(operator) = self.take_one_of(&["*", "/", "%"]) {
            left = self.binary(operator, left, Self::sign)?;
        }
        Ok(left)
    }

    fn sign(&mut self) -> Parse<Expression> {
        let mut is_negative = false;
        while let Some(sign) = self.take_one_of(&["-", "+"]) {
            is_negative ^= sign == "-";
        }
        let operand = self.primary()?;
        if !is_negative {
            return Ok(operand);
        }
        self.count()?;
        Ok(Expression::Negative(Box::new(operand)))
    }

    fn primary(&mut self) -> Parse<Expression> {
        match self.tokens.pop() {
            Some(Token::Number(number)) => {
                let value = parse_number(&number).ok_or_else(|| unexpected(Some(&Token::Number(number))))?;
                Ok(Expression::Literal(value))
            }
            Some(Token::Text(text)) => Ok(Expression::Literal(Value::Text(text))),
            Some(Token::Symbol("(")) => {
                let inner = self.expression()?;
                self.expect_symbol(")")?;
                Ok(inner)
            }
            Some(Token::Name(name)) => self.path(Step::Name { name, is_exact: true }),
            Some(Token::Word(word)) => self.word(word),
            other => Err(unexpected(other.as_ref())),
        }
    }

    fn word(&mut self, word: String) -> Parse<Expression> {
        let upper = word.to_ascii_uppercase();
        match upper.as_str() {
            "NULL" => return Ok(Expression::Literal(Value::Null)),
            "MISSING" => return Ok(Expression::Literal(Value::Missing)),
            "TRUE" | "FALSE" => return Ok(Expression::Literal(Value::Boolean(upper == "TRUE"))),
            "CASE" => return self.case(),
            _ if self.take_symbol("(") => return self.call(&upper),
            _ if is_reserved(&word) => return Err(unexpected(Some(&Token::Word(word)))),
            _ => {}
        }
        self.path(Step::Name { name: word, is_exact: false })
    }

    /// Without the alias or the table's own name, where it begins with that.
    fn path(&mut self, first: Step) -> Parse<Expression> {
        let mut steps = self.steps()?;
        let is_table = |name: &str| name.eq_ignore_ascii_case("S3Object") || self.alias.as_deref() == Some(name);
        if !matches!(&first, Step::Name { name, .. } if is_table(name)) {
            steps.insert(0, first);
        }
        Ok(Expression::Path(steps))
    }

    fn call(&mut self, function: &str) -> Parse<Expression> {
        let aggregate = match function {
            "COUNT" => Some(Aggregate::Count),
            "SUM" => Some(Aggregate::Sum),
            "MIN" => Some(Aggregate::Min),
            "MAX" => Some(Aggregate::Max),
            "AVG" => Some(Aggregate::Average),
            _ => None,
        };
        match (function, aggregate) {
            (_, Some(aggregate)) => self.aggregate(aggregate),
            ("CAST", _) => {
                let operand = self.expression()?;
                self.expect_keyword("AS")?;
                let target = self.type_name()?;
                Ok(Expression::Cast(Box::new(operand), target))
            }
            ("EXTRACT", _) => self.extract(),
            ("TRIM", _) => self.trim(),
            ("SUBSTRING", _) => self.substring(),
            ("DATE_ADD" | "DATE_DIFF", _) => {
                let part = self.date_part()?;
                self.expect_symbol(",")?;
                let mut arguments = vec![part];
                arguments.extend(self.list(")")?);
                Ok(Expression::Call(function.to_owned(), arguments))
            }
            _ if super::functions::is_known(function) => Ok(Expression::Call(function.to_owned(), self.list(")")?)),
            _ => {
                let text = format!("Encountered an unsupported function in the SQL expression: {function}");
                Err(SelectError::new("UnsupportedFunction", text))
            }
        }
    }

    fn aggregate(&mut self, aggregate: Aggregate) -> Parse<Expression> {
        let before = self.aggregates.len();
        let operand = match aggregate == Aggregate::Count && self.take_symbol("*") {
            true => None,
            false => Some(self.expression()?),
        };
        self.expect_symbol(")")?;
        if self.aggregates.len() > before {
            return Err(unsupported("aggregates of aggregates"));
        }
        self.aggregates.push((aggregate, operand));
        Ok(Expression::Aggregate(self.aggregates.len() - 1))
    }

    fn type_name(&mut self) -> Parse<String> {
        let Some(Token::Word(name)) = self.tokens.pop() else { return Err(unexpected(None)) };
        let name = name.to_ascii_uppercase();
        let known =
            ["INT", "INTEGER", "FLOAT", "DECIMAL", "NUMERIC", "DOUBLE", "BOOL", "BOOLEAN", "TIMESTAMP", "STRING"];
        if !known.contains(&name.as_str()) && !["VARCHAR", "CHAR"].contains(&name.as_str()) {
            let text = format!("The SQL expression contains an invalid data type: {name}");
            return Err(SelectError::new("InvalidDataType", text));
        }
        if self.take_symbol("(") {
            drop(self.list(")")?);
        }
        self.expect_symbol(")")?;
        Ok(name)
    }

    fn extract(&mut self) -> Parse<Expression> {
        let part = self.date_part()?;
        self.expect_keyword("FROM")?;
        let of = self.expression()?;
        self.expect_symbol(")")?;
        Ok(Expression::Call("EXTRACT".to_owned(), vec![part, of]))
    }

    fn date_part(&mut self) -> Parse<Expression> {
        match self.tokens.pop() {
            Some(Token::Word(part)) => Ok(Expression::Literal(Value::Text(part.to_ascii_lowercase()))),
            other => Err(unexpected(other.as_ref())),
        }
    }

    /// `TRIM([LEADING | TRAILING | BOTH] [letters FROM] text)`, as a call of side, text and letters.
    fn trim(&mut self) -> Parse<Expression> {
        let sides = ["LEADING", "TRAILING", "BOTH"];
        let side = sides.into_iter().find(|side| self.take_keyword(side));
        let mut letters = Expression::Literal(Value::Text(" ".to_owned()));
        let mut text = None;
        if !self.take_keyword("FROM") {
            let first = self.expression()?;
            match self.take_keyword("FROM") {
                true => letters = first,
                false => text = Some(first),
            }
        }
        let text = text.map_or_else(|| self.expression(), Ok)?;
        self.expect_symbol(")")?;
        let side = Expression::Literal(Value::Text(side.unwrap_or("BOTH").to_owned()));
        Ok(Expression::Call("TRIM".to_owned(), vec![side, text, letters]))
    }

    /// With commas, or with `FROM` and `FOR`.
    fn substring(&mut self) -> Parse<Expression> {
        let mut arguments = vec![self.expression()?];
        while self.take_symbol(",") || self.take_keyword("FROM") || self.take_keyword("FOR") {
            arguments.push(self.expression()?);
        }
        self.expect_symbol(")")?;
        Ok(Expression::Call("SUBSTRING".to_owned(), arguments))
    }

    fn case(&mut self) -> Parse<Expression> {
        let is_searched = self.tokens.last().is_some_and(|token| is_keyword(token, "WHEN"));
        let operand = if is_searched { None } else { Some(self.expression()?) };
        // It is compared anew for each branch.
        if operand.as_ref().is_some_and(|operand| !matches!(operand, Expression::Path(_) | Expression::Literal(_))) {
            return Err(unsupported("CASE of an expression"));
        }
        let mut branches = Vec::new();
        while self.take_keyword("WHEN") {
            self.count()?;
            let when = self.expression()?;
            let when = match &operand {
                Some(operand) => Expression::Binary("=", Box::new([operand.clone(), when])),
                None => when,
            };
            self.expect_keyword("THEN")?;
            branches.push((when, self.expression()?));
        }
        let otherwise = if self.take_keyword("ELSE") { Some(Box::new(self.expression()?)) } else { None };
        self.expect_keyword("END")?;
        Ok(Expression::Case(branches, otherwise))
    }

    fn list(&mut self, end: &'static str) -> Parse<Vec<Expression>> {
        let mut list = Vec::new();
        if self.take_symbol(end) {
            return Ok(list);
        }
        loop {
            list.push(self.expression()?);
            if !self.take_symbol(",") {
                self.expect_symbol(end)?;
                return Ok(list);
            }
        }
    }

    fn binary(
        &mut self,
        operator: &'static str,
        left: Expression,
        right: fn(&mut Self) -> Parse<Expression>,
    ) -> Parse<Expression> {
        self.count()?;
        Ok(Expression::Binary(operator, Box::new([left, right(self)?])))
    }

    fn count(&mut self) -> Parse<()> {
        self.operators += 1;
        if self.operators > MAX_OPERATORS { Err(unsupported("so many operators")) } else { Ok(()) }
    }

    fn take_keyword(&mut self, keyword: &str) -> bool {
        self.tokens.pop_if(|token| is_keyword(token, keyword)).is_some()
    }

    fn take_symbol(&mut self, symbol: &str) -> bool {
        self.tokens.pop_if(|token| matches!(token, Token::Symbol(found) if *found == symbol)).is_some()
    }

    fn take_one_of(&mut self, symbols: &[&'static str]) -> Option<&'static str> {
        symbols.iter().copied().find(|symbol| self.take_symbol(symbol))
    }

    fn expect_keyword(&mut self, keyword: &str) -> Parse<()> {
        if self.take_keyword(keyword) {
            return Ok(());
        }
        let text = format!("Did not find the expected keyword {keyword} in the SQL expression.");
        Err(SelectError::new("ParseExpectedKeyword", text))
    }

    fn expect_symbol(&mut self, symbol: &str) -> Parse<()> {
        if self.take_symbol(symbol) { Ok(()) } else { Err(unexpected(self.tokens.last())) }
    }
}

const RESERVED: [&str; 22] = [
    "AND", "AS", "BETWEEN", "CASE", "ELSE", "END", "ESCAPE", "FOR", "FROM", "GROUP", "IN", "IS", "LIKE", "LIMIT",
    "NOT", "OR", "ORDER", "SELECT", "THEN", "WHEN", "WHERE", "HAVING",
];

fn is_reserved(word: &str) -> bool {
    RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(word))
}

fn is_keyword(token: &Token, keyword: &str) -> bool {
    matches!(token, Token::Word(word) if word.eq_ignore_ascii_case(keyword))
}

fn last_name(expression: &Expression) -> Option<String> {
    match expression {
        Expression::Path(steps) => match steps.last()? {
            Step::Name { name, .. } => Some(name.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn unexpected(token: Option<&Token>) -> SelectError {
    let found = match token {
        None => "the end".to_owned(),
        Some(Token::Word(text) | Token::Name(text) | Token::Text(text) | Token::Number(text)) => text.clone(),
        Some(Token::Symbol(symbol)) => (*symbol).to_owned(),
    };
    SelectError::new("ParseUnexpectedToken", format!("The SQL expression contains an unexpected token: {found}"))
}

fn unsupported(what: &str) -> SelectError {
    SelectError::new("ParseUnsupportedSyntax", format!("The SQL expression contains unsupported syntax: {what}"))
}
