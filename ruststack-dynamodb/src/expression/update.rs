//! Updates: what is set, removed, added and deleted, and what becomes of an item.
//!
//! Everything that is read is read from the item as it was; what is written is written in the order of paths, and
//! removed last, from the end: so that every index means what it meant in the item as it was.

use super::{
    ExpressionKind,
    binding::{Binding, not_distinct, wrong_type},
    grammar::ParsedUpdate,
    path::{self, Path, Step},
    projection::Projection,
    written::{Call, Term, WrittenAction, WrittenPath},
};
use crate::{
    number::{Number, NumberError},
    refusal::Refusal,
    value::{AttributeValue, Item, MAX_NESTING, Type},
};

const WRONG_PATH: &str = "The document path provided in the update expression is invalid for update";
const WRONG_OPERAND: &str = "An operand in the update expression has an incorrect data type";
const WRONG_OPERAND_OF_ATTRIBUTE_UPDATE: &str = "Type mismatch for attribute to update";
const NOT_THERE: &str = "The provided expression refers to an attribute that does not exist in the item";
const TOO_DEEP: &str = "Nesting Levels have exceeded supported limits";

/// An update whose names and values are known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Update {
    actions: Vec<Action>,
    /// Made of `AttributeUpdates`, of which AWS speaks in other words.
    is_of_attribute_updates: bool,
}

/// One thing that an update does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action {
    Set(Path, Source),
    Remove(Path),
    Add(Path, AttributeValue),
    Delete(Path, AttributeValue),
}

/// Where a value that is set comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    Path(Path),
    Value(AttributeValue),
    IfNotExists(Path, Box<Source>),
    ListAppend(Box<Source>, Box<Source>),
    Plus(Box<Source>, Box<Source>),
    Minus(Box<Source>, Box<Source>),
}

type Bound<T> = Result<T, String>;

impl ParsedUpdate {
    pub fn bind(&self, binding: &mut Binding<'_>) -> Result<Update, Refusal> {
        self.bound(binding).map_err(|reason| ExpressionKind::Update.invalid(reason))
    }

    fn bound(&self, binding: &mut Binding<'_>) -> Bound<Update> {
        let paths: Bound<Vec<Path>> = self.actions.iter().map(|action| binding.path(action.path())).collect();
        let paths = paths?;
        if let Some(clash) = path::clash(&paths.iter().collect::<Vec<_>>()) {
            return Err(clash);
        }
        let actions = self.actions.iter().zip(paths).map(|(action, path)| bound_action(action, path, binding));
        Ok(Update { actions: actions.collect::<Bound<_>>()?, is_of_attribute_updates: false })
    }
}

impl WrittenAction {
    fn path(&self) -> &WrittenPath {
        match self {
            Self::Set(path, _) | Self::Remove(path) | Self::Add(path, _) | Self::Delete(path, _) => path,
        }
    }
}

fn bound_action(action: &WrittenAction, path: Path, binding: &mut Binding<'_>) -> Bound<Action> {
    match action {
        WrittenAction::Set(_, term) => Ok(Action::Set(path, source(term, binding)?)),
        WrittenAction::Remove(_) => Ok(Action::Remove(path)),
        WrittenAction::Add(_, placeholder) => {
            let value = binding.value(placeholder)?;
            let is_added = value.value_type() == Type::N || value.value_type().is_set();
            if is_added { Ok(Action::Add(path, value.clone())) } else { Err(not_allowed("ADD", value)) }
        }
        WrittenAction::Delete(_, placeholder) => {
            let value = binding.value(placeholder)?;
            let is_deleted = value.value_type().is_set();
            if is_deleted { Ok(Action::Delete(path, value.clone())) } else { Err(not_allowed("DELETE", value)) }
        }
    }
}

/// AWS names the types otherwise here, and one set of types for both sections.
fn not_allowed(section: &str, value: &AttributeValue) -> String {
    let of = match value.value_type() {
        Type::S => "STRING",
        Type::N => "NUMBER",
        Type::B => "Binary",
        Type::L => "LIST",
        Type::M => "MAP",
        other => other.name(),
    };
    format!(
        "Incorrect operand type for operator or function; operator: {section}, operand type: {of}, typeSet: \
         ALLOWED_FOR_ADD_OPERAND"
    )
}

