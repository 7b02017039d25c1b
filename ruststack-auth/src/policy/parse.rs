//! From JSON to a [`Policy`], by the grammar of the policy language.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use super::{
    condition::Condition,
    document::{Effect, Kind, Policy, Principals, Rules, Selection, Statement, Version},
    error::InvalidPolicy,
    json::{self, Json},
    principal::PrincipalPattern,
    variables::{Syntax, Template, arn_fields},
};

pub(super) fn policy(text: &[u8], rules: Rules) -> Result<Policy, InvalidPolicy> {
    if text.len() > rules.max_bytes {
        return Err(InvalidPolicy::TooLarge { limit_bytes: rules.max_bytes });
    }
    // AWS wants the brace first, before any white space.
    if text.first() != Some(&b'{') {
        return Err(InvalidPolicy::NotJson);
    }
    let mut fields = Fields::of(json::parse(text)?, "Policy")?;
    let version = fields.take("Version").map(version).transpose()?;
    let id = fields.take("Id").map(|id| id.string("Id")).transpose()?;
    let statements = match fields.take("Statement").ok_or(InvalidPolicy::MissingField("Statement"))? {
        Json::List(statements) => statements,
        one => vec![one],
    };
    fields.finish()?;
    let context = Grammar { kind: rules.kind, has_variables: version == Some(Version::V2012_10_17) };
    let statements = statements.into_iter().map(|one| context.statement(one)).collect::<Result<Vec<_>, _>>()?;
    check_statements(&statements, rules.kind)?;
    Ok(Policy { version, id, statements })
}

fn version(value: Json) -> Result<Version, InvalidPolicy> {
    match value.string("Version")?.as_str() {
        "2008-10-17" => Ok(Version::V2008_10_17),
        "2012-10-17" => Ok(Version::V2012_10_17),
        unknown => Err(InvalidPolicy::InvalidVersion(unknown.to_owned())),
    }
}

/// The ids of IAM's policies are unique and alphanumeric; those of resources may be anything.
fn check_statements(statements: &[Statement], kind: Kind) -> Result<(), InvalidPolicy> {
    if statements.is_empty() {
        return Err(InvalidPolicy::NoStatements);
    }
    if kind == Kind::Resource {
        return Ok(());
    }
    for (index, sid) in statements.iter().enumerate().filter_map(|(index, one)| Some((index, one.sid.as_deref()?))) {
        if !sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(InvalidPolicy::InvalidSid(sid.to_owned()));
        }
        if !sid.is_empty() && statements[..index].iter().any(|other| other.sid.as_deref() == Some(sid)) {
            return Err(InvalidPolicy::DuplicateSid(sid.to_owned()));
        }
    }
    Ok(())
}

/// What is allowed where in this policy.
#[derive(Clone, Copy)]
struct Grammar {
    kind: Kind,
    has_variables: bool,
}

impl Grammar {
    fn statement(self, value: Json) -> Result<Statement, InvalidPolicy> {
        let mut fields = Fields::of(value, "Statement")?;
        let sid = fields.take("Sid").map(|sid| sid.string("Sid")).transpose()?;
        let effect = fields.take("Effect").ok_or(InvalidPolicy::MissingField("Effect"))?;
        let statement = Statement {
            sid,
            effect: effect.string("Effect").and_then(|text| parse_effect(&text))?,
            principals: self.principals(&mut fields)?,
            actions: self.actions(&mut fields)?,
            resources: self.resources(&mut fields)?,
            conditions: fields.take("Condition").map_or(Ok(Vec::new()), |block| self.conditions(block))?,
        };
        fields.finish()?;
        Ok(statement)
    }

    fn principals(self, fields: &mut Fields) -> Result<Option<Principals>, InvalidPolicy> {
        let found = fields.take_either("Principal", "NotPrincipal")?;
        match (self.kind, found) {
            (Kind::Identity, None) => Ok(None),
            (Kind::Identity, Some(_)) => Err(InvalidPolicy::ForbiddenField("Principal")),
            (_, None) => Err(InvalidPolicy::MissingField("Principal")),
            (_, Some((is_negated, value))) => Ok(Some(Principals { is_negated, patterns: principals(value)? })),
        }
    }

    fn actions(self, fields: &mut Fields) -> Result<Selection, InvalidPolicy> {
        let found = fields.take_either("Action", "NotAction")?;
        let (is_negated, value) = found.ok_or(InvalidPolicy::MissingField("Action"))?;
        let texts = value.strings("Action")?;
        if texts.is_empty() {
            return Err(InvalidPolicy::MissingField("Action"));
        }
        if let Some(wrong) = texts.iter().find(|text| !is_action(text)) {
            return Err(InvalidPolicy::InvalidAction(wrong.clone()));
        }
        // Actions have wildcards, never variables.
        let syntax = Syntax { has_wildcards: true, has_variables: false };
        Ok(Selection { is_negated, patterns: texts.iter().map(|text| Template::new(text, syntax)).collect() })
    }

