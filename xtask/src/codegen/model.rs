//! AWS's models as botocore publishes them (Apache-2.0), and what we keep of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context as _, anyhow};
use serde_json::{Map, Value, json};

/// Members of a shape, a member or an operation that the generator reads.
const KEPT: [&str; 33] = [
    "type",
    "members",
    "member",
    "key",
    "value",
    "required",
    "min",
    "max",
    "pattern",
    "enum",
    "payload",
    "location",
    "locationName",
    "flattened",
    "xmlNamespace",
    "uri",
    "shape",
    "timestampFormat",
    "error",
    "code",
    "httpStatusCode",
    "exception",
    "fault",
    "http",
    "method",
    "requestUri",
    "responseCode",
    "input",
    "output",
    "resultWrapper",
    "name",
    "streaming",
    "xmlAttribute",
];

pub(super) struct Model(Value);

impl Model {
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        Ok(Self(serde_json::from_str(&fs::read_to_string(path)?)?))
    }

    /// Where the generated file goes, from the repository's root.
    pub(super) fn output(&self) -> &str {
        self.0["output"].as_str().unwrap_or_default()
    }

    /// Whether only the tables are wanted, because the types come from elsewhere.
    pub(super) fn has_types(&self) -> bool {
        self.0["types"] != json!(false)
    }

    pub(super) fn metadata(&self, name: &str) -> &str {
        self.0["metadata"][name].as_str().unwrap_or_default()
    }

    pub(super) fn title(&self) -> &str {
        self.metadata("serviceFullName")
    }

    pub(super) fn operations(&self) -> impl Iterator<Item = (&str, &Value)> {
        members(&self.0["operations"])
    }

    pub(super) fn shape(&self, name: &str) -> anyhow::Result<&Value> {
        self.0["shapes"].get(name).with_context(|| format!("no shape {name}"))
    }

    /// Input (`"input"`) or output of an operation: its shape's name, where it has one.
    pub(super) fn end<'m>(operation: &'m Value, end: &str) -> Option<&'m str> {
        operation[end]["shape"].as_str()
    }

    /// The shapes that inputs and outputs lead to, themselves left out, by name.
    pub(super) fn inner_shapes(&self) -> anyhow::Result<BTreeMap<&str, &Value>> {
        let mut found = BTreeMap::new();
        for (_, operation) in self.operations() {
            for end in ["input", "output"] {
                let Some(name) = Self::end(operation, end) else { continue };
                self.collect_members(self.shape(name)?, &mut found)?;
            }
        }
        Ok(found)
    }

    fn collect_members<'m>(&'m self, shape: &'m Value, found: &mut BTreeMap<&'m str, &'m Value>) -> anyhow::Result<()> {
        for name in references(shape) {
            let inner = self.shape(name)?;
            if found.insert(name, inner).is_none() {
                self.collect_members(inner, found)?;
            }
        }
        Ok(())
    }

    /// Codes and statuses of the errors.
    pub(super) fn errors(&self) -> BTreeSet<(String, u64)> {
        let exceptions = members(&self.0["shapes"]).filter(|(_, shape)| shape["exception"] == json!(true));
        exceptions
            .map(|(name, shape)| {
                let status = if shape["fault"] == json!(true) { 500 } else { 400 };
                let code = shape["error"]["code"].as_str().unwrap_or(name).to_owned();
                (code, shape["error"]["httpStatusCode"].as_u64().unwrap_or(status))
            })
            .collect()
    }
}

pub(super) fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

/// The names of the shapes that a shape refers to.
fn references(shape: &Value) -> Vec<&str> {
    let direct = ["member", "key", "value"].into_iter().filter_map(|end| shape[end]["shape"].as_str());
    members(&shape["members"]).filter_map(|(_, member)| member["shape"].as_str()).chain(direct).collect()
}

/// What the generator reads of a whole model.
pub(super) fn trimmed(source: &Value, output: &str, types: bool, wanted: &[String]) -> anyhow::Result<String> {
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name);
    let operations: Map<String, Value> = members(&source["operations"])
        .filter(|(name, _)| is_wanted(name))
        .map(|(name, operation)| (name.to_owned(), kept(operation)))
        .collect();
    if let Some(missing) = wanted.iter().find(|name| !operations.contains_key(*name)) {
        return Err(anyhow!("the model has no operation {missing}"));
    }
    let errors = members(&source["operations"]).filter(|(name, _)| is_wanted(name)).flat_map(|(_, operation)| {
        operation["errors"].as_array().into_iter().flatten().filter_map(|error| error["shape"].as_str())
    });
    let mut needed: BTreeSet<&str> = errors.collect();
    let ends = operations.values().flat_map(|operation| ["input", "output"].map(|end| Model::end(operation, end)));
    let mut waiting: Vec<&str> = ends.flatten().collect();
    while let Some(name) = waiting.pop() {
        if needed.insert(name) {
            waiting.extend(references(&source["shapes"][name]));
        }
    }
    let shapes: Map<String, Value> = needed
        .iter()
        .map(|name| ((*name).to_owned(), without_members_of_errors(kept(&source["shapes"][*name]))))
        .collect();
    let metadata = ["apiVersion", "protocol", "serviceFullName", "xmlNamespace", "targetPrefix", "jsonVersion"]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), source["metadata"].get(name)?.clone())));
    let metadata: Map<String, Value> = metadata.collect();
    let trimmed =
        json!({ "output": output, "types": types, "metadata": metadata, "operations": operations, "shapes": shapes });
    Ok(serde_json::to_string_pretty(&trimmed)?)
}

fn without_members_of_errors(mut shape: Value) -> Value {
    if let Some(shape) = shape.as_object_mut().filter(|shape| shape.contains_key("exception")) {
        shape.remove("members");
    }
    shape
}

fn kept(value: &Value) -> Value {
    let Value::Object(object) = value else { return value.clone() };
    let kept_members = |(name, value): (&String, &Value)| match name.as_str() {
        "members" => {
            let members: Map<String, Value> =
                members(value).map(|(name, member)| (name.to_owned(), kept(member))).collect();
            Some((name.clone(), Value::Object(members)))
        }
        name if KEPT.contains(&name) => Some((name.to_owned(), kept(value))),
        _ => None,
    };
    Value::Object(object.iter().filter_map(kept_members).collect())
}
