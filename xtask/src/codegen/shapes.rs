//! The tables of an API: what the protocols and the checks of constraints walk.

use std::fmt::Write as _;

use anyhow::anyhow;
use serde_json::{Value, json};

use super::{
    model::{Model, members},
    names::constant,
};

/// The model's own table, and the errors.
pub(super) fn model(model: &Model) -> anyhow::Result<String> {
    let mut text = format!(
        "pub const VERSION: &str = {:?};\npub const XML_NAMESPACE: &str = {:?};\n\n/// All operations.\n",
        model.metadata("apiVersion"),
        namespace(model)
    );
    let operations: Vec<String> = model.operations().map(|(name, _)| format!("&{}", constant(name))).collect();
    writeln!(
        text,
        "pub static MODEL: Model = Model {{ version: VERSION, xml_namespace: XML_NAMESPACE, operations: &[{}] }};\n",
        operations.join(", ")
    )?;
    let names: Vec<String> = model.operations().map(|(name, _)| format!("{name:?}")).collect();
    writeln!(text, "/// The names of all operations.\npub const OPERATIONS: &[&str] = &[{}];\n", names.join(", "))?;
    let errors: Vec<String> = model
        .errors()
        .iter()
        .map(|(code, status)| format!("ErrorShape {{ code: {code:?}, status: {status} }}"))
        .collect();
    writeln!(
        text,
        "/// The errors that the model names.\npub const ERRORS: &[ErrorShape] = &[{}];\n",
        errors.join(", ")
    )?;
    Ok(text)
}

/// Of the service, or else of the first input that names one.
fn namespace(model: &Model) -> &str {
    match model.metadata("xmlNamespace") {
        "" => model
            .operations()
            .find_map(|(_, operation)| operation["input"]["xmlNamespace"]["uri"].as_str())
            .unwrap_or_default(),
        namespace => namespace,
    }
}

/// Operations, inputs and outputs, and the shapes in them.
pub(super) fn shapes(model: &Model) -> anyhow::Result<String> {
    let mut text = String::new();
    for (name, operation) in model.operations() {
        text.push_str(&operation_shape(name, operation)?);
        for (end, suffix) in [("input", "Input"), ("output", "Output")] {
            let shape = Model::end(operation, end);
            let value = shape.map(|shape| model.shape(shape)).transpose()?.unwrap_or(&Value::Null);
            let root = operation[end]["locationName"].as_str().or(shape).unwrap_or_default();
            text.push_str(&structure(&format!("{name}{suffix}"), root, value)?);
        }
    }
    for (name, shape) in model.inner_shapes()? {
        if shape["type"] == "structure" {
            text.push_str(&structure(name, name, shape)?);
        }
        writeln!(text, "static {}: Shape = {};\n", shape_constant(name), kind(model, name, shape)?)?;
    }
    Ok(text)
}

fn operation_shape(name: &str, operation: &Value) -> anyhow::Result<String> {
    let constant = constant(name);
    let http = &operation["http"];
    Ok(format!(
        "static {constant}: OperationShape = OperationShape {{\nname: {name:?},\nmethod: {:?},\nuri: {:?},\nstatus: {},\n\
         input: &{constant}_INPUT,\noutput: &{constant}_OUTPUT,\nhas_result: {},\n}};\n\n",
        http["method"].as_str().unwrap_or("POST"),
        http["requestUri"].as_str().unwrap_or("/"),
        http["responseCode"].as_u64().unwrap_or(200),
        operation.get("output").is_some(),
    ))
}

