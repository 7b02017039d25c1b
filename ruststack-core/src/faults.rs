//! Faults on request: refusals, delays and broken connections, so that users see how their programs bear them.
//!
//! Rules say what happens to which operations; they strike when the gateway's request has come to its operation, before
//! anything is changed. What services hand to each other is not struck.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use parking_lot::{Mutex, RwLock};
use serde::{Deserialize, Serialize};

use crate::{error::AwsError, scope::Region, service::ServiceSpec};

/// How many rules there may be.
pub const MAX_RULES: usize = 1000;
/// The longest delay. Milliseconds.
pub const MAX_LATENCY: u32 = 15 * 60 * 1000;

/// What happens to requests that match, as users write it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rule {
    /// Of all services when it is missing; the same holds for the next two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Of a request that matches, from 0 to 1.
    #[serde(default = "always", skip_serializing_if = "is_always")]
    pub probability: f64,
    /// The answer; without one, and without any of the others, 503.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Refusal>,
    /// The answer is the one that the service gives to those who ask too often.
    #[serde(default, skip_serializing_if = "is_false")]
    pub throttling: bool,
    /// Waited before the answer. Milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<u32>,
    /// There is no answer: the connection ends.
    #[serde(default, skip_serializing_if = "is_false")]
    pub drop_connection: bool,
}

/// An error of the user's choice.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Refusal {
    pub status_code: u16,
    pub code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// What happens to all requests.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Effects {
    /// Milliseconds.
    #[serde(default)]
    pub latency: u32,
    /// Rules strike the same requests of the same sequence when it is the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

/// What a service says to those who ask too often.
#[derive(Clone, Copy, Debug)]
pub struct Throttling {
    pub status: u16,
    pub code: &'static str,
    pub message: &'static str,
}

/// What a request meets.
#[derive(Default, Debug)]
pub struct Strike {
    pub delay: Duration,
    pub blow: Option<Blow>,
}

#[derive(Debug)]
pub enum Blow {
    Refused(AwsError),
    Dropped,
}

/// The rules in force; cheap to clone, shared by the whole emulator.
#[derive(Clone, Default)]
pub struct Faults(Arc<Shared>);

#[derive(Default)]
struct Shared {
    /// So that requests to those who want no faults take no lock.
    is_armed: AtomicBool,
    state: RwLock<State>,
}

#[derive(Default)]
struct State {
    rules: Vec<Armed>,
    effects: Effects,
}

/// A rule, and the dice that it is thrown with: its own, so that other rules' requests do not move them.
struct Armed {
    rule: Rule,
    dice: Mutex<fastrand::Rng>,
}

fn always() -> f64 {
    1.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_always(probability: &f64) -> bool {
    *probability >= 1.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_false(value: &bool) -> bool {
    !value
}

impl Rule {
    /// Says what is wrong with it.
    pub fn check(&self) -> Result<(), String> {
        if !(0.0..=1.0).contains(&self.probability) {
            return Err(format!("'probability' is {}; it goes from 0 to 1", self.probability));
        }
        let status = self.error.as_ref().map_or(400, |error| error.status_code);
        if !(400..=599).contains(&status) {
            return Err(format!("'statusCode' is {status}; errors have 400 to 599"));
        }
        check_latency(self.latency.unwrap_or(0))
    }

    fn is_for(&self, service: &str, region: &Region, operation: &str) -> bool {
        let fits = |wanted: &Option<String>, found: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted == "*" || wanted.eq_ignore_ascii_case(found))
        };
        fits(&self.service, service) && fits(&self.region, region.as_str()) && fits(&self.operation, operation)
    }

    fn blow(&self, spec: &ServiceSpec) -> Option<Blow> {
        if self.drop_connection {
            return Some(Blow::Dropped);
        }
        let refusal = match (&self.error, self.throttling, self.latency) {
            (Some(error), ..) => {
                let message = error.message.clone().unwrap_or_else(|| MESSAGE.to_owned());
                AwsError::new(error.status_code, error.code.clone(), message)
            }
            (None, true, _) => {
                let Throttling { status, code, message } = spec.throttling;
                AwsError::new(status, code, message)
            }
            (None, false, Some(_)) => return None,
            (None, false, None) => AwsError::new(503, "ServiceUnavailable", MESSAGE),
        };
        Some(Blow::Refused(refusal))
    }
}

/// What refusals say whose rule names no text.
const MESSAGE: &str = "Failing as the rules of /_ruststack/chaos/faults say.";

fn check_latency(latency: u32) -> Result<(), String> {
    let is_short = latency <= MAX_LATENCY;
    is_short
        .then_some(())
        .ok_or_else(|| format!("'latency' is {latency}; at most {MAX_LATENCY} milliseconds are waited"))
}

impl Faults {
    pub fn rules(&self) -> Vec<Rule> {
        self.0.state.read().rules.iter().map(|armed| armed.rule.clone()).collect()
    }

    pub fn effects(&self) -> Effects {
        self.0.state.read().effects.clone()
    }

    /// Takes these rules in place of those that are there. Refuses all when one of them is wrong.
    pub fn set_rules(&self, rules: Vec<Rule>) -> Result<(), String> {
        if rules.len() > MAX_RULES {
            return Err(format!("{} rules are too many; there may be {MAX_RULES}", rules.len()));
        }
        rules.iter().try_for_each(Rule::check)?;
        self.change(|state| state.arm(rules));
        Ok(())
    }

