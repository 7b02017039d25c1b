//! Projections: which parts of an item are shown.

use std::collections::BTreeMap;

use super::{
    ExpressionKind,
    binding::Binding,
    grammar::ParsedProjection,
    path::{self, Path, Step},
};
use crate::{
    refusal::Refusal,
    value::{AttributeValue, Item},
};

/// Paths of which none leads through another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Projection {
    paths: Vec<Path>,
}

impl ParsedProjection {
    pub fn bind(&self, binding: &mut Binding<'_>) -> Result<Projection, Refusal> {
        let invalid = |reason| ExpressionKind::Projection.invalid(reason);
        let paths: Result<Vec<Path>, String> = self.paths.iter().map(|path| binding.path(path)).collect();
        let paths = paths.map_err(invalid)?;
        let clash = path::clash(&paths.iter().collect::<Vec<_>>());
        clash.map_or(Ok(Projection { paths }), |reason| Err(invalid(reason)))
    }
}

impl Projection {
    /// Of whole attributes: `AttributesToGet`, the keys of an item.
    pub fn of_attributes(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        names.into_iter().map(Path::top).collect()
    }

    pub fn paths(&self) -> &[Path] {
        &self.paths
    }

    /// The attributes that are shown, wholly or in part.
    pub fn attributes(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().map(|path| path.attribute.as_str())
    }

    /// What the item has of it. Elements of lists move together, in their order.
    pub fn apply(&self, item: &Item) -> Item {
        let mut shown = Item::new();
        for (attribute, below) in self.by_attribute() {
            if let Some(value) = item.get(attribute).and_then(|value| part(value, &below)) {
                shown.insert(attribute.to_owned(), value);
            }
        }
        shown
    }

    fn by_attribute(&self) -> BTreeMap<&str, Vec<&[Step]>> {
        let mut attributes = BTreeMap::<&str, Vec<&[Step]>>::new();
        for path in &self.paths {
            attributes.entry(&path.attribute).or_default().push(&path.steps);
        }
        attributes
    }
}

impl FromIterator<Path> for Projection {
    fn from_iter<I: IntoIterator<Item = Path>>(paths: I) -> Self {
        Self { paths: paths.into_iter().collect() }
    }
}

/// What a value has at these paths below it; none where it has none of them.
fn part(value: &AttributeValue, paths: &[&[Step]]) -> Option<AttributeValue> {
    let mut below = BTreeMap::<&Step, Vec<&[Step]>>::new();
    for path in paths {
        match path.split_first() {
            None => return Some(value.clone()),
            Some((step, rest)) => below.entry(step).or_default().push(rest),
        }
    }
    match value {
        AttributeValue::M(map) => {
            let member = |(step, paths): (&&Step, &Vec<&[Step]>)| match step {
                Step::Member(name) => Some((name.clone(), part(map.get(name)?, paths)?)),
                Step::Element(_) => None,
            };
            let shown: Item = below.iter().filter_map(member).collect();
            (!shown.is_empty()).then_some(AttributeValue::M(shown))
        }
        AttributeValue::L(list) => {
            let element = |(step, paths): (&&Step, &Vec<&[Step]>)| match step {
                Step::Element(index) => part(list.get(*index)?, paths),
                Step::Member(_) => None,
            };
            let shown: Vec<AttributeValue> = below.iter().filter_map(element).collect();
            (!shown.is_empty()).then_some(AttributeValue::L(shown))
        }
        _ => None,
    }
}
