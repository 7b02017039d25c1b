//! What inputs and outputs look like on the wire: the tables that `cargo xtask codegen` writes from AWS's models.
//!
//! The protocols read and write by these tables, and [`validate`](crate::validate) checks constraints by them; so that
//! what is generated is data, and the code that walks it exists once.

use std::sync::OnceLock;

use regex::Regex;

/// One service's API, as its model describes it.
#[derive(Debug)]
pub struct Model {
    /// Its version in AWS's terms: `2011-06-15`.
    pub version: &'static str,
    pub xml_namespace: &'static str,
    pub operations: &'static [&'static OperationShape],
}

impl Model {
    pub fn operation(&self, name: &str) -> Option<&'static OperationShape> {
        self.operations.iter().find(|operation| operation.name == name).copied()
    }
}

/// An error that a model names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ErrorShape {
    pub code: &'static str,
    pub status: u16,
}

/// One operation: its name, where REST finds it, what goes in and out.
#[derive(Debug)]
pub struct OperationShape {
    pub name: &'static str,
    /// `GET`.
    pub method: &'static str,
    /// `/v20180820/tags/{resourceArn+}`.
    pub uri: &'static str,
    /// Of a success.
    pub status: u16,
    pub input: &'static Structure,
    pub output: &'static Structure,
    /// Whether the query protocol puts a `<NameResult>` into its answer.
    pub has_result: bool,
}

#[derive(Debug)]
pub enum Shape {
    Structure(&'static Structure),
    List(List),
    Map(Map),
    Text(Text),
    /// 32 bits.
    Integer(Bounds),
    /// 64 bits.
    Long(Bounds),
    /// Of either precision.
    Float(Bounds),
    Boolean,
    Blob(Bounds),
    Timestamp(TimestampFormat),
    /// Any JSON: the service reads it itself, and says what is wrong with it.
    Document,
}

#[derive(Debug)]
pub struct Structure {
    /// As the model names it: the root element of XML documents.
    pub name: &'static str,
    pub members: &'static [Member],
    /// The member that is the body of REST messages, where one is.
    pub payload: Option<&'static str>,
    pub xml_namespace: Option<&'static str>,
}

impl Structure {
    pub const fn new(name: &'static str, members: &'static [Member]) -> Self {
        Self { name, members, payload: None, xml_namespace: None }
    }

    #[must_use]
    pub const fn payload(mut self, member: &'static str) -> Self {
        self.payload = Some(member);
        self
    }

    #[must_use]
    pub const fn xml_namespace(mut self, namespace: &'static str) -> Self {
        self.xml_namespace = Some(namespace);
        self
    }

    pub fn member(&self, name: &str) -> Option<&'static Member> {
        self.members.iter().find(|member| member.name == name)
    }

    pub fn payload_member(&self) -> Option<&'static Member> {
        self.payload.and_then(|name| self.member(name))
    }

    /// The members that stand in the body.
    pub fn body_members(&self) -> impl Iterator<Item = &'static Member> {
        self.members.iter().filter(|member| member.location == Location::Body)
    }

    /// The members that are attributes of its element.
    pub fn attribute_members(&self) -> impl Iterator<Item = &'static Member> {
        self.members.iter().filter(|member| member.location == Location::Attribute)
    }
}

#[derive(Debug)]
pub struct Member {
    /// As programs name it, which JSON bodies use as well.
    pub name: &'static str,
    pub shape: &'static Shape,
    pub is_required: bool,
    pub location: Location,
    /// Its name where it travels: a header, a parameter, an element.
    pub wire_name: &'static str,
    /// A list whose entries stand in no element of their own.
    pub is_flattened: bool,
}

impl Member {
    pub const fn new(name: &'static str, shape: &'static Shape) -> Self {
        Self { name, shape, is_required: false, location: Location::Body, wire_name: name, is_flattened: false }
    }

    #[must_use]
    pub const fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    #[must_use]
    pub const fn at(mut self, location: Location) -> Self {
        self.location = location;
        self
    }

    #[must_use]
    pub const fn named(mut self, wire_name: &'static str) -> Self {
        self.wire_name = wire_name;
        self
    }

    #[must_use]
    pub const fn flattened(mut self) -> Self {
        self.is_flattened = true;
        self
    }
}

/// Where a member of a REST message travels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Location {
    Body,
    /// An attribute of the structure's own element in XML.
    Attribute,
    Header,
    /// All headers that begin with the wire name.
    HeaderPrefix,
    QueryString,
    Path,
    StatusCode,
}

#[derive(Debug)]
pub struct List {
    pub member: &'static Shape,
    /// The element of one entry.
    pub member_name: &'static str,
    pub is_flattened: bool,
    pub length: Bounds,
}

#[derive(Debug)]
pub struct Map {
    pub key: &'static Shape,
    pub value: &'static Shape,
    pub key_name: &'static str,
    pub value_name: &'static str,
    pub is_flattened: bool,
    pub length: Bounds,
}