fn structure(name: &str, root: &str, shape: &Value) -> anyhow::Result<String> {
    let required: Vec<&Value> = shape["required"].as_array().into_iter().flatten().collect();
    let mut text = format!("static {}: Structure = Structure::new({root:?}, &[", constant(name));
    for (member, reference) in members(&shape["members"]) {
        let to = reference["shape"].as_str().unwrap_or_default();
        write!(text, "Member::new({member:?}, &{})", shape_constant(to))?;
        if required.contains(&&json!(member)) {
            text.push_str(".required()");
        }
        if let Some(location) = reference["location"].as_str() {
            write!(text, ".at(Location::{})", self::location(location)?)?;
        }
        if reference["xmlAttribute"] == json!(true) {
            text.push_str(".at(Location::Attribute)");
        }
        if let Some(wire_name) = reference["locationName"].as_str().filter(|wire_name| *wire_name != member) {
            write!(text, ".named({wire_name:?})")?;
        }
        if reference["flattened"] == json!(true) {
            text.push_str(".flattened()");
        }
        text.push_str(", ");
    }
    text.push_str("])");
    if let Some(payload) = shape["payload"].as_str() {
        write!(text, ".payload({payload:?})")?;
    }
    text.push_str(";\n\n");
    Ok(text)
}

fn location(name: &str) -> anyhow::Result<&'static str> {
    Ok(match name {
        "header" => "Header",
        "headers" => "HeaderPrefix",
        "querystring" => "QueryString",
        "uri" => "Path",
        "statusCode" => "StatusCode",
        other => return Err(anyhow!("no location {other}")),
    })
}

fn shape_constant(name: &str) -> String {
    format!("{}_SHAPE", constant(name))
}

fn kind(model: &Model, name: &str, shape: &Value) -> anyhow::Result<String> {
    let reference = |end: &str| shape_constant(shape[end]["shape"].as_str().unwrap_or_default());
    let element = |end: &str, default: &str| shape[end]["locationName"].as_str().unwrap_or(default).to_owned();
    let is_flattened = shape["flattened"] == json!(true);
    Ok(match shape["type"].as_str().unwrap_or_default() {
        "structure" => format!("Shape::Structure(&{})", constant(name)),
        "list" => format!(
            "Shape::List(List {{ member: &{}, member_name: {:?}, is_flattened: {is_flattened}, length: {} }})",
            reference("member"),
            element("member", "member"),
            bounds(shape)
        ),
        "map" => format!(
            "Shape::Map(Map {{ key: &{}, value: &{}, key_name: {:?}, value_name: {:?}, is_flattened: {is_flattened}, \
             length: {} }})",
            reference("key"),
            reference("value"),
            element("key", "key"),
            element("value", "value"),
            bounds(shape)
        ),
        "string" | "character" => text(shape),
        "integer" => format!("Shape::Integer({})", bounds(shape)),
        "long" => format!("Shape::Long({})", bounds(shape)),
        "float" | "double" => format!("Shape::Float({})", bounds(shape)),
        "boolean" => "Shape::Boolean".to_owned(),
        "document" => "Shape::Document".to_owned(),
        "blob" => format!("Shape::Blob({})", bounds(shape)),
        "timestamp" => format!("Shape::Timestamp(TimestampFormat::{})", timestamp_format(model, shape)),
        other => return Err(anyhow!("{name} is a {other}, for which there is no shape")),
    })
}

fn text(shape: &Value) -> String {
    let pattern = shape["pattern"].as_str().map(|pattern| format!("Some(Pattern::new({pattern:?}))"));
    let values: Vec<String> = shape["enum"].as_array().into_iter().flatten().map(Value::to_string).collect();
    if pattern.is_none() && values.is_empty() && bounds(shape) == "Bounds::NONE" {
        return "Shape::Text(Text::ANY)".to_owned();
    }
    format!(
        "Shape::Text(Text {{ length: {}, pattern: {}, values: &[{}] }})",
        bounds(shape),
        pattern.as_deref().unwrap_or("None"),
        values.join(", ")
    )
}

fn bounds(shape: &Value) -> String {
    let bound = |name: &str| shape[name].as_i64().or_else(|| shape[name].as_f64().map(|bound| bound as i64));
    match (bound("min"), bound("max")) {
        (None, None) => "Bounds::NONE".to_owned(),
        (min, max) => format!("Bounds::new({min:?}, {max:?})"),
    }
}

fn timestamp_format(model: &Model, shape: &Value) -> &'static str {
    match (shape["timestampFormat"].as_str(), model.metadata("protocol")) {
        (Some("iso8601"), _) | (None, "query" | "rest-xml") => "Iso8601",
        (Some("rfc822"), _) => "HttpDate",
        _ => "UnixTimestamp",
    }
}
