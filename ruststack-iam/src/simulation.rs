//! What policies would say of requests that nobody makes.

use std::collections::BTreeMap;

use ruststack_auth::policy::{
    context::ContextKeys,
    document::{Effect, Policy},
    evaluate::{Decision, NamedPolicy, Policies, Request},
    principal::{Caller, CallerKind},
    stored::StoredPolicy,
};
use ruststack_core::scope::AccountId;

use crate::api::{self, EvaluationResult, ResourceSpecificResult};

/// All policies are of this type, says AWS. Recorded: test_simulate_principle_policy.
const TYPE: &str = "IAM Policy";

/// A policy with the name that a result calls it by.
pub(crate) struct Source {
    pub(crate) id: String,
    pub(crate) policy: StoredPolicy,
}

pub(crate) struct Simulation {
    pub(crate) sources: Vec<Source>,
    /// `None`: there is none, which limits nothing.
    pub(crate) boundary: Option<StoredPolicy>,
    pub(crate) resource_policy: Option<StoredPolicy>,
    pub(crate) caller: Caller,
    pub(crate) resource_account: Option<AccountId>,
    pub(crate) keys: ContextKeys,
}

/// The caller of whom an ARN tells.
pub(crate) fn caller(arn: &str, account: AccountId) -> Caller {
    Caller { kind: CallerKind::User, account: Some(account), name: arn.to_owned(), issuer: None, canonical_user: None }
}

impl Simulation {
    /// One action on one resource.
    pub(crate) fn run(&self, action: &str, resource: &str, names_resources: bool) -> EvaluationResult {
        let request = Request {
            caller: &self.caller,
            action,
            resource,
            resource_account: self.resource_account,
            context: &self.keys,
        };
        let identity: Vec<NamedPolicy> = self.sources.iter().map(|source| source.policy.named(&source.id)).collect();
        let boundary = self.boundary.as_ref().map(|policy| policy.named("boundary"));
        let resource_policy = self.resource_policy.as_ref().map(|policy| policy.named("resource"));
        let policies = Policies {
            identity: &identity,
            boundary: boundary.as_ref(),
            resource: resource_policy.as_ref(),
            ..Policies::default()
        };
        let (decision, effect) = match policies.decide(&request) {
            Decision::Allowed(_) => ("allowed", Effect::Allow),
            Decision::ExplicitDeny(_) => ("explicitDeny", Effect::Deny),
            Decision::ImplicitDeny(_) => ("implicitDeny", Effect::Allow),
        };
        let matched = self.matched(&request, effect);
        let boundary = boundary.map(|boundary| api::PermissionsBoundaryDecisionDetail {
            allowed_by_permissions_boundary: Some(decides_alone(&boundary, &request)),
        });
        let specific = ResourceSpecificResult {
            eval_resource_name: resource.to_owned(),
            eval_resource_decision: decision.to_owned(),
            matched_statements: Some(matched.clone()),
            missing_context_values: Some(self.missing_keys(action)),
            eval_decision_details: None,
            permissions_boundary_decision_detail: boundary.clone(),
        };
        EvaluationResult {
            eval_action_name: action.to_owned(),
            eval_resource_name: Some(resource.to_owned()),
            eval_decision: decision.to_owned(),
            matched_statements: Some(matched),
            missing_context_values: Some(self.missing_keys(action)),
            organizations_decision_detail: Some(api::OrganizationsDecisionDetail {
                allowed_by_organizations: Some(true),
            }),
            permissions_boundary_decision_detail: boundary,
            eval_decision_details: Some(BTreeMap::new()),
            resource_specific_results: Some(names_resources.then_some(specific).into_iter().collect()),
        }
    }

    /// The statements of this effect that apply.
    fn matched(&self, request: &Request<'_>, effect: Effect) -> Vec<api::Statement> {
        let mut matched = Vec::new();
        for source in &self.sources {
            let positions = positions(source.policy.text());
            for (index, statement) in source.policy.policy().statements.iter().enumerate() {
                let alone = Policy { statements: vec![statement.clone()], ..source.policy.policy().clone() };
                let alone = NamedPolicy { name: source.id.as_str().into(), policy: alone.into() };
                let applies = statement.effect == effect && applies(&alone, request);
                if let Some((start, end)) = positions.get(index).filter(|_| applies) {
                    matched.push(api::Statement {
                        source_policy_id: Some(source.id.clone()),
                        source_policy_type: Some(TYPE.to_owned()),
                        start_position: Some(start.clone()),
                        end_position: Some(end.clone()),
                    });
                }
            }
        }
        matched
    }

    /// What conditions ask of the request and nobody told.
    fn missing_keys(&self, action: &str) -> Vec<String> {
        let statements = self.sources.iter().flat_map(|source| &source.policy.policy().statements);
        let concerned = statements.filter(|statement| statement.actions.selects_action(action));
        let asked = concerned.flat_map(|statement| &statement.conditions).map(|condition| condition.key());
        let missing = asked.filter(|key| self.keys.values(key).is_empty()).map(str::to_owned);
        missing.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
    }
}

fn applies(policy: &NamedPolicy, request: &Request<'_>) -> bool {
    let policies = Policies { identity: std::slice::from_ref(policy), ..Policies::default() };
    // Of whose account the resource is has no say in whether a statement applies.
    let request = Request { resource_account: None, ..*request };
    !matches!(policies.decide(&request), Decision::ImplicitDeny(_))
}

fn decides_alone(policy: &NamedPolicy, request: &Request<'_>) -> bool {
    let policies = Policies { identity: std::slice::from_ref(policy), ..Policies::default() };
    policies.decide(&Request { resource_account: None, ..*request }).is_allowed()
}

/// Where each statement of a policy begins and ends: behind its first brace, and behind its last one.
///
/// The text is a policy, so that nothing but `Statement` is a list or an object there.
fn positions(text: &str) -> Vec<(api::Position, api::Position)> {
    let (mut line, mut column) = (1, 1);
    let (mut open, mut is_text, mut is_escaped) = (Vec::new(), false, false);
    let (mut starts, mut found) = (Vec::new(), Vec::new());
    for character in text.chars() {
        column += 1;
        let at = || api::Position { line: Some(line), column: Some(column) };
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if is_text => is_escaped = true,
            '"' => is_text = !is_text,
            '\n' => (line, column) = (line + 1, 1),
            '{' | '[' if !is_text => {
                if character == '{' && is_statement(&open) {
                    starts.push(at());
                }
                open.push(character);
            }
            '}' | ']' if !is_text => {
                open.pop();
                if character == '}' && is_statement(&open) {
                    found.extend(starts.pop().map(|start| (start, at())));
                }
            }
            _ => {}
        }
    }
    found
}

/// Within what is open: the policy itself, or its list of statements.
fn is_statement(open: &[char]) -> bool {
    matches!(open, ['{'] | ['{', '['])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<[(i32, i32); 2]> {
        let pair = |position: &api::Position| (position.line.unwrap(), position.column.unwrap());
        positions(text).iter().map(|(start, end)| [pair(start), pair(end)]).collect()
    }

    /// Recorded: test_simulate_principle_policy, 2025.
    #[test]
    fn a_statement_is_told_by_its_place() {
        let one = r#"{"Version": "2012-10-17", "Statement": {"Sid": "", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}}"#;
        assert_eq!(of(one), [[(1, 41), (1, 113)]]);
        let two = "{\"Id\":\"{\\\"[\",\n\"Statement\":[{\"Condition\":{\"a\":{}}},\n{}]}";
        assert_eq!(of(two), [[(2, 15), (2, 36)], [(3, 2), (3, 3)]]);
    }
}