#[derive(Debug)]
pub struct Text {
    pub length: Bounds,
    pub pattern: Option<Pattern>,
    /// All values there are, of an enumeration.
    pub values: &'static [&'static str],
}

impl Text {
    pub const ANY: Self = Self { length: Bounds::NONE, pattern: None, values: &[] };
}

/// Smallest and largest value or length.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub min: Option<i64>,
    pub max: Option<i64>,
}

impl Bounds {
    pub const NONE: Self = Self { min: None, max: None };

    pub const fn new(min: Option<i64>, max: Option<i64>) -> Self {
        Self { min, max }
    }

    pub const fn is_none(&self) -> bool {
        self.min.is_none() && self.max.is_none()
    }
}

/// A regular expression as AWS writes it, which are Java's; compiled when first used.
#[derive(Debug)]
pub struct Pattern {
    pub text: &'static str,
    compiled: OnceLock<Option<Regex>>,
    /// What the text must not be, where the expression begins with that: our engine does not look ahead.
    refused: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub const fn new(text: &'static str) -> Self {
        Self { text, compiled: OnceLock::new(), refused: OnceLock::new() }
    }

    /// Whether all of `value` is such a text; anything is, when the expression is one that we cannot read.
    pub fn is_match(&self, value: &str) -> bool {
        self.compiled().is_none_or(|regex| regex.is_match(value)) && !self.is_refused(value)
    }

    /// `None` when the expression uses what our engine lacks: looking ahead inside, back-references.
    pub fn compiled(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| whole(looking_ahead(self.text).map_or(self.text, |(_, rest)| rest))).as_ref()
    }

    fn is_refused(&self, value: &str) -> bool {
        let compile = || looking_ahead(self.text).and_then(|(refused, _)| whole(refused));
        self.refused.get_or_init(compile).as_ref().is_some_and(|regex| regex.is_match(value))
    }
}

fn whole(expression: &str) -> Option<Regex> {
    Regex::new(&format!("^(?:{})$", with_ascii_classes(expression))).ok()
}

/// Of `(?!^refused$)rest`, which may stand in parentheses, the two parts.
fn looking_ahead(expression: &str) -> Option<(&str, &str)> {
    let bare = expression.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    let bare = bare.filter(|text| text.starts_with("(?!")).unwrap_or(expression);
    bare.strip_prefix("(?!^")?.split_once("$)")
}

/// Java's `\w`, `\d` and `\s` are of ASCII.
fn with_ascii_classes(pattern: &str) -> String {
    let mut translated = String::with_capacity(pattern.len());
    let mut is_in_class = false;
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => translated.push_str(&escape(letters.next(), is_in_class)),
            '[' if is_in_class => translated.push_str("\\["),
            '[' | ']' => {
                is_in_class = letter == '[';
                translated.push(letter);
            }
            _ => translated.push(letter),
        }
    }
    translated
}

fn escape(letter: Option<char>, is_in_class: bool) -> String {
    let members = match letter {
        Some('w') => "0-9A-Za-z_",
        Some('d') => "0-9",
        Some('s') => " \\t\\n\\x0B\\f\\r",
        Some('S') if !is_in_class => "^ \\t\\n\\x0B\\f\\r",
        Some(other) => return format!("\\{other}"),
        None => return "\\\\".to_owned(),
    };
    if is_in_class { members.to_owned() } else { format!("[{members}]") }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimestampFormat {
    /// Seconds since 1970.
    UnixTimestamp,
    /// `2026-11-21T01:02:03Z`.
    Iso8601,
    /// `Sat, 21 Nov 2026 01:02:03 GMT`.
    HttpDate,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_read_as_java_reads_them() {
        for (pattern, value, expected) in [
            ("[\\w+=,.@-]*", "a_Z9+=,.@-", true),
            ("[\\w+=,.@-]*", "ä", false),
            ("[\\w+=,.@-]*", "a\n", false),
            ("\\d{12}", "123456789012", true),
            ("\\d{12}", "1234567890123", false),
            ("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+", "Grüße 12", true),
            ("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+", "a*", false),
            ("a|bc", "bcd", false),
            ("[a[]+", "[a", true),
            ("\\S+", "a b", false),
            ("(?!^[0-9]+$)([a-z0-9-]+)", "2024-a", true),
            ("(?!^[0-9]+$)([a-z0-9-]+)", "2024", false),
            ("((?!^\\d+$)^[0-9a-z]+$)", "v1", true),
            ("((?!^\\d+$)^[0-9a-z]+$)", "1", false),
            ("((?!^\\d+$)^[0-9a-z]+$)", "v?", false),
        ] {
            assert_eq!(Pattern::new(pattern).is_match(value), expected, "{pattern} {value:?}");
        }
    }
}
