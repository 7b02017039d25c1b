//! Expressions by chance, out of the grammar, with their placeholders; now and then with one thing wrong.

use serde_json::{Map, Value};

use super::{
    schema::{INDEX_ATTRIBUTES, Index, Key, Schema},
    values::{self, ATTRIBUTES},
};
use crate::crash::random::Random;

/// An expression's placeholders, collected while its text is made.
pub(super) struct Writer<'r> {
    pub(super) random: &'r mut Random,
    pub(super) names: Map<String, Value>,
    pub(super) values: Map<String, Value>,
}

impl<'r> Writer<'r> {
    pub(super) fn new(random: &'r mut Random) -> Self {
        Self { random, names: Map::new(), values: Map::new() }
    }

    pub(super) fn value(&mut self, value: Value) -> String {
        let placeholder = format!(":v{}", self.values.len());
        self.values.insert(placeholder.clone(), value);
        placeholder
    }

    fn any_value(&mut self) -> String {
        let value = values::any(self.random, 1);
        self.value(value)
    }

    fn scalar_value(&mut self) -> String {
        let key_type = Schema::any(self.random).hash.key_type;
        let value = values::scalar(self.random, key_type);
        self.value(value)
    }

    fn name(&mut self, name: &str) -> String {
        if name != "set" && name != "list" && name != "key" && self.random.chance(80) {
            return name.to_owned();
        }
        let placeholder = format!("#{name}");
        self.names.insert(placeholder.clone(), name.into());
        placeholder
    }

