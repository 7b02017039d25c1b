//! Conditions on the fields of messages, which blanks part: `[ip, user, ..., status = 4* || status = 5*, size > 1000]`.

use std::collections::BTreeMap;

use super::{InvalidPattern, MAX_DEPTH, condition::Condition, scan::Scan};
use crate::limits::MAX_EXTRACTED_FIELDS;

#[derive(Clone)]
pub(super) struct Fields {
    columns: Vec<Column>,
    /// Before which column `...` stands for any number of fields.
    gap: Option<usize>,
}

#[derive(Clone, Default)]
struct Column {
    name: String,
    test: Option<Test>,
}

#[derive(Clone)]
enum Test {
    All(Vec<Self>),
    Any(Vec<Self>),
    Compare(Condition),
}

impl Fields {
    pub(super) fn read(scan: &mut Scan<'_>) -> Result<Self, InvalidPattern> {
        scan.expect("[")?;
        let mut fields = Self { columns: Vec::new(), gap: None };
        if scan.take("]") {
            return Ok(Self { gap: Some(0), ..fields });
        }
        loop {
            if scan.take("...") {
                if fields.gap.replace(fields.columns.len()).is_some() {
                    return Err(InvalidPattern::new("Invalid filter pattern: more than one ellipsis"));
                }
            } else {
                fields.columns.push(Column::read(scan)?);
            }
            if !scan.take(",") {
                break;
            }
        }
        scan.expect("]")?;
        Ok(fields)
    }

    pub(super) fn matches(&self, message: &str) -> bool {
        let fields = split(message);
        let Some(pairs) = self.assigned(&fields) else { return false };
        pairs.into_iter().all(|(_, column, field)| column.test.as_ref().is_none_or(|test| test.holds(field)))
    }

    pub(super) fn extract(&self, message: &str) -> BTreeMap<String, String> {
        let fields = split(message);
        let named: Vec<(usize, &Column, &str)> = self.assigned(&fields).unwrap_or_default();
        let name_of = |place: usize| named.iter().find(|(at, column, _)| *at == place && !column.name.is_empty());
        let named_or_numbered = |(place, field): (usize, &&str)| {
            let name = name_of(place).map_or_else(|| (place + 1).to_string(), |(_, column, _)| column.name.clone());
            (format!("${name}"), (*field).to_owned())
        };
        fields.iter().enumerate().take(MAX_EXTRACTED_FIELDS).map(named_or_numbered).collect()
    }

    /// Each column with its field and the field's place; `None` where there are too few fields, or too many.
    fn assigned<'f>(&self, fields: &[&'f str]) -> Option<Vec<(usize, &Column, &'f str)>> {
        let spare = fields.len().checked_sub(self.columns.len())?;
        if spare > 0 && self.gap.is_none() {
            return None;
        }
        let gap = self.gap.unwrap_or(usize::MAX);
        let place = |column: usize| if column >= gap { column + spare } else { column };
        let columns = self.columns.iter().enumerate();
        Some(columns.map(|(at, column)| (place(at), column, fields[place(at)])).collect())
    }
}

impl Column {
    fn read(scan: &mut Scan<'_>) -> Result<Self, InvalidPattern> {
        let test = Test::any(scan, 0)?;
        Ok(Self { name: test.0, test: test.1 })
    }
}

/// The name of a column, and what is said of it.
type Said = (String, Option<Test>);

impl Test {
    fn any(scan: &mut Scan<'_>, depth: usize) -> Result<Said, InvalidPattern> {
        let (name, first) = Self::all(scan, depth)?;
        let mut parts = vec![first];
        while scan.take("||") {
            parts.push(Self::of(&name, Self::all(scan, depth)?)?);
        }
        Ok(Self::joined(name, parts, Self::Any))
    }

    fn all(scan: &mut Scan<'_>, depth: usize) -> Result<Said, InvalidPattern> {
        let (name, first) = Self::one(scan, depth)?;
        let mut parts = vec![first];
        while scan.take("&&") {
            parts.push(Self::of(&name, Self::one(scan, depth)?)?);
        }
        Ok(Self::joined(name, parts, Self::All))
    }

    fn joined(name: String, mut parts: Vec<Option<Self>>, join: fn(Vec<Self>) -> Self) -> Said {
        let test = if parts.len() == 1 { parts.remove(0) } else { Some(join(parts.into_iter().flatten().collect())) };
        (name, test)
    }

    /// A further condition on the same column.
    fn of(name: &str, (other, test): Said) -> Result<Option<Self>, InvalidPattern> {
        if other == name && test.is_some() {
            return Ok(test);
        }
        Err(InvalidPattern::new(format!("Invalid filter pattern: a condition on '{name}' names '{other}'")))
    }

    fn one(scan: &mut Scan<'_>, depth: usize) -> Result<Said, InvalidPattern> {
        if scan.take("(") {
            if depth >= MAX_DEPTH {
                return Err(InvalidPattern::new("Invalid filter pattern: too many parentheses"));
            }
            let said = Self::any(scan, depth + 1)?;
            scan.expect(")")?;
            return Ok(said);
        }
        // Blanks before a name do not belong to it.
        scan.peek();
        let name = scan.take_while(|c| c.is_alphanumeric() || "_-$.".contains(c)).to_owned();
        match scan.peek() {
            Some('=' | '!' | '<' | '>') => {
                Condition::read(scan, ",[]()|&").map(|condition| (name, Some(Self::Compare(condition))))
            }
            _ => Ok((name, None)),
        }
    }

    fn holds(&self, field: &str) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(field)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(field)),
            Self::Compare(condition) => condition.holds_of_text(field),
        }
    }
}

/// At blanks, but not between quotation marks or brackets, which do not belong to what they hold.
fn split(message: &str) -> Vec<&str> {
    let (mut fields, mut rest) = (Vec::new(), message.trim_start());
    while let Some(first) = rest.chars().next() {
        let closing = match first {
            '"' => Some('"'),
            '[' => Some(']'),
            _ => None,
        };
        let held = closing.and_then(|closing| rest[1..].split_once(closing));
        let (field, behind) =
            held.unwrap_or_else(|| rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len())));
        fields.push(field);
        rest = behind.trim_start();
    }
    fields
}
