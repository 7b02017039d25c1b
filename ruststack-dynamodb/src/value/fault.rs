//! What can be wrong with a value as it was given, and AWS's sentences for it.
//!
//! AWS has two readers of values; which one an operation uses shows in some of the sentences.

use std::{borrow::Cow, collections::BTreeSet};

use base64::{Engine, prelude::BASE64_STANDARD};

use crate::{
    number::NumberError,
    refusal::{Kind, Refusal},
    value::Type,
};

/// AWS's two readers of values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Layer {
    /// Of PutItem, UpdateItem, DeleteItem, GetItem, BatchGetItem, Query and Scan.
    Current,
    /// Of BatchWriteItem, transactions and PartiQL, and of every request that only this one can read.
    Older,
}

/// What is wrong with a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ValueFault {
    /// A member is not of the JSON type that it has to be of.
    Malformed(Cow<'static, str>),
    Empty,
    MoreThanOneType,
    /// An empty set, perhaps beside a member of another type.
    EmptySet {
        of: Type,
        beside_another: bool,
    },
    /// `{"NULL": false}`; or a text, which is refused while it is read.
    NullNotTrue {
        by_text: bool,
    },
    Number {
        written: String,
        error: NumberError,
    },
    /// The members as they were sent.
    RepeatedTexts(Vec<String>),
    RepeatedNumbers,
    RepeatedBytes(Vec<Vec<u8>>),
    EmptyName,
    NameTooLarge,
    TooDeep,
}

/// What a name of an attribute has to be shorter than, in bytes.
pub(crate) const NAME_SIZE: usize = 65536;

/// What is wrong with the name of an attribute.
pub(crate) fn fault_of_name(name: &str) -> Option<ValueFault> {
    match name.len() {
        0 => Some(ValueFault::EmptyName),
        size => (size >= NAME_SIZE).then_some(ValueFault::NameTooLarge),
    }
}

pub(super) const TOO_DEEP: &str = "Nesting Levels have exceeded supported limits: Attributes in the item have nested \
                                   levels beyond supported limit";
const INVALID: &str = "One or more parameter values were invalid: ";

impl ValueFault {
    pub fn refusal(&self, layer: Layer) -> Refusal {
        let kind = match (self, layer) {
            (Self::Malformed(_), _) => Kind::Serialization,
            (Self::Empty | Self::MoreThanOneType, _) | (_, Layer::Older) => Kind::Plain,
            (Self::EmptySet { beside_another: true, .. } | Self::NullNotTrue { by_text: true }, _) => Kind::Plain,
            _ => Kind::Request,
        };
        Refusal { kind, message: self.message(layer) }
    }

    fn message(&self, layer: Layer) -> String {
        match self {
            Self::Malformed(text) => text.to_string(),
            Self::Empty => {
                "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes".to_owned()
            }
            Self::MoreThanOneType => "Supplied AttributeValue has more than one datatypes set, must contain exactly \
                                      one of the supported datatypes"
                .to_owned(),
            // Two blanks, and the article, are AWS's.
            Self::EmptySet { of: Type::Ss, .. } => format!("{INVALID}An string set  may not be empty"),
            Self::EmptySet { of: Type::Ns, .. } => format!("{INVALID}An number set  may not be empty"),
            Self::EmptySet { .. } => format!("{INVALID}Binary sets should not be empty"),
            Self::NullNotTrue { .. } => format!("{INVALID}Null attribute value types must have the value of true"),
            Self::Number { written, error: NumberError::Unreadable } if written.is_empty() && layer == Layer::Older => {
                "The parameter cannot be converted to a numeric value".to_owned()
            }
            Self::Number { written, error } => error.text(written),
            Self::RepeatedTexts(texts) => repeated_texts(texts, layer),
            Self::RepeatedBytes(blobs) => repeated_bytes(blobs, layer),
            Self::RepeatedNumbers if layer == Layer::Current => {
                format!("{INVALID}Input collection contains duplicates.")
            }
            Self::RepeatedNumbers => "Input collection contains duplicates".to_owned(),
            Self::EmptyName => "Empty attribute name".to_owned(),
            Self::NameTooLarge => format!("Attribute name is too large, must be less than {NAME_SIZE} bytes"),
            Self::TooDeep => TOO_DEEP.to_owned(),
        }
    }

    /// Whether AWS names the key where this stands among the values of an expression.
    pub(super) fn names_key(&self, layer: Layer) -> bool {
        match self {
            Self::Malformed(_) | Self::TooDeep | Self::EmptyName | Self::NameTooLarge => false,
            Self::Empty | Self::EmptySet { .. } | Self::NullNotTrue { by_text: true } => true,
            _ => layer == Layer::Older,
        }
    }
}

fn repeated_texts(texts: &[String], layer: Layer) -> String {
    let shown = match layer {
        Layer::Current => as_read(texts).into_iter().map(|text| format!("\"{text}\"")).collect(),
        Layer::Older => texts.to_vec(),
    };
    format!("{INVALID}Input collection [{}] contains duplicates.", shown.join(", "))
}

fn repeated_bytes(blobs: &[Vec<u8>], layer: Layer) -> String {
    let shown = match layer {
        Layer::Current => {
            let quoted = as_read(blobs).into_iter().map(|blob| format!("\"{}\"", BASE64_STANDARD.encode(blob)));
            quoted.collect::<Vec<_>>().join(",")
        }
        Layer::Older => blobs.iter().map(|blob| BASE64_STANDARD.encode(blob)).collect::<Vec<_>>().join(", "),
    };
    // The missing blank is AWS's.
    format!("{INVALID}Input collection [{shown}]of type BS contains duplicates.")
}

/// The members as AWS lists them: those before the first repeat in order, the repeat, the others as they were sent.
fn as_read<T: Ord + Clone>(members: &[T]) -> Vec<T> {
    let mut seen = BTreeSet::new();
    let repeat = members.iter().position(|member| !seen.insert(member.clone())).unwrap_or(members.len());
    seen.into_iter().chain(members[repeat..].iter().cloned()).collect()
}
