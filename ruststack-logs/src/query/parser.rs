//! From tokens to commands.

use regex::{Regex, RegexBuilder};

use super::{
    Command, InvalidQuery, MAX_COMMANDS, MAX_DEPTH, Named, Order,
    expression::{Comparison, Expression, Function},
    lexer::{Token, tokens},
    record::Value,
    stats::{Aggregate, Kind},
};

/// What a compiled expression may take. Bytes.
const MAX_REGEX_SIZE: usize = 1 << 20;
const MESSAGE: &str = "@message";

type Parsed<T> = Result<T, InvalidQuery>;

pub(super) fn parse(text: &str) -> Parsed<Vec<Command>> {
    let mut parser = Parser { text, tokens: tokens(text)?, at: 0, depth: 0 };
    let mut commands = Vec::new();
    // A query may be empty, or begin with a pipe.
    parser.take_sign("|");
    while parser.peek().is_some() {
        commands.push(parser.command()?);
        if commands.len() > MAX_COMMANDS {
            return Err(parser.invalid("there are too many commands"));
        }
        if parser.peek().is_some() {
            parser.expect("|")?;
        }
    }
    Ok(commands)
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<(Token, usize)>,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn command(&mut self) -> Parsed<Command> {
        let name = self.word()?;
        match name.to_ascii_lowercase().as_str() {
            "fields" => self.list(Self::named).map(Command::Fields),
            "display" => self.list(Self::named).map(Command::Display),
            "filter" | "where" => self.expression().map(Command::Filter),
            "parse" => self.parse_command(),
            "sort" | "order" => self.list(Self::sorted).map(Command::Sort),
            "limit" | "head" => self.count().map(Command::Limit),
            "dedup" => self.list(Self::expression).map(Command::Dedup),
            "stats" => self.stats(),
            _ => {
                self.at -= 1;
                Err(self.invalid(&format!("there is no command '{name}' here")))
            }
        }
    }

    fn list<T>(&mut self, mut one: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut list = vec![one(self)?];
        while self.take_sign(",") {
            list.push(one(self)?);
        }
        Ok(list)
    }

    fn named(&mut self) -> Parsed<Named> {
        let begin = self.at;
        let expression = self.expression()?;
        let name = self.name_from(begin)?;
        Ok(Named { name, expression })
    }

    /// What stands behind `as`, or else the text since a token.
    fn name_from(&mut self, begin: usize) -> Parsed<String> {
        let end = self.position();
        if self.take_word("as") {
            return self.field();
        }
        if let (Some((Token::Quoted(name), _)), true) = (self.tokens.get(begin), self.at == begin + 1) {
            return Ok(name.clone());
        }
        let start = self.tokens.get(begin).map_or(end, |(_, position)| *position);
        Ok(self.text[start..end].trim().to_owned())
    }

    fn sorted(&mut self) -> Parsed<(Expression, Order)> {
        let expression = self.expression()?;
        let is_descending = self.take_word("desc");
        let order = if is_descending { Order::Descending } else { Order::Ascending };
        if !is_descending {
            self.take_word("asc");
        }
        Ok((expression, order))
    }

    fn count(&mut self) -> Parsed<usize> {
        match self.next() {
            Some(Token::Number(number, unit)) if unit.is_empty() && number.fract() == 0.0 => Ok(number as usize),
            _ => Err(self.wrong("a number")),
        }
    }

    /// `parse @message "a=* b=*" as a, b`, `parse @message /(?<a>\d+)/`.
    fn parse_command(&mut self) -> Parsed<Command> {
        let is_pattern = matches!(self.peek(), Some(Token::Text(_) | Token::Regex(_)));
        let source = if is_pattern { Expression::Field(MESSAGE.to_owned()) } else { Expression::Field(self.field()?) };
        match self.next() {
            Some(Token::Regex(text)) => {
                let pattern = self.regex(&text)?;
                let names: Vec<String> = pattern.capture_names().flatten().map(str::to_owned).collect();
                if names.is_empty() {
                    return Err(self.invalid("the expression of parse names no field"));
                }
                Ok(Command::Parse { source, pattern, names })
            }
            Some(Token::Text(glob)) => {
                if !self.take_word("as") {
                    return Err(self.wrong("as"));
                }
                let names = self.list(Self::field)?;
                let pattern = self.glob(&glob)?;
                if pattern.captures_len() != names.len() + 1 {
                    return Err(self.invalid("parse has as many names as its text has asterisks"));
                }
                Ok(Command::Parse { source, pattern, names })
            }
            _ => Err(self.wrong("a text or an expression")),
        }
    }

    /// Asterisks are what is found; the last of a text takes all that is left.
    fn glob(&self, glob: &str) -> Parsed<Regex> {
        let pieces: Vec<String> = glob.split('*').map(regex::escape).collect();
        let mut text = pieces.join("(.*?)");
        if glob.ends_with('*') {
            text.truncate(text.len() - "(.*?)".len());
            text.push_str("(.*)");
        }
        self.regex(&format!("(?s){text}"))
    }

    fn regex(&self, text: &str) -> Parsed<Regex> {
        let regex = RegexBuilder::new(text).size_limit(MAX_REGEX_SIZE).build();
        regex.map_err(|_| self.invalid("the regular expression cannot be read"))
    }

    fn stats(&mut self) -> Parsed<Command> {
        let aggregates = self.list(Self::aggregate)?;
        let by = if self.take_word("by") { self.list(Self::named)? } else { Vec::new() };
        Ok(Command::Stats { aggregates, by })
    }

    fn aggregate(&mut self) -> Parsed<(String, Aggregate)> {
        let begin = self.at;
        let name = self.word()?.to_ascii_lowercase();
        let Some((_, mut kind)) = Kind::ALL.into_iter().find(|(known, _)| *known == name) else {
            self.at = begin;
            return Err(self.invalid(&format!("there is no statistic '{name}' here")));
        };
        self.expect("(")?;
        let is_all = self.take_sign("*") || self.is_sign(")");
        if is_all && kind != Kind::Count {
            return Err(self.wrong("an expression"));
        }
        let of = if is_all { None } else { Some(self.expression()?) };
        if matches!(kind, Kind::Percentile(_)) {
            self.expect(",")?;
            kind = match self.next() {
                Some(Token::Number(share, _)) => Kind::Percentile(share),
                _ => return Err(self.wrong("a number")),
            };
        }
        self.expect(")")?;
        Ok((self.name_from(begin)?, Aggregate { kind, of }))
    }

    fn expression(&mut self) -> Parsed<Expression> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.invalid("the expression is too deep"));
        }
        let mut parts = vec![self.and()?];
        while self.take_word("or") || self.take_sign("||") {
            parts.push(self.and()?);
        }
        self.depth -= 1;
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::Or(parts) })
    }

    fn and(&mut self) -> Parsed<Expression> {
        let mut parts = vec![self.not()?];
        while self.take_word("and") || self.take_sign("&&") {
            parts.push(self.not()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::And(parts) })
    }

    fn not(&mut self) -> Parsed<Expression> {
        let mut count = 0;
        while self.take_word("not") {
            count += 1;
        }
        let inner = self.comparison()?;
        Ok(if count % 2 == 1 { Expression::Not(Box::new(inner)) } else { inner })
    }

    fn comparison(&mut self) -> Parsed<Expression> {
        const COMPARISONS: [(&str, Comparison); 6] = [
            ("=", Comparison::Equal),
            ("!=", Comparison::NotEqual),
            ("<", Comparison::Less),
            ("<=", Comparison::LessOrEqual),
            (">", Comparison::Greater),
            (">=", Comparison::GreaterOrEqual),
        ];
        let left = self.sum()?;
        if let Some((_, comparison)) = COMPARISONS.iter().find(|(sign, _)| self.take_sign(sign)) {
            return Ok(Expression::Compare(Box::new(left), *comparison, Box::new(self.sum()?)));
        }
        let is_negated = self.take_word("not");
        let test = if self.take_word("like") || self.take_sign("=~") {
            Expression::Like(Box::new(left), self.like()?)
        } else if self.take_word("in") {
            self.expect("[")?;
            let list = self.list(Self::sum)?;
            self.expect("]")?;
            Expression::In(Box::new(left), list)
        } else if is_negated {
            return Err(self.wrong("like or in"));
        } else {
            return Ok(left);
        };
        Ok(if is_negated { Expression::Not(Box::new(test)) } else { test })
    }

    fn like(&mut self) -> Parsed<Regex> {
        match self.next() {
            Some(Token::Regex(text)) => self.regex(&text),
            Some(Token::Text(text)) => self.regex(&regex::escape(&text)),
            _ => Err(self.wrong("a text or an expression")),
        }
    }

    fn sum(&mut self) -> Parsed<Expression> {
        self.chain(&['+', '-'], |parser| parser.chain(&['*', '/', '%'], |parser| parser.chain(&['^'], Self::primary)))
    }

    /// Operands between signs of one rank, from left to right.
    fn chain(&mut self, signs: &[char], operand: impl Fn(&mut Self) -> Parsed<Expression>) -> Parsed<Expression> {
        let mut left = operand(self)?;
        for length in 0.. {
            let found = signs.iter().find(|sign| self.take_sign(sign.encode_utf8(&mut [0; 4])));
            let Some(sign) = found else { break };
            if length > MAX_DEPTH {
                return Err(self.invalid("the expression is too long"));
            }
            left = Expression::Arithmetic(Box::new(left), *sign, Box::new(operand(self)?));
        }
        Ok(left)
    }

    fn primary(&mut self) -> Parsed<Expression> {
        if self.take_sign("(") {
            let inner = self.expression()?;
            self.expect(")")?;
            return Ok(inner);
        }
        if self.take_sign("-") {
            return match self.next() {
                Some(Token::Number(number, _)) => Ok(Expression::Constant(Value::Number(-number))),
                _ => Err(self.wrong("a number")),
            };
        }
        match self.next() {
            Some(Token::Text(text)) => Ok(Expression::Constant(Value::text(&text))),
            Some(Token::Number(number, unit)) => self.in_millis(number, &unit),
            Some(Token::Quoted(name)) => Ok(Expression::Field(name)),
            Some(Token::Word(name)) if self.is_sign("(") => self.call(&name),
            Some(Token::Word(name)) => Ok(Expression::Field(name)),
            _ => Err(self.wrong("an expression")),
        }
    }

    /// A number, or a period.
    fn in_millis(&self, number: f64, unit: &str) -> Parsed<Expression> {
        let millis = match unit {
            "" | "ms" | "msec" => 1.0,
            "s" | "sec" => 1000.0,
            "m" | "min" => 60_000.0,
            "h" | "hr" => 3_600_000.0,
            "d" => 86_400_000.0,
            "w" => 604_800_000.0,
            _ => return Err(self.invalid(&format!("there is no unit '{unit}'"))),
        };
        Ok(Expression::Constant(Value::Number(number * millis)))
    }

    fn call(&mut self, name: &str) -> Parsed<Expression> {
        let lower = name.to_ascii_lowercase();
        let known = Function::ALL.iter().find(|(known, ..)| *known == lower);
        let (_, function, min, max) =
            known.ok_or_else(|| self.invalid(&format!("there is no function '{name}' here")))?;
        self.expect("(")?;
        let mut arguments = if self.is_sign(")") { Vec::new() } else { self.list(Self::expression)? };
        self.expect(")")?;
        if *function == Function::Bin && arguments.len() == 1 {
            arguments.insert(0, Expression::Field("@timestamp".to_owned()));
        }
        if !(*min..=*max).contains(&arguments.len()) {
            return Err(self.invalid(&format!("{name} has another number of arguments")));
        }
        Ok(Expression::Call(*function, arguments))
    }

    fn field(&mut self) -> Parsed<String> {
        match self.next() {
            Some(Token::Word(name) | Token::Quoted(name)) => Ok(name),
            _ => Err(self.wrong("the name of a field")),
        }
    }

    fn word(&mut self) -> Parsed<String> {
        match self.next() {
            Some(Token::Word(word)) => Ok(word),
            _ => Err(self.wrong("a word")),
        }
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn next(&mut self) -> Option<Token> {
        let next = self.peek().cloned();
        self.at += 1;
        next
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.peek(), Some(Token::Sign(next)) if *next == sign)
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let is_next = self.is_sign(sign);
        self.at += usize::from(is_next);
        is_next
    }

    fn take_word(&mut self, word: &str) -> bool {
        let is_next = matches!(self.peek(), Some(Token::Word(next)) if next.eq_ignore_ascii_case(word));
        self.at += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, sign: &str) -> Parsed<()> {
        if self.take_sign(sign) {
            return Ok(());
        }
        self.at += 1;
        Err(self.wrong(sign))
    }

    /// Where the next token stands, or the end.
    fn position(&self) -> usize {
        self.tokens.get(self.at).map_or(self.text.len(), |(_, position)| *position)
    }

    /// The token before this is not what is expected.
    fn wrong(&mut self, expected: &str) -> InvalidQuery {
        self.at = self.at.saturating_sub(1);
        self.invalid(&format!("{expected} is expected"))
    }

    fn invalid(&self, message: &str) -> InvalidQuery {
        InvalidQuery { message: message.to_owned(), position: self.position() }
    }
}
