//! XML for the query and rest-xml protocols: documents read into trees and values written by their shapes.

use std::fmt::Write as _;

use quick_xml::{
    Reader, XmlVersion,
    escape::{escape, partial_escape, resolve_predefined_entity},
    events::{BytesRef, BytesStart, Event},
};
use serde_json::{Map as Object, Value};

use crate::{
    protocol::scalar::{self, NotA},
    shape::{List, Map, Member, Shape, Structure},
};

/// The deepest nesting of AWS's documents is under ten.
pub const MAX_DEPTH: usize = 32;

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// One element: its name without prefix, what is in it.
#[derive(Default, Debug, PartialEq, Eq)]
pub struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Element>,
    pub text: String,
}

/// Not XML, or more of it than we read.
#[derive(Debug, PartialEq, Eq)]
pub struct Malformed;

impl Element {
    /// Reads a document; `None` when it is empty. Document types are refused, comments skipped.
    pub fn parse(document: &[u8]) -> Result<Option<Self>, Malformed> {
        let text = std::str::from_utf8(document).map_err(|_| Malformed)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Ok(None);
        }
        parse(text).map(Some).ok_or(Malformed)
    }

    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }
}

fn parse(text: &str) -> Option<Element> {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) if open.len() <= MAX_DEPTH => open.push(opened(&start)?),
            Event::Empty(empty) => open.last_mut()?.children.push(opened(&empty)?),
            Event::End(_) => {
                let closed = open.pop()?;
                open.last_mut()?.children.push(closed);
            }
            Event::Text(piece) => open.last_mut()?.text.push_str(&piece.decode().ok()?),
            Event::CData(piece) => open.last_mut()?.text.push_str(&piece.decode().ok()?),
            Event::GeneralRef(reference) => open.last_mut()?.text.push_str(&resolve(&reference)?),
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
            Event::Eof => break,
            Event::Start(_) | Event::DocType(_) => return None,
        }
    }
    let document = open.pop().filter(|document| open.is_empty() && document.text.trim().is_empty())?;
    let mut roots = document.children.into_iter();
    roots.next().filter(|_| roots.next().is_none())
}

fn opened(start: &BytesStart<'_>) -> Option<Element> {
    let name = String::from_utf8(start.local_name().as_ref().to_vec()).ok()?;
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let key = String::from_utf8(attribute.key.as_ref().to_vec()).ok()?;
        attributes.push((key, attribute.normalized_value(XmlVersion::Explicit1_0).ok()?.into_owned()));
    }
    Some(Element { name, attributes, ..Element::default() })
}

fn resolve(reference: &BytesRef<'_>) -> Option<String> {
    if let Some(letter) = reference.resolve_char_ref().ok()? {
        return Some(letter.to_string());
    }
    let name = reference.decode().ok()?;
    resolve_predefined_entity(&name).map(str::to_owned)
}

/// The members of `structure` that stand in its body, read from an element.
pub fn read_structure(structure: &Structure, element: &Element) -> Result<Value, NotA> {
    let mut members = Object::new();
    for member in structure.body_members() {
        if let Some(value) = read_member(member, element)? {
            members.insert(member.name.to_owned(), value);
        }
    }
    for member in structure.attribute_members() {
        if let Some((_, text)) = element.attributes.iter().find(|(name, _)| name == member.wire_name) {
            members.insert(member.name.to_owned(), scalar::read(member.shape, text)?);
        }
    }
    Ok(Value::Object(members))
}

fn read_member(member: &Member, parent: &Element) -> Result<Option<Value>, NotA> {
    match member.shape {
        Shape::List(list) if member.is_flattened || list.is_flattened => {
            let entries: Vec<&Element> = named(parent, member.wire_name).collect();
            if entries.is_empty() { Ok(None) } else { read_entries(list, entries.into_iter()).map(Some) }
        }
        shape => parent.child(member.wire_name).map(|element| read(shape, element)).transpose(),
    }
}

fn named<'e>(parent: &'e Element, name: &'e str) -> impl Iterator<Item = &'e Element> {
    parent.children.iter().filter(move |child| child.name == name)
}

fn read_entries<'e>(list: &List, entries: impl Iterator<Item = &'e Element>) -> Result<Value, NotA> {
    entries.map(|entry| read(list.member, entry)).collect::<Result<Vec<_>, _>>().map(Value::Array)
}

/// One value of any shape.
pub fn read(shape: &Shape, element: &Element) -> Result<Value, NotA> {
    match shape {
        Shape::Structure(structure) => read_structure(structure, element),
        Shape::List(list) => read_entries(list, named(element, list.member_name)),
        Shape::Map(map) => read_map(map, element),
        simple => scalar::read(simple, &element.text),
    }
}

