//! Rules: `PutRule`, `DescribeRule`, `DeleteRule`, `EnableRule`, `DisableRule`, `ListRules`, `ListRuleNamesByTarget`.

use std::sync::Arc;

use ruststack_core::operation::Call;

use super::{Page, has_prefix};
use crate::{
    Events, access,
    api::{
        DeleteRuleInput, DeleteRuleOutput, DescribeRuleInput, DescribeRuleOutput, DisableRuleInput, DisableRuleOutput,
        EnableRuleInput, EnableRuleOutput, ListRuleNamesByTargetInput, ListRuleNamesByTargetOutput, ListRulesInput,
        ListRulesOutput, PutRuleInput, PutRuleOutput,
    },
    bus::DEFAULT,
    error::{EventsError, invalid},
    limits::MAX_RULES,
    names::BusName,
    operations::tags,
    rows,
    rule::{DISABLED, ENABLED, Rule},
};

/// A rule that is there keeps its targets and its tags.
pub(super) async fn put_rule(call: Call<Events>, input: PutRuleInput) -> Result<PutRuleOutput, EventsError> {
    let bus = BusName::of(input.event_bus_name.as_deref(), call.scope())?;
    access::check_rule(&call, &bus, &input.name)?;
    access::check_pass_role(&call, input.role_arn.iter())?;
    let BusName { scope, name: bus } = bus;
    let tags = tags::checked(input.tags)?;
    let mut rule = Rule {
        name: input.name,
        bus,
        event_pattern: input.event_pattern.filter(|pattern| !pattern.is_empty()),
        schedule_expression: input.schedule_expression.filter(|expression| !expression.is_empty()),
        state: input.state.unwrap_or_else(|| ENABLED.to_owned()),
        description: input.description,
        role_arn: input.role_arn,
        created_by: call.scope().account.to_string(),
        targets: Vec::new(),
        tags,
        since: call.now(),
        pattern: None,
        schedule: None,
        sent_until: None,
    };
    check(&mut rule)?;
    let arn = rule.arn(&scope);
    call.service().change(call.ctx(), &scope, |things| {
        let rules = &mut things.bus_mut(&rule.bus)?.rules;
        match rules.get(&rule.name) {
            Some(known) => replace(&mut rule, known),
            None if rules.len() >= MAX_RULES => return Err(EventsError::LimitExceededException {}),
            None => {}
        }
        call.ctx().changes().record(|rows| rows::put_rule(rows, &scope, &rule));
        rules.insert(rule.name.clone(), Arc::new(rule));
        Ok(())
    })?;
    call.service().clockwork.wind();
    Ok(PutRuleOutput { rule_arn: Some(arn) })
}

fn check(rule: &mut Rule) -> Result<(), EventsError> {
    if rule.event_pattern.is_none() && rule.schedule_expression.is_none() {
        return Err(invalid("Parameter(s) EventPattern or ScheduleExpression must be specified."));
    }
    if rule.schedule_expression.is_some() && rule.bus != DEFAULT {
        return Err(invalid("ScheduleExpression is supported only on the default event bus."));
    }
    rule.parse()
}

fn replace(rule: &mut Rule, known: &Rule) {
    rule.targets.clone_from(&known.targets);
    rule.tags.clone_from(&known.tags);
    rule.created_by.clone_from(&known.created_by);
    if rule.schedule_expression == known.schedule_expression && known.is_enabled() {
        (rule.since, rule.sent_until) = (known.since, known.sent_until);
    }
}

pub(super) async fn describe_rule(
    call: Call<Events>,
    input: DescribeRuleInput,
) -> Result<DescribeRuleOutput, EventsError> {
    let bus = BusName::of(input.event_bus_name.as_deref(), call.scope())?;
    access::check_rule(&call, &bus, &input.name)?;
    let home = call.service().home(&bus.scope);
    let things = home.lock();
    let rule = things.rule(&bus.name, &input.name)?;
    Ok(DescribeRuleOutput {
        name: Some(rule.name.clone()),
        arn: Some(rule.arn(&bus.scope)),
        event_pattern: rule.event_pattern.clone(),
        schedule_expression: rule.schedule_expression.clone(),
        state: Some(rule.state.clone()),
        description: rule.description.clone(),
        role_arn: rule.role_arn.clone(),
        managed_by: None,
        event_bus_name: Some(rule.bus.clone()),
        created_by: Some(rule.created_by.clone()),
    })
}

