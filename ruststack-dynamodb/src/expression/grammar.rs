//! The grammar of expressions.
//!
//! A hand-written descent of one token's foresight; conditions are joined on a stack of their own, as clients nest them
//! deeply.

use super::{
    ExpressionKind, MAX_SIZE,
    condition::Comparator,
    lexer::{Kind, Token, tokens},
    rules,
    written::{Call, Section, Term, Tree, WrittenAction, WrittenPath, WrittenStep},
};
use crate::refusal::Refusal;

/// How deep operands may lie in each other. Groups that lie in each other each have an operator, of which AWS takes 300.
// Differs from AWS: operands of functions that lie more than 100 deep in each other are refused as too many operators.
const MAX_DEPTH: usize = 100;

/// A condition, filter or key condition that can be kept and bound again.
#[derive(Clone, Debug)]
pub struct ParsedCondition {
    pub(super) kind: ExpressionKind,
    pub(super) tree: Tree,
}

/// A projection that can be kept and bound again.
#[derive(Clone, Debug)]
pub struct ParsedProjection {
    pub(super) paths: Vec<WrittenPath>,
}

/// An update that can be kept and bound again.
#[derive(Clone, Debug)]
pub struct ParsedUpdate {
    pub(super) actions: Vec<WrittenAction>,
}

impl ParsedCondition {
    pub fn parse(kind: ExpressionKind, text: &str) -> Result<Self, Refusal> {
        let tree = parse(kind, text, Parser::condition)?;
        rules::check_condition(&tree).map_err(|reason| kind.invalid(reason))?;
        Ok(Self { kind, tree })
    }
}

impl ParsedProjection {
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let paths = parse(ExpressionKind::Projection, text, |parser| parser.list(|parser| parser.path()))?;
        for path in &paths {
            rules::check_path(path).map_err(|reason| ExpressionKind::Projection.invalid(reason))?;
        }
        Ok(Self { paths })
    }
}

impl ParsedUpdate {
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let sections = parse(ExpressionKind::Update, text, Parser::sections)?;
        rules::check_update(&sections).map_err(|reason| ExpressionKind::Update.invalid(reason))?;
        Ok(Self { actions: sections.into_iter().flat_map(|section| section.actions).collect() })
    }
}

fn parse<'t, T>(
    kind: ExpressionKind,
    text: &'t str,
    grammar: impl FnOnce(&mut Parser<'t>) -> Result<T, String>,
) -> Result<T, Refusal> {
    let reason = if text.is_empty() {
        "The expression can not be empty;"
    } else if text.len() > MAX_SIZE {
        "Expression size has exceeded the maximum allowed size;"
    } else {
        let mut parser = Parser { text, tokens: tokens(text), next: 0, depth: 0 };
        let parsed = grammar(&mut parser).and_then(|parsed| parser.expect(Kind::End).map(|_| parsed));
        return parsed.map_err(|reason| kind.invalid(reason));
    };
    Err(kind.invalid(reason))
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    next: usize,
    depth: usize,
}

/// What stands where a condition or an operand may stand.
struct Node {
    of: NodeOf,
    /// It is all in one pair of parentheses.
    is_group: bool,
}

enum NodeOf {
    Tree(Tree),
    Term(Term),
}

/// What an open pair of parentheses has so far: conditions joined by `AND`, of which some are joined by `OR`.
#[derive(Default)]
struct Group {
    any: Vec<Tree>,
    all: Vec<Tree>,
    /// The `NOT`s before the next condition.
    negations: usize,
}

impl Group {
    fn is_empty(&self) -> bool {
        self.any.is_empty() && self.all.is_empty()
    }

    fn push(&mut self, tree: Tree) {
        let tree = match std::mem::take(&mut self.negations) {
            0 => tree,
            times => Tree::Not { inner: Box::new(tree), times },
        };
        self.all.push(tree);
    }

    fn end_all(&mut self) {
        let all = std::mem::take(&mut self.all);
        self.any.push(joined(all, Tree::And));
    }

    fn end(&mut self) -> Node {
        let any = std::mem::take(&mut self.any);
        Node { of: NodeOf::Tree(joined(any, Tree::Or)), is_group: false }
    }
}

fn joined(mut parts: Vec<Tree>, join: impl FnOnce(Vec<Tree>) -> Tree) -> Tree {
    match parts.pop() {
        Some(lone) if parts.is_empty() => lone,
        last => {
            parts.extend(last);
            join(parts)
        }
    }
}