fn read_map(map: &Map, element: &Element) -> Result<Value, NotA> {
    let mut members = Object::new();
    for entry in &element.children {
        let (Some(key), Some(value)) = (entry.child(map.key_name), entry.child(map.value_name)) else { continue };
        members.insert(key.text.clone(), read(map.value, value)?);
    }
    Ok(Value::Object(members))
}

/// XML in the making.
#[derive(Default)]
pub struct Xml(String);

impl Xml {
    pub fn raw(&mut self, text: &str) -> &mut Self {
        self.0.push_str(text);
        self
    }

    pub fn text(&mut self, name: &str, value: &str) -> &mut Self {
        // A carriage return that is not escaped would be read as a line feed.
        let value = partial_escape(value).replace('\r', "&#xD;");
        write!(self.0, "<{name}>{value}</{name}>").expect("a String takes all");
        self
    }

    pub fn nested(&mut self, name: &str, write: impl FnOnce(&mut Self)) -> &mut Self {
        write!(self.0, "<{name}>").expect("a String takes all");
        write(self);
        write!(self.0, "</{name}>").expect("a String takes all");
        self
    }

    /// The members of `structure` that stand in its body.
    pub fn structure(&mut self, structure: &Structure, value: &Value) {
        for member in structure.body_members() {
            if let Some(value) = value.get(member.name).filter(|value| !value.is_null()) {
                self.member(member, value);
            }
        }
    }

    fn member(&mut self, member: &Member, value: &Value) {
        match member.shape {
            Shape::List(list) if member.is_flattened || list.is_flattened => {
                self.entries(list, member.wire_name, value);
            }
            Shape::Map(map) if member.is_flattened || map.is_flattened => self.map(map, member.wire_name, value),
            shape => self.value(member.wire_name, shape, value),
        }
    }

    /// `value` as the element `name`.
    pub fn value(&mut self, name: &str, shape: &Shape, value: &Value) {
        match shape {
            Shape::Structure(structure) => {
                self.raw(&format!("<{name}{}>", attributes(structure, value)));
                self.structure(structure, value);
                self.raw(&format!("</{name}>"));
            }
            Shape::List(list) => {
                self.nested(name, |xml| xml.entries(list, list.member_name, value));
            }
            Shape::Map(map) => {
                self.nested(name, |xml| xml.map(map, "entry", value));
            }
            simple => {
                self.text(name, &scalar::write(simple, value).unwrap_or_default());
            }
        }
    }

    fn entries(&mut self, list: &List, name: &str, value: &Value) {
        value.as_array().into_iter().flatten().for_each(|entry| self.value(name, list.member, entry));
    }

    fn map(&mut self, map: &Map, name: &str, value: &Value) {
        for (key, value) in value.as_object().into_iter().flatten() {
            self.nested(name, |xml| {
                xml.text(map.key_name, key);
                xml.value(map.value_name, map.value, value);
            });
        }
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

/// The attributes of a structure's element, each behind a blank.
fn attributes(structure: &Structure, value: &Value) -> String {
    let written = structure.attribute_members().filter_map(|member| {
        let text = scalar::write(member.shape, value.get(member.name)?)?;
        let name = member.wire_name;
        let namespace = if name.starts_with("xsi:") { format!(" xmlns:xsi=\"{XSI}\"") } else { String::new() };
        Some(format!("{namespace} {name}=\"{}\"", escape(&text)))
    });
    written.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn documents_become_trees() {
        let text = "\u{feff}<?xml version=\"1.0\"?><!-- x --><n:A xmlns:n=\"u\" k=\"v&amp;w\"><B>1 &lt; <![CDATA[<2>]]></B><C/></n:A>\n";
        let tree = Element::parse(text.as_bytes()).unwrap().unwrap();
        assert_eq!((tree.name.as_str(), tree.children.len()), ("A", 2));
        assert_eq!(tree.child("B").unwrap().text, "1 < <2>");
        assert_eq!(tree.attributes[1], ("k".to_owned(), "v&w".to_owned()));
        assert_eq!(Element::parse(b" \n"), Ok(None));
    }

    #[test]
    fn what_is_no_document_is_refused() {
        let deep = "<a>".repeat(100_000);
        for wrong in ["<a>", "</a>", "<a></b>", "<a/><b/>", "x<a/>", "<!DOCTYPE a><a/>", "<a>&x;</a>", "<a", &deep] {
            assert_eq!(Element::parse(wrong.as_bytes()), Err(Malformed), "{}", &wrong[..wrong.len().min(40)]);
        }
        assert_eq!(Element::parse(b"<a>\xff</a>"), Err(Malformed));
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in "[<>/a&;! \\[\\]-]{0,60}") {
            drop(Element::parse(text.as_bytes()));
        }
    }
}