fn source(term: &Term, binding: &mut Binding<'_>) -> Bound<Source> {
    match term {
        Term::Path(path) => binding.path(path).map(Source::Path),
        Term::Value(placeholder) => binding.value(placeholder).cloned().map(Source::Value),
        Term::Call(call) if call.function == "if_not_exists" => if_not_exists(call, binding),
        Term::Call(call) => {
            let (first, second) = two(call, binding)?;
            for operand in [&first, &second] {
                check_known(&call.function, operand, Type::L)?;
            }
            Ok(Source::ListAppend(Box::new(first), Box::new(second)))
        }
        Term::Sum { left, is_minus, right } => {
            let (left, right) = (source(left, binding)?, source(right, binding)?);
            for operand in [&left, &right] {
                check_known(if *is_minus { "-" } else { "+" }, operand, Type::N)?;
            }
            let of = if *is_minus { Source::Minus } else { Source::Plus };
            Ok(of(Box::new(left), Box::new(right)))
        }
    }
}

fn two(call: &Call, binding: &mut Binding<'_>) -> Bound<(Source, Source)> {
    match call.operands.as_slice() {
        [first, second] => Ok((source(first, binding)?, source(second, binding)?)),
        _ => Err("Syntax error;".to_owned()),
    }
}

fn if_not_exists(call: &Call, binding: &mut Binding<'_>) -> Bound<Source> {
    let [Term::Path(path), default] = call.operands.as_slice() else {
        return Err(format!("Operator or function requires a document path; operator or function: {}", call.function));
    };
    let (path, default) = (binding.path(path)?, source(default, binding)?);
    if default == Source::Path(path.clone()) {
        return Err(not_distinct(&call.function, &path));
    }
    Ok(Source::IfNotExists(path, Box::new(default)))
}

fn check_known(operator: &str, operand: &Source, takes: Type) -> Bound<()> {
    match operand {
        Source::Value(value) if value.value_type() != takes => Err(wrong_type(operator, value.value_type().name())),
        _ => Ok(()),
    }
}

impl Source {
    /// The value, in the item as it was.
    fn value(&self, old: &Item) -> Result<AttributeValue, Refusal> {
        match self {
            Self::Path(path) => path.find(old).cloned().ok_or_else(|| Refusal::plain(NOT_THERE)),
            Self::Value(value) => Ok(value.clone()),
            Self::IfNotExists(path, default) => match path.find(old) {
                Some(value) => Ok(value.clone()),
                None => default.value(old),
            },
            Self::ListAppend(first, second) => match (first.value(old)?, second.value(old)?) {
                (AttributeValue::L(mut list), AttributeValue::L(more)) => {
                    list.extend(more);
                    Ok(AttributeValue::L(list))
                }
                _ => Err(Refusal::plain(WRONG_OPERAND)),
            },
            Self::Plus(left, right) => total(&left.value(old)?, &right.value(old)?, Number::checked_add),
            Self::Minus(left, right) => total(&left.value(old)?, &right.value(old)?, Number::checked_sub),
        }
    }
}

fn total(
    left: &AttributeValue,
    right: &AttributeValue,
    of: impl FnOnce(&Number, &Number) -> Result<Number, NumberError>,
) -> Result<AttributeValue, Refusal> {
    let (AttributeValue::N(left), AttributeValue::N(right)) = (left, right) else {
        return Err(Refusal::plain(WRONG_OPERAND));
    };
    of(left, right).map(AttributeValue::N).map_err(|error| {
        // In AWS's words a result that has too many digits is too large.
        let told = if error == NumberError::TooManyDigits { NumberError::Overflow } else { error };
        Refusal::plain(told.text(""))
    })
}

/// What is to be written and removed, by the item as it was.
#[derive(Default)]
struct Changes<'u> {
    written: Vec<(&'u Path, AttributeValue)>,
    removed: Vec<&'u Path>,
}

impl Update {
    /// Of actions that PartiQL names; paths that cannot all be written are refused.
    pub fn of_actions(actions: Vec<Action>) -> Result<Self, Refusal> {
        let clash = path::clash(&actions.iter().map(Action::path).collect::<Vec<_>>());
        clash.map_or(Ok(Self { actions, is_of_attribute_updates: false }), |clash| Err(Refusal::plain(clash)))
    }

    /// Of `AttributeUpdates`.
    pub fn of_attribute_updates(actions: Vec<Action>) -> Self {
        Self { actions, is_of_attribute_updates: true }
    }

    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// What is touched: the answer to `UPDATED_OLD` and `UPDATED_NEW` shows these.
    pub fn touched(&self) -> Projection {
        self.actions.iter().map(|action| action.path().clone()).collect()
    }

    /// Whether it only takes away: then an item that is not there is not made.
    pub fn only_takes_away(&self) -> bool {
        let takes_away = |action: &Action| matches!(action, Action::Remove(_) | Action::Delete(..));
        !self.actions.is_empty() && self.actions.iter().all(takes_away)
    }

