//! The Rust types of an API: one unit type per operation, one structure per structure of the model.

use std::fmt::Write as _;

use anyhow::anyhow;
use serde_json::Value;

use super::{
    model::{Model, members},
    names::{constant, field, pascal},
};

pub(super) fn imports(model: &Model) -> String {
    let kinds =
        |kind: &str| model.inner_shapes().is_ok_and(|shapes| shapes.values().any(|shape| shape["type"] == kind));
    let mut text = String::new();
    let has_types = model.has_types();
    if has_types && kinds("map") {
        text.push_str("use std::collections::BTreeMap;\n\n");
    }
    text.push_str("use ruststack_core::{\n");
    if has_types && kinds("timestamp") {
        text.push_str("clock::Timestamp,\n");
    }
    if has_types {
        text.push_str("operation::Operation,\n");
    }
    let mut used = vec!["ErrorShape", "Member", "Model", "OperationShape", "Shape", "Structure"];
    let text_shapes = model.inner_shapes().unwrap_or_default();
    let has = |name: &str| text_shapes.values().any(|shape| shape.get(name).is_some());
    let is_any = |kinds: &[&str]| kinds.iter().any(|kind| text_shapes.values().any(|shape| shape["type"] == *kind));
    for (name, is_used) in [
        ("Bounds", is_any(&["list", "map", "integer", "long", "float", "double", "blob"]) || has("min") || has("max")),
        ("List", is_any(&["list"])),
        ("Location", located(model)),
        ("Map", is_any(&["map"])),
        ("Pattern", has("pattern")),
        ("Text", is_any(&["string"])),
        ("TimestampFormat", is_any(&["timestamp"])),
    ] {
        if is_used {
            used.push(name);
        }
    }
    used.sort_unstable();
    writeln!(text, "shape::{{{}}},", used.join(", ")).expect("a String takes all");
    if has_types && kinds("blob") {
        text.push_str("wire::Blob,\n");
    }
    text.push_str("};\n\n");
    text
}

fn located(model: &Model) -> bool {
    let ends = model.operations().flat_map(|(_, operation)| ["input", "output"].map(|end| Model::end(operation, end)));
    ends.flatten().any(|name| {
        model
            .shape(name)
            .is_ok_and(|shape| members(&shape["members"]).any(|(_, member)| member.get("location").is_some()))
    })
}

/// The operations' own types.
pub(super) fn operations(model: &Model) -> anyhow::Result<String> {
    let mut text = String::new();
    for (name, _) in model.operations() {
        writeln!(
            text,
            "pub struct {name};\n\nimpl Operation for {name} {{\n\
             const SHAPE: &'static OperationShape = &{constant};\n\
             type Input = {name}Input;\ntype Output = {name}Output;\n}}\n",
            constant = constant(name),
        )?;
    }
    Ok(text)
}

/// Inputs, outputs, the structures in them, and where their members lie.
pub(super) fn structures(model: &Model) -> anyhow::Result<String> {
    let (mut text, mut places) = (String::new(), String::new());
    let mut add = |name: &str, table: &str, shape: &Value| -> anyhow::Result<()> {
        text.push_str(&structure(model, name, shape)?);
        let fields = members(&shape["members"]).map(|(member, _)| field(member)).enumerate();
        let fields: Vec<String> = fields.map(|(index, field)| format!("{index} {field}")).collect();
        writeln!(places, "    {name} = {} {{ {} }}", constant(table), fields.join(" "))?;
        Ok(())
    };
    for (name, operation) in model.operations() {
        for (end, suffix) in [("input", "Input"), ("output", "Output")] {
            let shape = Model::end(operation, end).map(|shape| model.shape(shape)).transpose()?;
            let name = format!("{name}{suffix}");
            add(&name, &name, shape.unwrap_or(&Value::Null))?;
        }
    }
    for (name, shape) in model.inner_shapes()? {
        if shape["type"] == "structure" {
            add(&pascal(name), name, shape)?;
        }
    }
    Ok(format!("{text}ruststack_core::members! {{\n{places}}}\n\n"))
}

fn structure(model: &Model, name: &str, shape: &Value) -> anyhow::Result<String> {
    let required: Vec<&str> = shape["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let is_required = |member: &str| required.contains(&member);
    let mut fields = String::new();
    // Members without a default would keep a structure from having one; outputs and tests are written more shortly so.
    for (member, reference) in members(&shape["members"]) {
        let kind = rust_type(model, reference["shape"].as_str().unwrap_or_default())?;
        if is_required(member) {
            writeln!(fields, "pub {}: {kind},", field(member))?;
        } else {
            writeln!(fields, "pub {}: Option<{kind}>,", field(member))?;
        }
    }
    let derives = "#[derive(Clone, Debug, Default, PartialEq)]";
    Ok(format!("{derives}\npub struct {name} {{\n{fields}}}\n\n"))
}

fn rust_type(model: &Model, name: &str) -> anyhow::Result<String> {
    let shape = model.shape(name)?;
    let inner = |end: &str| rust_type(model, shape[end]["shape"].as_str().unwrap_or_default());
    Ok(match shape["type"].as_str().unwrap_or_default() {
        "structure" => pascal(name),
        "list" => format!("Vec<{}>", inner("member")?),
        "map" => format!("BTreeMap<String, {}>", inner("value")?),
        "string" | "character" => "String".to_owned(),
        "integer" => "i32".to_owned(),
        "long" => "i64".to_owned(),
        "float" | "double" => "f64".to_owned(),
        "boolean" => "bool".to_owned(),
        "blob" => "Blob".to_owned(),
        // The service's own type, which reads and writes the JSON of it.
        "document" => shape["rust"].as_str().unwrap_or("serde_json::Value").to_owned(),
        "timestamp" => "Timestamp".to_owned(),
        other => return Err(anyhow!("{name} is a {other}, for which there is no type")),
    })
}
