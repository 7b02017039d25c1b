//! What is wrong with a written expression whatever its names and values are: AWS checks it in the order of the text.

use super::{
    MAX_OPERATORS, reserved,
    written::{Call, Section, Term, Tree, WrittenAction, WrittenStep},
};

/// How many operands each function takes, and where it may stand.
const FUNCTIONS: [(&str, usize, Place); 8] = [
    ("attribute_exists", 1, Place::Condition),
    ("attribute_not_exists", 1, Place::Condition),
    ("attribute_type", 2, Place::Condition),
    ("begins_with", 2, Place::Condition),
    ("contains", 2, Place::Condition),
    ("size", 1, Place::Operand),
    ("if_not_exists", 2, Place::Update),
    ("list_append", 2, Place::Update),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It is a condition itself.
    Condition,
    /// It is something to compare.
    Operand,
    /// It is what is set.
    Update,
    /// It is within what is set.
    UpdateOperand,
}

const MISUSED: &str = "The function is not allowed to be used this way in an expression";

type Checked = Result<(), String>;

pub(super) fn too_many_operators() -> String {
    // AWS stops counting here.
    format!("The expression contains too many operators; operator count: {}", MAX_OPERATORS + 1)
}

pub(super) fn check_condition(tree: &Tree) -> Checked {
    check_tree(tree)?;
    check_count(count_of_tree(tree))
}

fn check_count(count: usize) -> Checked {
    if count > MAX_OPERATORS { Err(too_many_operators()) } else { Ok(()) }
}

fn check_tree(tree: &Tree) -> Checked {
    match tree {
        Tree::Or(parts) | Tree::And(parts) => parts.iter().try_for_each(check_tree),
        Tree::Not { inner, .. } => check_tree(inner),
        Tree::Call(call) => check_call(call, Place::Condition),
        Tree::Compare { left, right, .. } => [left, right].into_iter().try_for_each(check_operand),
        Tree::Between { operand, low, high } => [operand, low, high].into_iter().try_for_each(check_operand),
        Tree::In { operand, candidates } => {
            check_operand(operand)?;
            candidates.iter().try_for_each(check_operand)
        }
    }
}

fn check_operand(term: &Term) -> Checked {
    check_term(term, Place::Operand)
}

fn check_term(term: &Term, place: Place) -> Checked {
    match term {
        Term::Path(path) => check_path(path),
        Term::Value(_) => Ok(()),
        Term::Call(call) => check_call(call, place),
        Term::Sum { left, right, .. } => {
            let inner = if place == Place::Update { Place::UpdateOperand } else { place };
            check_term(left, inner)?;
            check_term(right, inner)
        }
    }
}

fn check_call(call: &Call, place: Place) -> Checked {
    let function = &call.function;
    let Some((_, operands, own_place)) = FUNCTIONS.iter().find(|(name, ..)| name == function) else {
        return Err(format!("Invalid function name; function: {function}"));
    };
    let misplaced = match (place, *own_place) {
        (Place::UpdateOperand, Place::Update) if function == "list_append" => Some(MISUSED),
        (Place::Update | Place::UpdateOperand, Place::Update) => None,
        (Place::Update | Place::UpdateOperand, _) => Some("The function is not allowed in an update expression"),
        (_, Place::Update) => Some("The function is not allowed in a condition expression"),
        (here, own) => (here != own).then_some(MISUSED),
    };
    if let Some(misplaced) = misplaced {
        return Err(format!("{misplaced}; function: {function}"));
    }
    if call.operands.len() != *operands {
        return Err(format!(
            "Incorrect number of operands for operator or function; operator or function: {function}, number of \
             operands: {}",
            call.operands.len()
        ));
    }
    let is_update = matches!(place, Place::Update | Place::UpdateOperand);
    let inner = if is_update { Place::UpdateOperand } else { Place::Operand };
    call.operands.iter().try_for_each(|operand| check_term(operand, inner))
}

pub(super) fn check_path(path: &[WrittenStep]) -> Checked {
    path.iter().try_for_each(|step| match step {
        WrittenStep::Name(name) if reserved::is_reserved(name) => {
            Err(format!("Attribute name is a reserved keyword; reserved keyword: {name}"))
        }
        WrittenStep::Element(digits) if digits.parse::<i32>().is_err() => {
            Err(format!("List index is not within the allowable range; index: [{digits}]"))
        }
        _ => Ok(()),
    })
}

pub(super) fn check_update(sections: &[Section]) -> Checked {
    for (index, section) in sections.iter().enumerate() {
        if sections[..index].iter().any(|earlier| earlier.name == section.name) {
            return Err(format!("The \"{}\" section can only be used once in an update expression;", section.name));
        }
        section.actions.iter().try_for_each(check_action)?;
    }
    let actions = sections.iter().flat_map(|section| &section.actions);
    check_count(actions.map(|action| if let WrittenAction::Set(_, term) = action { count(term) } else { 0 }).sum())
}

fn check_action(action: &WrittenAction) -> Checked {
    match action {
        WrittenAction::Set(path, term) => {
            check_path(path)?;
            check_term(term, Place::Update)
        }
        WrittenAction::Remove(path) | WrittenAction::Add(path, _) | WrittenAction::Delete(path, _) => check_path(path),
    }
}

/// Operators and functions, each of which is one.
fn count_of_tree(tree: &Tree) -> usize {
    match tree {
        Tree::Or(parts) | Tree::And(parts) => parts.len() - 1 + parts.iter().map(count_of_tree).sum::<usize>(),
        Tree::Not { inner, times } => times + count_of_tree(inner),
        Tree::Call(call) => 1 + call.operands.iter().map(count).sum::<usize>(),
        Tree::Compare { left, right, .. } => 1 + count(left) + count(right),
        Tree::Between { operand, low, high } => 1 + count(operand) + count(low) + count(high),
        Tree::In { operand, candidates } => 1 + count(operand) + candidates.iter().map(count).sum::<usize>(),
    }
}

fn count(term: &Term) -> usize {
    match term {
        Term::Path(_) | Term::Value(_) => 0,
        Term::Call(call) => 1 + call.operands.iter().map(count).sum::<usize>(),
        Term::Sum { left, right, .. } => 1 + count(left) + count(right),
    }
}
