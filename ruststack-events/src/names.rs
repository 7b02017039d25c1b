//! Names as inputs have them: plain, or ARNs that say whose.

use ruststack_core::{
    arn::Arn,
    scope::{Region, Scope},
};

use crate::{
    bus::DEFAULT,
    error::{EventsError, not_an_arn},
};

/// A bus of a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BusName {
    pub(crate) scope: Scope,
    pub(crate) name: String,
}

impl BusName {
    /// A name or an ARN; without one, the default bus.
    pub(crate) fn of(given: Option<&str>, own: &Scope) -> Result<Self, EventsError> {
        let given = given.unwrap_or(DEFAULT);
        if !given.starts_with("arn:") {
            return Ok(Self { scope: own.clone(), name: given.to_owned() });
        }
        let arn: Arn = given.parse().map_err(|_| not_an_arn(given))?;
        Self::of_arn(&arn).ok_or_else(|| not_an_arn(given))
    }

    pub(crate) fn of_arn(arn: &Arn) -> Option<Self> {
        let name = arn.resource().strip_prefix("event-bus/").filter(|_| arn.service() == "events")?;
        Some(Self { scope: scope_of(arn)?, name: name.to_owned() })
    }
}

pub(crate) fn scope_of(arn: &Arn) -> Option<Scope> {
    Some(Scope::new(arn.account().parse().ok()?, Region::nonstandard(arn.region())))
}

/// What can have tags.
pub(crate) enum Taggable {
    Bus(BusName),
    Rule { bus: BusName, name: String },
}

impl Taggable {
    pub(crate) fn parse(text: &str) -> Result<Self, EventsError> {
        let arn: Arn = text.parse().map_err(|_| not_an_arn(text))?;
        if let Some(bus) = BusName::of_arn(&arn) {
            return Ok(Self::Bus(bus));
        }
        let (bus, name) = rule_of(&arn).ok_or_else(|| not_an_arn(text))?;
        Ok(Self::Rule { bus, name })
    }
}

/// The bus and the name of a rule's ARN.
pub(crate) fn rule_of(arn: &Arn) -> Option<(BusName, String)> {
    let path = arn.resource().strip_prefix("rule/").filter(|_| arn.service() == "events")?;
    // Partners' buses have slashes in their names, rules have none.
    let (bus, name) = path.rsplit_once('/').unwrap_or((DEFAULT, path));
    Some((BusName { scope: scope_of(arn)?, name: bus.to_owned() }, name.to_owned()))
}
