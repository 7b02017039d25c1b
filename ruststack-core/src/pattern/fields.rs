//! An event taken apart: every value by the path to it, and which elements of which arrays it lies in.

use std::collections::HashMap;

use serde_json::Value;

use super::{Leaf, condition::Condition};

/// The values of an event by their paths.
#[derive(Debug, Default)]
pub struct Fields<'e> {
    by_path: HashMap<String, Vec<Field<'e>>>,
    arrays: usize,
}

#[derive(Debug, Clone)]
struct Field<'e> {
    value: &'e Value,
    elements: Elements,
}

/// Of which arrays the value lies in which element.
type Elements = Vec<(usize, usize)>;

/// How many combinations of elements are tried before an event counts as one that does not match: only events that
/// are made for it, of many arrays under equal names, come near.
const MAX_TRIES: usize = 100_000;

impl<'e> Fields<'e> {
    pub fn of(event: &'e Value) -> Self {
        let mut fields = Self::default();
        fields.add(&mut String::new(), &mut Vec::new(), event);
        fields
    }

    fn add(&mut self, path: &mut String, elements: &mut Elements, value: &'e Value) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    let length = path.len();
                    if length > 0 {
                        path.push('.');
                    }
                    path.push_str(name);
                    self.add(path, elements, member);
                    path.truncate(length);
                }
            }
            Value::Array(values) => {
                self.arrays += 1;
                let array = self.arrays;
                for (index, element) in values.iter().enumerate() {
                    elements.push((array, index));
                    self.add(path, elements, element);
                    elements.pop();
                }
            }
            scalar => {
                let field = Field { value: scalar, elements: elements.clone() };
                match self.by_path.get_mut(path.as_str()) {
                    Some(fields) => fields.push(field),
                    None => drop(self.by_path.insert(path.clone(), vec![field])),
                }
            }
        }
    }

    /// Whether every leaf finds a value, and those that lie in one array lie in one element of it.
    pub(super) fn satisfy(&self, leaves: &[Leaf]) -> bool {
        let mut bound_to_arrays = Vec::new();
        for leaf in leaves {
            let candidates = self.candidates(leaf);
            if candidates.is_empty() {
                return false;
            }
            // What lies in no array binds nobody.
            if !candidates.iter().any(Vec::is_empty) {
                bound_to_arrays.push(candidates);
            }
        }
        // Those with the least choice first, so that what cannot be is seen early.
        bound_to_arrays.sort_by_key(Vec::len);
        agree(&bound_to_arrays, &mut Vec::new(), &mut 0)
    }

    /// Where values are that the leaf takes.
    fn candidates(&self, leaf: &Leaf) -> Vec<Elements> {
        let Some(fields) = self.by_path.get(&*leaf.path) else {
            let takes_nothing = leaf.conditions.contains(&Condition::Absent);
            return if takes_nothing { vec![Vec::new()] } else { Vec::new() };
        };
        let takes = |field: &&Field<'_>| leaf.conditions.iter().any(|condition| condition.holds(field.value));
        fields.iter().filter(takes).map(|field| field.elements.clone()).collect()
    }
}

/// Whether of each list one can be chosen, so that no two lie in different elements of one array.
fn agree(lists: &[Vec<Elements>], chosen: &mut Elements, tries: &mut usize) -> bool {
    let Some((candidates, rest)) = lists.split_first() else { return true };
    for candidate in candidates {
        *tries += 1;
        if *tries > MAX_TRIES {
            return false;
        }
        let contradicts = |(array, index): &(usize, usize)| {
            chosen.iter().any(|(other, other_index)| other == array && other_index != index)
        };
        if candidate.iter().any(contradicts) {
            continue;
        }
        let length = chosen.len();
        chosen.extend(candidate);
        if agree(rest, chosen, tries) {
            return true;
        }
        chosen.truncate(length);
    }
    false
}