    fn resources(self, fields: &mut Fields) -> Result<Option<Selection>, InvalidPolicy> {
        let (is_negated, value) = match (self.kind, fields.take_either("Resource", "NotResource")?) {
            (Kind::Trust, None) => return Ok(None),
            (Kind::Trust, Some(_)) => return Err(InvalidPolicy::ForbiddenField("Resource")),
            (_, None) => return Err(InvalidPolicy::MissingField("Resource")),
            (_, Some(found)) => found,
        };
        let texts = value.strings("Resource")?;
        if texts.is_empty() {
            return Err(InvalidPolicy::MissingField("Resource"));
        }
        if let Some(wrong) = texts.iter().find(|text| !self.is_resource(text)) {
            return Err(InvalidPolicy::InvalidResource(wrong.clone()));
        }
        let syntax = Syntax { has_wildcards: true, has_variables: self.has_variables };
        let patterns = texts.iter().map(|text| Template::new(text, syntax)).collect();
        Ok(Some(Selection { is_negated, patterns }))
    }

    /// `*`, or something with the form of an ARN.
    fn is_resource(self, text: &str) -> bool {
        let is_arn = |fields: [&str; 6]| {
            let [arn, partition, service, .., resource] = fields;
            arn == "arn" && [partition, service, resource].iter().all(|field| !field.is_empty())
        };
        text == "*" || arn_fields(text, self.has_variables).is_some_and(is_arn)
    }

    fn conditions(self, block: Json) -> Result<Vec<Condition>, InvalidPolicy> {
        let mut conditions = Vec::new();
        for (operator, keys) in block.object("Condition")? {
            for (key, values) in keys.object(&operator)? {
                let values = values.condition_values(&key)?;
                conditions.push(Condition::new(&operator, key, &values, self.has_variables)?);
            }
        }
        Ok(conditions)
    }
}

fn parse_effect(text: &str) -> Result<Effect, InvalidPolicy> {
    match text {
        "Allow" => Ok(Effect::Allow),
        "Deny" => Ok(Effect::Deny),
        unknown => Err(InvalidPolicy::InvalidEffect(unknown.to_owned())),
    }
}

/// `"*"`, or lists by kind of principal.
fn principals(value: Json) -> Result<Vec<PrincipalPattern>, InvalidPolicy> {
    let kinds = match value {
        Json::String(text) if text == "*" => return Ok(vec![PrincipalPattern::Everyone]),
        Json::String(text) => return Err(InvalidPolicy::InvalidPrincipal(text)),
        other => other.object("Principal")?,
    };
    let mut patterns = Vec::new();
    for (kind, names) in kinds {
        for name in names.strings("Principal")? {
            patterns.push(PrincipalPattern::parse(&kind, &name)?);
        }
    }
    if patterns.is_empty() {
        return Err(InvalidPolicy::InvalidPrincipal(String::new()));
    }
    Ok(patterns)
}

/// `*`, or `service:Name` where only the name has wildcards.
fn is_action(text: &str) -> bool {
    let is_service = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'?' | b'-' | b'_');
    let is_made_of = |text: &str, is_allowed: &dyn Fn(u8) -> bool| !text.is_empty() && text.bytes().all(is_allowed);
    text == "*"
        || text
            .split_once(':')
            .is_some_and(|(service, name)| is_made_of(service, &is_service) && is_made_of(name, &is_name))
}

/// The members of an object, taken one by one; what remains is unknown.
struct Fields(Vec<(String, Json)>);

impl Fields {
    fn of(value: Json, element: &str) -> Result<Self, InvalidPolicy> {
        value.object(element).map(Self)
    }

    fn take(&mut self, name: &str) -> Option<Json> {
        let index = self.0.iter().position(|(field, _)| field == name)?;
        Some(self.0.remove(index).1)
    }

    /// One of the two, and whether it is the second.
    fn take_either(
        &mut self,
        name: &'static str,
        negated: &'static str,
    ) -> Result<Option<(bool, Json)>, InvalidPolicy> {
        match (self.take(name), self.take(negated)) {
            (Some(_), Some(_)) => Err(InvalidPolicy::ConflictingFields(name, negated)),
            (Some(value), None) => Ok(Some((false, value))),
            (None, Some(value)) => Ok(Some((true, value))),
            (None, None) => Ok(None),
        }
    }

    fn finish(self) -> Result<(), InvalidPolicy> {
        match self.0.into_iter().next() {
            Some((name, _)) => Err(InvalidPolicy::UnknownField(name)),
            None => Ok(()),
        }
    }
}
