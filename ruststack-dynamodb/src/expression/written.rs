//! Expressions as they are written: trees whose placeholders are not looked up yet.

use super::condition::Comparator;

/// A condition as it is written.
#[derive(Clone, Debug)]
pub(super) enum Tree {
    Or(Vec<Tree>),
    And(Vec<Tree>),
    /// So many `NOT`s, of which an even number turns nothing.
    Not {
        inner: Box<Tree>,
        times: usize,
    },
    Compare {
        left: Term,
        by: Comparator,
        right: Term,
    },
    Between {
        operand: Term,
        low: Term,
        high: Term,
    },
    In {
        operand: Term,
        candidates: Vec<Term>,
    },
    Call(Call),
}

/// An operand as it is written.
#[derive(Clone, Debug)]
pub(super) enum Term {
    Path(WrittenPath),
    /// The placeholder, with its colon.
    Value(String),
    Call(Call),
    /// Only in updates.
    Sum {
        left: Box<Term>,
        is_minus: bool,
        right: Box<Term>,
    },
}

#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) function: String,
    pub(super) operands: Vec<Term>,
}

/// A path whose names may be placeholders.
pub(super) type WrittenPath = Vec<WrittenStep>;

#[derive(Clone, Debug)]
pub(super) enum WrittenStep {
    Name(String),
    /// With its `#`.
    Placeholder(String),
    /// The digits.
    Element(String),
}

/// One section of an update.
#[derive(Clone, Debug)]
pub(super) enum WrittenAction {
    Set(WrittenPath, Term),
    Remove(WrittenPath),
    Add(WrittenPath, String),
    Delete(WrittenPath, String),
}

/// `SET`, `REMOVE`, `ADD` or `DELETE` with what it does.
pub(super) struct Section {
    pub(super) name: &'static str,
    pub(super) actions: Vec<WrittenAction>,
}
