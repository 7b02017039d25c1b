//! `UpdateContributorInsights`, `DescribeContributorInsights` and `ListContributorInsights`: kept and told, nothing is
//! counted.

use std::sync::Arc;

use ruststack_core::{operation::Call, page};

use super::resource_policy::change;
use crate::{
    DynamoDb,
    api::{
        ContributorInsightsSummary, DescribeContributorInsightsInput, DescribeContributorInsightsOutput,
        ListContributorInsightsInput, ListContributorInsightsOutput, UpdateContributorInsightsInput,
        UpdateContributorInsightsOutput,
    },
    error::{DynamoDbError, invalid},
    service::table_itself,
    table::{Insights, Table},
};

const MAX_PAGE: usize = 100;
const USUAL_MODE: &str = "ACCESSED_AND_THROTTLED_KEYS";

pub(super) async fn update_contributor_insights(
    call: Call<DynamoDb>,
    input: UpdateContributorInsightsInput,
) -> Result<UpdateContributorInsightsOutput, DynamoDbError> {
    let table = table(&call, &input.table_name, input.index_name.as_deref())?;
    let index = input.index_name.clone().unwrap_or_default();
    let is_enabled = input.contributor_insights_action == "ENABLE";
    let mode = change(&call, &table, |more| {
        let before = more.insights.get(&index).map_or(USUAL_MODE, |before| before.mode.as_str());
        let mode = input.contributor_insights_mode.as_deref().unwrap_or(before).to_owned();
        more.insights.insert(index, Insights { is_enabled, mode: mode.clone(), updated: call.now().millis() });
        Ok(mode)
    })?;
    let status = if is_enabled { "ENABLING" } else { "DISABLING" };
    Ok(UpdateContributorInsightsOutput {
        table_name: Some(table.name.clone()),
        index_name: input.index_name,
        contributor_insights_status: Some(status.to_owned()),
        contributor_insights_mode: Some(mode),
    })
}

pub(super) async fn describe_contributor_insights(
    call: Call<DynamoDb>,
    input: DescribeContributorInsightsInput,
) -> Result<DescribeContributorInsightsOutput, DynamoDbError> {
    let table = table(&call, &input.table_name, input.index_name.as_deref())?;
    let insights = table.settings().more.insights.remove(input.index_name.as_deref().unwrap_or_default());
    let enabled = insights.as_ref().filter(|insights| insights.is_enabled);
    Ok(DescribeContributorInsightsOutput {
        table_name: Some(table.name.clone()),
        contributor_insights_rule_list: enabled.map(|insights| rules(&table, input.index_name.as_deref(), insights)),
        contributor_insights_status: Some(status(enabled.is_some())),
        contributor_insights_mode: enabled.map(|insights| insights.mode.clone()),
        last_update_date_time: insights.as_ref().map(Insights::updated),
        index_name: input.index_name,
        failure_exception: None,
    })
}

pub(super) async fn list_contributor_insights(
    call: Call<DynamoDb>,
    input: ListContributorInsightsInput,
) -> Result<ListContributorInsightsOutput, DynamoDbError> {
    let tables = match &input.table_name {
        Some(name) => vec![table(&call, name, None)?],
        None => call.service().tables(call.scope()).all(),
    };
    let after = input.next_token.as_deref().map(page::decode).transpose();
    let after = after.map_err(|_| invalid("Invalid NextToken"))?;
    let limit = input.max_results.and_then(|limit| usize::try_from(limit).ok()).filter(|limit| *limit > 0);
    let mut summaries: Vec<_> = tables.iter().flat_map(summaries).collect();
    summaries.retain(|summary| after.as_ref().is_none_or(|after| place(summary) > *after));
    let is_cut = summaries.len() > limit.unwrap_or(MAX_PAGE);
    summaries.truncate(limit.unwrap_or(MAX_PAGE));
    let next_token = summaries.last().filter(|_| is_cut).map(|last| page::encode(&place(last)));
    Ok(ListContributorInsightsOutput { contributor_insights_summaries: Some(summaries), next_token })
}

fn place(summary: &ContributorInsightsSummary) -> String {
    let part = |part: &Option<String>| part.clone().unwrap_or_default();
    format!("{}/{}", part(&summary.table_name), part(&summary.index_name))
}

fn summaries(table: &Arc<Table>) -> Vec<ContributorInsightsSummary> {
    let insights = table.settings().more.insights.into_iter();
    let summary = |(index, insights): (String, Insights)| ContributorInsightsSummary {
        table_name: Some(table.name.clone()),
        index_name: (!index.is_empty()).then_some(index),
        contributor_insights_status: Some(status(insights.is_enabled)),
        contributor_insights_mode: Some(insights.mode),
    };
    insights.map(summary).collect()
}

fn status(is_enabled: bool) -> String {
    if is_enabled { "ENABLED" } else { "DISABLED" }.to_owned()
}

/// The rules that AWS makes: keys that are accessed, and keys that are throttled.
fn rules(table: &Table, index: Option<&str>, insights: &Insights) -> Vec<String> {
    let of = index.map_or_else(|| table.name.clone(), |index| format!("{}-{index}", table.name));
    let kinds: &[&str] = if table.schema.range.is_empty() { &["PKC", "PKT"] } else { &["PKC", "SKC", "PKT", "SKT"] };
    kinds.iter().map(|kind| format!("DynamoDBContributorInsights-{kind}-{of}-{}", insights.updated)).collect()
}

fn table(call: &Call<DynamoDb>, name: &str, index: Option<&str>) -> Result<Arc<Table>, DynamoDbError> {
    let table = table_itself(call, name)?;
    match index.filter(|index| table.index(index).is_none()) {
        Some(index) => {
            let message = format!("Requested resource not found: Index: {index} for Table: {}", table.name);
            Err(DynamoDbError::ResourceNotFoundException { message })
        }
        None => Ok(table),
    }
}