    pub fn set_effects(&self, effects: Effects) -> Result<(), String> {
        check_latency(effects.latency)?;
        self.change(|state| {
            state.effects = effects;
            let rules = state.rules.drain(..).map(|armed| armed.rule).collect();
            state.arm(rules);
        });
        Ok(())
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.0.state.write();
        change(&mut state);
        let is_armed = !state.rules.is_empty() || state.effects.latency > 0;
        self.0.is_armed.store(is_armed, Ordering::Release);
    }

    /// What a request meets that has come to its operation; nothing where nobody asked for faults. Delays add up, the
    /// first rule that refuses or drops decides.
    pub fn strike(&self, spec: &ServiceSpec, region: &Region, operation: &str) -> Option<Strike> {
        if !self.0.is_armed.load(Ordering::Acquire) {
            return None;
        }
        let state = self.0.state.read();
        let mut strike = Strike { delay: Duration::from_millis(state.effects.latency.into()), blow: None };
        for armed in state.rules.iter().filter(|armed| armed.rule.is_for(spec.name, region, operation)) {
            if armed.dice.lock().f64() < armed.rule.probability {
                strike.delay += Duration::from_millis(armed.rule.latency.unwrap_or(0).into());
                strike.blow = strike.blow.or_else(|| armed.rule.blow(spec));
            }
        }
        Some(strike)
    }
}

impl State {
    fn arm(&mut self, rules: Vec<Rule>) {
        let seed = self.effects.seed.unwrap_or_else(|| fastrand::u64(..));
        let arm = |(number, rule)| {
            let dice = Mutex::new(fastrand::Rng::with_seed(seed.wrapping_add(number)));
            Armed { rule, dice }
        };
        self.rules = (0..).zip(rules).map(arm).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::Protocol;

    static BOXES: ServiceSpec = ServiceSpec::named("boxes", &[Protocol::AwsJson10]);

    fn rule(json: &str) -> Rule {
        serde_json::from_str(json).unwrap()
    }

    fn met(faults: &Faults, operation: &str) -> Option<(u16, String)> {
        match faults.strike(&BOXES, &Region::nonstandard("eu-west-1"), operation)?.blow? {
            Blow::Refused(error) => Some((error.status().as_u16(), error.code().to_owned())),
            Blow::Dropped => Some((0, String::new())),
        }
    }

    #[test]
    fn rules_strike_what_they_name_and_nothing_else() {
        let faults = Faults::default();
        assert!(faults.strike(&BOXES, &Region::nonstandard("eu-west-1"), "Open").is_none());
        faults
            .set_rules(vec![
                rule(r#"{"service": "shelves"}"#),
                rule(r#"{"region": "us-east-1"}"#),
                rule(r#"{"service": "boxes", "operation": "Open", "error": {"statusCode": 418, "code": "Teapot"}}"#),
                rule(r#"{"operation": "Shut", "throttling": true}"#),
                rule(r#"{"operation": "Burn", "dropConnection": true}"#),
                rule(r#"{"operation": "Wait", "latency": 5}"#),
                rule(r#"{"operation": "Wait", "latency": 6}"#),
                rule(r#"{"operation": "Fail"}"#),
            ])
            .unwrap();
        assert_eq!(met(&faults, "Open"), Some((418, "Teapot".to_owned())));
        assert_eq!(met(&faults, "Shut"), Some((400, "ThrottlingException".to_owned())));
        assert_eq!(met(&faults, "Burn"), Some((0, String::new())));
        assert_eq!(met(&faults, "Fail"), Some((503, "ServiceUnavailable".to_owned())));
        assert_eq!(met(&faults, "List"), None);
        let strike = faults.strike(&BOXES, &Region::nonstandard("eu-west-1"), "Wait").unwrap();
        assert_eq!(strike.delay, Duration::from_millis(11));
    }

    #[test]
    fn the_same_seed_strikes_the_same_requests() {
        let struck = |seed| {
            let faults = Faults::default();
            faults.set_effects(Effects { latency: 0, seed: Some(seed) }).unwrap();
            faults.set_rules(vec![rule(r#"{"probability": 0.5}"#)]).unwrap();
            (0..64).map(|_| met(&faults, "Open").is_some()).collect::<Vec<_>>()
        };
        assert_eq!(struck(7), struck(7));
        assert_ne!(struck(7), struck(8));
        let share = struck(7).into_iter().filter(|is_struck| *is_struck).count();
        assert!((16..48).contains(&share), "{share} of 64");
    }

    #[test]
    fn wrong_rules_change_nothing() {
        let faults = Faults::default();
        faults.set_rules(vec![rule("{}")]).unwrap();
        for wrong in [
            r#"{"probability": 1.5}"#,
            r#"{"probability": -0.1}"#,
            r#"{"error": {"statusCode": 200, "code": "Fine"}}"#,
            r#"{"latency": 900001}"#,
        ] {
            assert!(faults.set_rules(vec![rule("{}"), rule(wrong)]).is_err(), "{wrong}");
        }
        assert!(faults.set_rules(vec![rule("{}"); MAX_RULES + 1]).is_err());
        assert_eq!(faults.rules(), [rule("{}")]);
        assert!(serde_json::from_str::<Rule>(r#"{"propability": 1}"#).is_err());
    }
}