/// A rule that is not there is deleted already.
pub(super) async fn delete_rule(call: Call<Events>, input: DeleteRuleInput) -> Result<DeleteRuleOutput, EventsError> {
    let bus = BusName::of(input.event_bus_name.as_deref(), call.scope())?;
    access::check_rule(&call, &bus, &input.name)?;
    call.service().change(call.ctx(), &bus.scope, |things| {
        let rules = &mut things.bus_mut(&bus.name)?.rules;
        let Some(rule) = rules.get(&input.name) else { return Ok(DeleteRuleOutput {}) };
        if !rule.targets.is_empty() {
            return Err(invalid("Rule can't be deleted since it has targets."));
        }
        call.ctx().changes().record(|rows| rows::remove_rule(rows, &bus.scope, rule));
        rules.remove(&input.name);
        Ok(DeleteRuleOutput {})
    })
}

pub(super) async fn enable_rule(call: Call<Events>, input: EnableRuleInput) -> Result<EnableRuleOutput, EventsError> {
    set_state(&call, input.event_bus_name.as_deref(), &input.name, ENABLED)?;
    Ok(EnableRuleOutput {})
}

pub(super) async fn disable_rule(
    call: Call<Events>,
    input: DisableRuleInput,
) -> Result<DisableRuleOutput, EventsError> {
    set_state(&call, input.event_bus_name.as_deref(), &input.name, DISABLED)?;
    Ok(DisableRuleOutput {})
}

/// A schedule counts from when its rule is enabled.
fn set_state(call: &Call<Events>, bus: Option<&str>, name: &str, state: &str) -> Result<(), EventsError> {
    let bus = BusName::of(bus, call.scope())?;
    access::check_rule(call, &bus, name)?;
    call.service().change(call.ctx(), &bus.scope, |things| {
        let rule = things.change_rule(&bus.name, name)?;
        if !rule.is_enabled() {
            (rule.since, rule.sent_until) = (call.now(), None);
        }
        state.clone_into(&mut rule.state);
        call.ctx().changes().record(|rows| rows::put_rule(rows, &bus.scope, rule));
        Ok(())
    })?;
    call.service().clockwork.wind();
    Ok(())
}

pub(super) async fn list_rules(call: Call<Events>, input: ListRulesInput) -> Result<ListRulesOutput, EventsError> {
    let page = Page::of(input.limit, input.next_token.as_deref())?;
    let bus = BusName::of(input.event_bus_name.as_deref(), call.scope())?;
    access::check_bus(&call, &bus)?;
    let home = call.service().home(&bus.scope);
    let things = home.lock();
    let rules = things.bus(&bus.name)?.rules.values();
    let rules = rules.filter(|rule| has_prefix(&rule.name, input.name_prefix.as_ref()));
    let (rules, next_token) = page.take(rules.map(|rule| (rule.name.clone(), rule.listed(&bus.scope))));
    Ok(ListRulesOutput { rules: Some(rules), next_token })
}

pub(super) async fn list_rule_names_by_target(
    call: Call<Events>,
    input: ListRuleNamesByTargetInput,
) -> Result<ListRuleNamesByTargetOutput, EventsError> {
    let page = Page::of(input.limit, input.next_token.as_deref())?;
    let bus = BusName::of(input.event_bus_name.as_deref(), call.scope())?;
    access::check_bus(&call, &bus)?;
    let home = call.service().home(&bus.scope);
    let things = home.lock();
    let rules = things.bus(&bus.name)?.rules.values();
    let rules = rules.filter(|rule| rule.targets.iter().any(|target| target.arn == input.target_arn));
    let (rule_names, next_token) = page.take(rules.map(|rule| (rule.name.clone(), rule.name.clone())));
    Ok(ListRuleNamesByTargetOutput { rule_names: Some(rule_names), next_token })
}