impl Parser<'_> {
    fn peek(&self) -> Kind {
        self.tokens[self.next].kind
    }

    fn take(&mut self, kind: Kind) -> bool {
        let is_next = self.peek() == kind;
        // The end is not passed.
        if is_next && kind != Kind::End {
            self.next += 1;
        }
        is_next
    }

    fn expect(&mut self, kind: Kind) -> Result<(), String> {
        if self.take(kind) { Ok(()) } else { Err(self.syntax_error()) }
    }

    /// The text of the next token, if it is of that kind.
    fn word(&mut self, kind: Kind) -> Result<String, String> {
        let at = self.tokens[self.next].at.clone();
        self.expect(kind)?;
        Ok(self.text[at].to_owned())
    }

    /// The token that is not expected, and the text from the one before it to the one behind it.
    fn syntax_error(&self) -> String {
        let at = |index: usize| self.tokens.get(index).filter(|token| token.kind != Kind::End).map(|token| &token.at);
        let before = self.next.checked_sub(1).and_then(at);
        let Some(found) = at(self.next) else {
            let near = before.map_or(self.text, |before| &self.text[before.clone()]);
            return format!("Syntax error; token: \"<EOF>\", near: \"{near}\"");
        };
        let start = before.unwrap_or(found).start;
        let end = at(self.next + 1).unwrap_or(found).end;
        format!("Syntax error; token: \"{}\", near: \"{}\"", &self.text[found.clone()], &self.text[start..end])
    }

    /// Goes one deeper, where that is not too deep.
    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T, String>) -> Result<T, String> {
        if self.depth == MAX_DEPTH {
            return Err(rules::too_many_operators());
        }
        self.depth += 1;
        let parsed = inner(self);
        self.depth -= 1;
        parsed
    }

    fn list<T>(&mut self, element: impl Fn(&mut Self) -> Result<T, String>) -> Result<Vec<T>, String> {
        let mut elements = vec![element(self)?];
        while self.take(Kind::Comma) {
            elements.push(element(self)?);
        }
        Ok(elements)
    }

    fn condition(&mut self) -> Result<Tree, String> {
        let node = self.node()?;
        self.as_condition(node)
    }

    /// Conditions joined and grouped, by a stack of the groups that are open: however they lie in each other, this does
    /// not descend.
    fn node(&mut self) -> Result<Node, String> {
        let mut groups: Vec<Group> = Vec::new();
        let mut group = Group::default();
        loop {
            while self.take(Kind::Not) {
                group.negations += 1;
            }
            if self.take(Kind::Open) {
                if groups.len() == super::MAX_OPERATORS {
                    return Err(rules::too_many_operators());
                }
                groups.push(std::mem::take(&mut group));
                continue;
            }
            let operand = self.operand()?;
            let mut node = self.compared(operand, false)?;
            // What follows ends the group, or joins another condition to it.
            loop {
                if group.negations > 0 || matches!(self.peek(), Kind::And | Kind::Or) || !group.is_empty() {
                    let tree = self.as_condition(node)?;
                    group.push(tree);
                    if self.take(Kind::And) {
                        break;
                    }
                    group.end_all();
                    if self.take(Kind::Or) {
                        break;
                    }
                    node = group.end();
                }
                let Some(outer) = groups.pop() else { return Ok(node) };
                self.expect(Kind::Close)?;
                group = outer;
                if node.is_group {
                    return Err("The expression has redundant parentheses;".to_owned());
                }
                node = match node.of {
                    NodeOf::Term(operand) => self.compared(operand, true)?,
                    of @ NodeOf::Tree(_) => Node { of, is_group: true },
                };
            }
        }
    }

    /// An operand with what it is compared with; alone, it is left for whoever has asked.
    fn compared(&mut self, operand: Term, is_group: bool) -> Result<Node, String> {
        Ok(match self.comparison(operand)? {
            Ok(tree) => Node { of: NodeOf::Tree(tree), is_group: false },
            Err(alone) => Node { of: NodeOf::Term(alone), is_group },
        })
    }

    /// Of an operand what it is compared with, or the operand again where no comparison follows.
    fn comparison(&mut self, left: Term) -> Result<Result<Tree, Term>, String> {
        let by = match self.peek() {
            Kind::Equal => Comparator::Equal,
            Kind::NotEqual => Comparator::NotEqual,
            Kind::Less => Comparator::Less,
            Kind::LessOrEqual => Comparator::LessOrEqual,
            Kind::Greater => Comparator::Greater,
            Kind::GreaterOrEqual => Comparator::GreaterOrEqual,
            Kind::Between => return self.between(left).map(Ok),
            Kind::In => return self.candidates(left).map(Ok),
            _ => return Ok(Err(left)),
        };
        self.next += 1;
        Ok(Ok(Tree::Compare { left, by, right: self.operand()? }))
    }

    fn between(&mut self, operand: Term) -> Result<Tree, String> {
        self.expect(Kind::Between)?;
        let low = self.operand()?;
        self.expect(Kind::And)?;
        Ok(Tree::Between { operand, low, high: self.operand()? })
    }

    fn candidates(&mut self, operand: Term) -> Result<Tree, String> {
        self.expect(Kind::In)?;
        self.expect(Kind::Open)?;
        let candidates = self.list(Self::operand)?;
        self.expect(Kind::Close)?;
        Ok(Tree::In { operand, candidates })
    }

    /// A condition; of operands only functions are.
    fn as_condition(&self, node: Node) -> Result<Tree, String> {
        match node.of {
            NodeOf::Tree(tree) => Ok(tree),
            NodeOf::Term(Term::Call(call)) => Ok(Tree::Call(call)),
            NodeOf::Term(_) => Err(self.syntax_error()),
        }
    }

    fn operand(&mut self) -> Result<Term, String> {
        match self.peek() {
            Kind::ValuePlaceholder => self.word(Kind::ValuePlaceholder).map(Term::Value),
            Kind::Open => {
                self.next += 1;
                let inner_is_group = self.peek() == Kind::Open;
                let inner = self.deeper(Self::operand)?;
                self.expect(Kind::Close)?;
                if inner_is_group {
                    return Err("The expression has redundant parentheses;".to_owned());
                }
                Ok(inner)
            }
            Kind::Word if self.tokens[self.next + 1].kind == Kind::Open => self.call().map(Term::Call),
            _ => self.path().map(Term::Path),
        }
    }

    fn call(&mut self) -> Result<Call, String> {
        let function = self.word(Kind::Word)?;
        self.expect(Kind::Open)?;
        let operands = self.deeper(|parser| parser.list(Self::operand))?;
        self.expect(Kind::Close)?;
        Ok(Call { function, operands })
    }

    fn path(&mut self) -> Result<WrittenPath, String> {
        let mut path = vec![self.name()?];
        loop {
            if self.take(Kind::Dot) {
                path.push(self.name()?);
            } else if self.take(Kind::OpenBracket) {
                path.push(WrittenStep::Element(self.word(Kind::Number)?));
                self.expect(Kind::CloseBracket)?;
            } else {
                return Ok(path);
            }
        }
    }

    fn name(&mut self) -> Result<WrittenStep, String> {
        match self.peek() {
            Kind::NamePlaceholder => self.word(Kind::NamePlaceholder).map(WrittenStep::Placeholder),
            _ => self.word(Kind::Word).map(WrittenStep::Name),
        }
    }

    fn sections(&mut self) -> Result<Vec<Section>, String> {
        let mut sections = Vec::new();
        loop {
            let (name, actions) = if self.take(Kind::Set) {
                ("SET", self.list(Self::set)?)
            } else if self.take(Kind::Remove) {
                ("REMOVE", self.list(|parser| parser.path().map(WrittenAction::Remove))?)
            } else if self.take(Kind::Add) {
                ("ADD", self.list(|parser| parser.path_and_value(WrittenAction::Add))?)
            } else if self.take(Kind::Delete) {
                ("DELETE", self.list(|parser| parser.path_and_value(WrittenAction::Delete))?)
            } else {
                return Err(self.syntax_error());
            };
            sections.push(Section { name, actions });
            if self.peek() == Kind::End {
                return Ok(sections);
            }
        }
    }

    fn set(&mut self) -> Result<WrittenAction, String> {
        let path = self.path()?;
        self.expect(Kind::Equal)?;
        Ok(WrittenAction::Set(path, self.sum()?))
    }

    fn path_and_value(&mut self, of: fn(WrittenPath, String) -> WrittenAction) -> Result<WrittenAction, String> {
        let path = self.path()?;
        Ok(of(path, self.word(Kind::ValuePlaceholder)?))
    }

    /// An operand of `SET`, or one added to or taken from another.
    fn sum(&mut self) -> Result<Term, String> {
        let left = self.summand()?;
        let is_minus = self.peek() == Kind::Minus;
        if !self.take(Kind::Plus) && !self.take(Kind::Minus) {
            return Ok(left);
        }
        let right = self.summand()?;
        Ok(Term::Sum { left: Box::new(left), is_minus, right: Box::new(right) })
    }

    fn summand(&mut self) -> Result<Term, String> {
        if !self.take(Kind::Open) {
            return self.operand();
        }
        let inner = self.deeper(Self::sum)?;
        self.expect(Kind::Close)?;
        Ok(inner)
    }
}