    fn attribute(&mut self) -> &'static str {
        match self.random.below(12) {
            0 => "pk",
            1 => "sk",
            2 | 3 => self.random.word(&INDEX_ATTRIBUTES),
            _ => self.random.word(&ATTRIBUTES),
        }
    }

    pub(super) fn path(&mut self) -> String {
        let attribute = self.attribute();
        self.path_of(attribute)
    }

    fn path_of(&mut self, attribute: &str) -> String {
        let mut path = self.name(attribute);
        let deep = if matches!(attribute, "m" | "list") { 60 } else { 8 };
        while self.random.chance(deep) && path.len() < 40 {
            if self.random.chance(if attribute == "list" { 70 } else { 30 }) {
                path = format!("{path}[{}]", self.random.below(4));
            } else {
                let member = *self.random.pick(&ATTRIBUTES);
                let member = self.name(member);
                path = format!("{path}.{member}");
            }
        }
        path
    }

    fn operand(&mut self) -> String {
        match self.random.below(10) {
            0..=3 => self.path(),
            4 => format!("size({})", self.path()),
            5..=8 => self.scalar_value(),
            _ => self.any_value(),
        }
    }

    pub(super) fn condition(&mut self, depth: u64) -> String {
        let kinds = if depth == 0 { 9 } else { 13 };
        match self.random.below(kinds) {
            0..=2 => self.comparison(),
            3 => format!("{} BETWEEN {} AND {}", self.operand(), self.operand(), self.operand()),
            4 => {
                let candidates: Vec<String> = (0..=self.random.below(3)).map(|_| self.operand()).collect();
                format!("{} IN ({})", self.operand(), candidates.join(", "))
            }
            5 => format!("attribute_exists({})", self.path()),
            6 => format!("attribute_not_exists({})", self.path()),
            7 => self.attribute_type(),
            8 => self.function_of_two(),
            9 | 10 => format!("{} AND {}", self.condition(depth - 1), self.condition(depth - 1)),
            11 => format!("({} OR {})", self.condition(depth - 1), self.condition(depth - 1)),
            _ => format!("NOT {}", self.condition(depth - 1)),
        }
    }

    fn comparison(&mut self) -> String {
        let operator = *self.random.pick(&["=", "<>", "<", "<=", ">", ">="]);
        format!("{} {operator} {}", self.operand(), self.operand())
    }

    fn attribute_type(&mut self) -> String {
        let name = *self.random.pick(&["S", "N", "B", "SS", "NS", "BS", "M", "L", "BOOL", "NULL", "X"]);
        let path = self.path();
        let value = self.value(serde_json::json!({"S": name}));
        format!("attribute_type({path}, {value})")
    }

    fn function_of_two(&mut self) -> String {
        let function = *self.random.pick(&["begins_with", "contains"]);
        let path = self.path();
        let operand = self.operand();
        format!("{function}({path}, {operand})")
    }

    pub(super) fn projection(&mut self) -> String {
        let paths: Vec<String> = (0..=self.random.below(3)).map(|_| self.path()).collect();
        paths.join(", ")
    }

    /// Paths overlap rarely: each section takes other attributes.
    pub(super) fn update(&mut self) -> String {
        let mut sections = Vec::new();
        let mut attributes: Vec<&str> = [&ATTRIBUTES[..], &INDEX_ATTRIBUTES[..], &["counter"]].concat();
        for section in ["SET", "REMOVE", "ADD", "DELETE"] {
            if !self.random.chance(match section {
                "SET" => 75,
                _ => 25,
            }) {
                continue;
            }
            let actions: Vec<String> = (0..=self.random.below(2))
                .filter_map(|_| {
                    let position = self.random.below(attributes.len().max(1) as u64) as usize;
                    (position < attributes.len()).then(|| attributes.swap_remove(position))
                })
                .collect::<Vec<_>>()
                .into_iter()
                .map(|attribute| self.action(section, attribute))
                .collect();
            if !actions.is_empty() {
                sections.push(format!("{section} {}", actions.join(", ")));
            }
        }
        // Of updates that only take away DynamoDB Local makes items, AWS none: what follows would differ.
        let only_takes_away = !sections.iter().any(|section| section.starts_with("SET") || section.starts_with("ADD"));
        if only_takes_away {
            sections.insert(0, self.action("SET", "a").replacen("", "SET ", 1));
        }
        sections.join(" ")
    }

    fn action(&mut self, section: &str, attribute: &str) -> String {
        let path = self.path_of(attribute);
        match section {
            "SET" => format!("{path} = {}", self.set_value(attribute)),
            "REMOVE" => path,
            "ADD" => {
                let number = self.random.chance(60);
                let value = if number { self.scalar_value() } else { self.set_of_chance() };
                format!("{path} {value}")
            }
            _ => format!("{path} {}", self.set_of_chance()),
        }
    }

    fn set_of_chance(&mut self) -> String {
        let value = if self.random.chance(95) { values::set(self.random) } else { values::any(self.random, 1) };
        self.value(value)
    }

    fn set_value(&mut self, attribute: &str) -> String {
        match self.random.below(8) {
            0..=2 => {
                let value = values::of_attribute(self.random, attribute);
                self.value(value)
            }
            3 => self.path(),
            4 => format!("{} {} {}", self.set_operand(), self.random.pick(&["+", "-"]), self.set_operand()),
            5 => format!("if_not_exists({}, {})", self.path(), self.set_operand()),
            6 => {
                let list = values::list(self.random, 1);
                let list = self.value(list);
                let path = self.path_of("list");
                if self.random.chance(50) {
                    format!("list_append({path}, {list})")
                } else {
                    format!("list_append({list}, {path})")
                }
            }
            _ => self.any_value(),
        }
    }

    fn set_operand(&mut self) -> String {
        match self.random.below(4) {
            0 => self.path_of("a"),
            1 => format!("if_not_exists({}, {})", self.path(), self.scalar_value()),
            _ => {
                let value = values::scalar(self.random, super::schema::KeyType::N);
                self.value(value)
            }
        }
    }

    pub(super) fn key_condition(&mut self, schema: &Schema, index: Option<&Index>) -> String {
        let (hash, range) =
            index.map_or((&schema.hash, schema.range.as_ref()), |index| (&index.hash, index.range.as_ref()));
        let name = self.name(hash.name);
        let value = self.key_value(hash);
        let hash = format!("{name} = {value}");
        match range {
            Some(range) if self.random.chance(60) => format!("{hash} AND {}", self.range_condition(range)),
            _ => hash,
        }
    }

    fn key_value(&mut self, key: &Key) -> String {
        let value = if self.random.chance(98) {
            values::scalar(self.random, key.key_type)
        } else {
            values::any(self.random, 0)
        };
        self.value(value)
    }

    fn range_condition(&mut self, range: &Key) -> String {
        let name = self.name(range.name);
        match self.random.below(8) {
            0 => format!("{name} BETWEEN {} AND {}", self.key_value(range), self.key_value(range)),
            1 => format!("begins_with({name}, {})", self.key_value(range)),
            2 | 3 => format!("{name} = {}", self.key_value(range)),
            _ => {
                let operator = *self.random.pick(&["<", "<=", ">", ">="]);
                format!("{name} {operator} {}", self.key_value(range))
            }
        }
    }

    /// One thing wrong with a text or its placeholders.
    pub(super) fn mutate(&mut self, text: String) -> String {
        let words: Vec<&str> = text.split(' ').collect();
        let position = self.random.below(words.len() as u64) as usize;
        match self.random.below(8) {
            0 => [&words[..position], &words[position + 1..]].concat().join(" "),
            1 => [&words[..=position], &words[position..]].concat().join(" "),
            2 => {
                self.values.insert(":unused".to_owned(), values::any(self.random, 0));
                text
            }
            3 => {
                self.names.insert("#unused".to_owned(), "a".into());
                text
            }
            4 => {
                let name = self.values.keys().next().cloned();
                name.map(|name| self.values.remove(&name));
                text
            }
            5 => {
                let other = ["size", "#nobody", "name", "(", ")", ",", "=", "OR", "NOT", "'a'", ":no", "a.", "[1]"];
                let other = *self.random.pick(&other);
                [&words[..position], &[other], &words[position + 1..]].concat().join(" ")
            }
            6 => {
                let name = self.values.keys().next().cloned();
                let wrong = values::wrong(self.random);
                name.map(|name| self.values.insert(name, wrong));
                text
            }
            _ => {
                let cut = self.random.below(text.len() as u64 + 1) as usize;
                text.chars().take(cut).collect()
            }
        }
    }
}