    /// The item as it becomes.
    pub fn apply(&self, old: &Item) -> Result<Item, Refusal> {
        let mut changes = self.changes(old)?;
        let mut item = old.clone();
        changes.written.sort_by_key(|(path, _)| *path);
        for (path, value) in changes.written {
            write(&mut item, path, value)?;
        }
        changes.removed.sort_unstable_by(|one, other| other.cmp(one));
        for path in changes.removed {
            remove(&mut item, path);
        }
        if item.values().any(|value| value.nesting() >= MAX_NESTING) {
            return Err(Refusal::plain(TOO_DEEP));
        }
        Ok(item)
    }

    fn changes(&self, old: &Item) -> Result<Changes<'_>, Refusal> {
        let mut changes = Changes::default();
        for action in &self.actions {
            match action {
                Action::Add(path, value) => changes.written.push((path, self.added(path.find(old), value)?)),
                Action::Delete(path, value) => match path.find(old) {
                    None => check_parent(old, path)?,
                    Some(existing) => match self.deleted(existing, value)? {
                        left if left.member_count() == Some(0) => changes.removed.push(path),
                        left => changes.written.push((path, left)),
                    },
                },
                Action::Set(..) | Action::Remove(_) => {}
            }
        }
        // Operands of ADD and DELETE that do not fit are told before anything about SET and REMOVE.
        for action in &self.actions {
            match action {
                Action::Set(path, source) => changes.written.push((path, source.value(old)?)),
                Action::Remove(path) if path.find(old).is_some() => changes.removed.push(path),
                Action::Remove(path) => check_parent(old, path)?,
                Action::Add(..) | Action::Delete(..) => {}
            }
        }
        Ok(changes)
    }

    fn added(&self, existing: Option<&AttributeValue>, value: &AttributeValue) -> Result<AttributeValue, Refusal> {
        match (existing, value) {
            (None, value) => Ok(value.clone()),
            (Some(number @ AttributeValue::N(_)), AttributeValue::N(_)) => total(number, value, Number::checked_add),
            (Some(AttributeValue::L(list)), AttributeValue::L(more)) if self.is_of_attribute_updates => {
                Ok(AttributeValue::L([list.as_slice(), more].concat()))
            }
            (Some(set), more) => set.clone().union(more).ok_or_else(|| self.wrong_operand()),
        }
    }

    fn deleted(&self, existing: &AttributeValue, value: &AttributeValue) -> Result<AttributeValue, Refusal> {
        existing.clone().difference(value).ok_or_else(|| self.wrong_operand())
    }

    fn wrong_operand(&self) -> Refusal {
        Refusal::plain(if self.is_of_attribute_updates { WRONG_OPERAND_OF_ATTRIBUTE_UPDATE } else { WRONG_OPERAND })
    }
}

impl Action {
    pub fn path(&self) -> &Path {
        match self {
            Self::Set(path, _) | Self::Remove(path) | Self::Add(path, _) | Self::Delete(path, _) => path,
        }
    }
}

/// Writes a value; one behind the end of a list is appended.
fn write(item: &mut Item, path: &Path, value: AttributeValue) -> Result<(), Refusal> {
    if path.steps.is_empty() {
        item.insert(path.attribute.clone(), value);
        return Ok(());
    }
    match path.parent_mut(item) {
        Some((AttributeValue::M(map), Step::Member(name))) => {
            map.insert(name.clone(), value);
        }
        Some((AttributeValue::L(list), Step::Element(index))) => match list.get_mut(*index) {
            Some(element) => *element = value,
            None => list.push(value),
        },
        _ => return Err(Refusal::plain(WRONG_PATH)),
    }
    Ok(())
}

fn remove(item: &mut Item, path: &Path) {
    match path.parent_mut(item) {
        None => drop(item.remove(&path.attribute)),
        Some((AttributeValue::M(map), Step::Member(name))) => drop(map.remove(name)),
        Some((AttributeValue::L(list), Step::Element(index))) if *index < list.len() => drop(list.remove(*index)),
        Some(_) => {}
    }
}

/// What is not there can be removed, but what it would be in has to be there.
fn check_parent(item: &Item, path: &Path) -> Result<(), Refusal> {
    let Some((last, parents)) = path.steps.split_last() else { return Ok(()) };
    let parent = Path { attribute: path.attribute.clone(), steps: parents.to_vec() };
    match (parent.find(item), last) {
        (Some(AttributeValue::M(_)), Step::Member(_)) | (Some(AttributeValue::L(_)), Step::Element(_)) => Ok(()),
        _ => Err(Refusal::plain(WRONG_PATH)),
    }
}
