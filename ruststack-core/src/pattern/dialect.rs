//! Where AWS's services differ in what patterns they take.

use std::collections::BTreeSet;

use super::{Branch, InvalidPattern, Pattern};

/// Which operators and how much of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// `wildcard`, and the operators that came with it: `prefix` and `suffix` that ignore case, and all forms of
    /// `anything-but` besides a plain list and `prefix`.
    pub(super) extended: bool,
    /// Whether a key may hold keys.
    nested: bool,
    /// How many keys at the top.
    max_keys: Option<usize>,
    /// The product of the numbers of alternatives, each times its depth; the sum over the branches.
    max_complexity: Option<u64>,
}

impl Dialect {
    /// Rules of an event bus.
    pub const RULE: Self = Self { extended: true, nested: true, max_keys: None, max_complexity: None };
    /// Filter policies on the attributes of a message.
    pub const ATTRIBUTES: Self = Self { extended: false, nested: false, max_keys: Some(5), max_complexity: Some(150) };
    /// Filter policies on the body of a message.
    pub const BODY: Self = Self { nested: true, ..Self::ATTRIBUTES };

    pub(super) fn check(self, pattern: &Pattern) -> Result<(), InvalidPattern> {
        if !self.nested && pattern.branches.iter().flat_map(|branch| &branch.leaves).any(|leaf| leaf.depth > 1) {
            return Err(InvalidPattern::Nested);
        }
        if let Some(limit) = self.max_keys.filter(|limit| top_keys(pattern) > *limit) {
            return Err(InvalidPattern::TooManyKeys { limit });
        }
        match self.max_complexity {
            Some(limit) if complexity(pattern) > limit => Err(InvalidPattern::TooComplex),
            _ => Ok(()),
        }
    }
}

/// Only the outermost keys count; a key with dots is one.
fn top_keys(pattern: &Pattern) -> usize {
    let leaves = pattern.branches.iter().flat_map(|branch| &branch.leaves);
    leaves.map(|leaf| &leaf.path[..leaf.top_bytes]).collect::<BTreeSet<_>>().len()
}

fn complexity(pattern: &Pattern) -> u64 {
    pattern.branches.iter().map(branch_complexity).fold(0, u64::saturating_add)
}

fn branch_complexity(branch: &Branch) -> u64 {
    let leaves = branch.leaves.iter();
    leaves.map(|leaf| leaf.depth * leaf.conditions.len() as u64).fold(1, u64::saturating_mul)
}
