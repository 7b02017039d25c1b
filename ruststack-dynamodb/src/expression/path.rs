//! Document paths: an attribute, then members of maps and elements of lists.

use std::fmt;

use crate::value::{AttributeValue, Item};

/// A path of at least one step, the first of which is a name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Path {
    pub attribute: String,
    pub steps: Vec<Step>,
}

/// A step from a value into it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Step {
    Member(String),
    Element(usize),
}

impl Path {
    /// Of an attribute of the item itself.
    pub fn top(attribute: impl Into<String>) -> Self {
        Self { attribute: attribute.into(), steps: Vec::new() }
    }

    /// What stands at the path in an item.
    pub fn find<'a>(&self, item: &'a Item) -> Option<&'a AttributeValue> {
        self.steps.iter().try_fold(item.get(&self.attribute)?, |value, step| match (value, step) {
            (AttributeValue::M(map), Step::Member(name)) => map.get(name),
            (AttributeValue::L(list), Step::Element(index)) => list.get(*index),
            _ => None,
        })
    }

    pub fn find_mut<'a>(&self, item: &'a mut Item) -> Option<&'a mut AttributeValue> {
        find_mut(item, &self.attribute, &self.steps)
    }

    /// The value over the last step, and that step; none of an attribute of the item itself.
    pub(super) fn parent_mut<'a>(&self, item: &'a mut Item) -> Option<(&'a mut AttributeValue, &Step)> {
        let (last, parents) = self.steps.split_last()?;
        Some((find_mut(item, &self.attribute, parents)?, last))
    }

    /// How many steps two paths have in common, the attribute being the first.
    pub(super) fn common(&self, other: &Self) -> usize {
        if self.attribute != other.attribute {
            return 0;
        }
        1 + self.steps.iter().zip(&other.steps).take_while(|(one, another)| one == another).count()
    }

    /// How many steps there are, the attribute being the first.
    pub(super) fn length(&self) -> usize {
        1 + self.steps.len()
    }
}

fn find_mut<'a>(item: &'a mut Item, attribute: &str, steps: &[Step]) -> Option<&'a mut AttributeValue> {
    steps.iter().try_fold(item.get_mut(attribute)?, |value, step| match (value, step) {
        (AttributeValue::M(map), Step::Member(name)) => map.get_mut(name),
        (AttributeValue::L(list), Step::Element(index)) => list.get_mut(*index),
        _ => None,
    })
}

/// As AWS writes a path in its sentences: `[a, b, [0]]`.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}", self.attribute)?;
        for step in &self.steps {
            match step {
                Step::Member(name) => write!(f, ", {name}")?,
                Step::Element(index) => write!(f, ", [{index}]")?,
            }
        }
        f.write_str("]")
    }
}

/// Two paths that cannot both be written or shown, in the words of AWS; they are told in the order given.
pub(super) fn clash(paths: &[&Path]) -> Option<String> {
    paths.iter().enumerate().find_map(|(index, one)| {
        let other = paths[index + 1..].iter().find_map(|other| Some((other, relation(one, other)?)))?;
        Some(format!(
            "Two document paths {} with each other; must remove or rewrite one of these paths; path one: {one}, path \
             two: {}",
            other.1, other.0
        ))
    })
}

/// Paths overlap when one leads through the other; they conflict when one has a map where the other has a list.
fn relation(one: &Path, other: &Path) -> Option<&'static str> {
    let common = one.common(other);
    if common == 0 {
        return None;
    }
    if common == one.length().min(other.length()) {
        return Some("overlap");
    }
    let is_member = |path: &Path| matches!(path.steps[common - 1], Step::Member(_));
    (is_member(one) != is_member(other)).then_some("conflict")
}
