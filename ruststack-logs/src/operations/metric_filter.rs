//! Metric filters: `PutMetricFilter`, `DescribeMetricFilters`, `DeleteMetricFilter`, `TestMetricFilter`.

use ruststack_core::operation::Call;

use super::{Page, has_prefix, log_group::change_settings};
use crate::{
    Logs,
    api::{
        DeleteMetricFilterInput, DeleteMetricFilterOutput, DescribeMetricFiltersInput, DescribeMetricFiltersOutput,
        MetricFilter as Shown, MetricFilterMatchRecord, MetricTransformation, PutMetricFilterInput,
        PutMetricFilterOutput, TestMetricFilterInput, TestMetricFilterOutput,
    },
    error::{LogsError, invalid, no_such},
    filter_pattern::FilterPattern,
    group::MetricFilter,
    limits::MAX_METRIC_FILTERS,
};

// Differs from AWS: there is no CloudWatch here that metrics could go to.
pub(super) async fn put_metric_filter(
    call: Call<Logs>,
    input: PutMetricFilterInput,
) -> Result<PutMetricFilterOutput, LogsError> {
    check_count(&input.metric_transformations)?;
    let filter = MetricFilter {
        pattern: FilterPattern::parse(&input.filter_pattern)?,
        created_at: call.now().millis(),
        transformations: input.metric_transformations,
        applies_on_transformed: input.apply_on_transformed_logs.unwrap_or(false),
    };
    change_settings(&call, &input.log_group_name, |settings| {
        let filters = &mut settings.metric_filters;
        if filters.len() >= MAX_METRIC_FILTERS && !filters.contains_key(&input.filter_name) {
            return Err(LogsError::LimitExceededException {});
        }
        filters.insert(input.filter_name, filter);
        Ok(PutMetricFilterOutput {})
    })
}

/// There is exactly one. Recorded: logs_metric_filters.json, 2026-02-05.
fn check_count(transformations: &[MetricTransformation]) -> Result<(), LogsError> {
    let bound = match transformations.len() {
        0 => "greater than or equal to 1",
        1 => return Ok(()),
        _ => "less than or equal to 1",
    };
    let shown: Vec<String> = transformations.iter().map(shown_as_java).collect();
    Err(invalid(format!(
        "1 validation error detected: Value '[{}]' at 'metricTransformations' failed to satisfy constraint: Member must \
         have length {bound}",
        shown.join(", ")
    )))
}

fn shown_as_java(transformation: &MetricTransformation) -> String {
    let MetricTransformation { metric_name, metric_namespace, metric_value, default_value, unit, dimensions } =
        transformation;
    let default_value = default_value.map_or_else(|| "null".to_owned(), |value| format!("{value:?}"));
    let dimensions = dimensions.as_ref().map_or_else(
        || "null".to_owned(),
        |dimensions| {
            let pairs: Vec<String> = dimensions.iter().map(|(key, value)| format!("{key}={value}")).collect();
            format!("{{{}}}", pairs.join(", "))
        },
    );
    let unit = unit.as_deref().unwrap_or("null");
    format!(
        "MetricTransformation(metricName={metric_name}, metricNamespace={metric_namespace}, metricValue={metric_value}, \
         defaultValue={default_value}, unit={unit}, dimensions={dimensions})"
    )
}

pub(super) async fn describe_metric_filters(
    call: Call<Logs>,
    input: DescribeMetricFiltersInput,
) -> Result<DescribeMetricFiltersOutput, LogsError> {
    if input.metric_name.is_some() != input.metric_namespace.is_some() {
        return Err(invalid(
            "If you include the metricName parameter in your request, you must also include the metricNamespace parameter.",
        ));
    }
    let page = Page::of(input.limit, input.next_token.as_deref())?;
    let home = call.service().home(call.scope());
    let things = home.lock();
    if let Some(group) = &input.log_group_name {
        things.group(group)?;
    }
    let is_of_metric = |filter: &MetricFilter| {
        let is_asked = |asked: &Option<String>, value: &String| asked.as_ref().is_none_or(|asked| asked == value);
        let mut transformations = filter.transformations.iter();
        transformations.any(|transformation| {
            is_asked(&input.metric_name, &transformation.metric_name)
                && is_asked(&input.metric_namespace, &transformation.metric_namespace)
        })
    };
    let groups = things.groups.values().map(|group| &group.settings);
    let groups = groups.filter(|settings| input.log_group_name.as_ref().is_none_or(|name| *name == settings.name));
    let filters = groups.flat_map(|settings| settings.metric_filters.iter().map(move |(name, f)| (settings, name, f)));
    let filters =
        filters.filter(|(_, name, filter)| has_prefix(name, input.filter_name_prefix.as_ref()) && is_of_metric(filter));
    let mut filters: Vec<(String, Shown)> = filters
        .map(|(settings, name, filter)| (format!("{name}:{}", settings.name), shown(&settings.name, name, filter)))
        .collect();
    filters.sort_by(|(one, _), (other, _)| one.cmp(other));
    let (filters, next_token) = page.take(filters.into_iter());
    Ok(DescribeMetricFiltersOutput { metric_filters: Some(filters), next_token })
}

fn shown(group: &str, name: &str, filter: &MetricFilter) -> Shown {
    Shown {
        filter_name: Some(name.to_owned()),
        filter_pattern: Some(filter.pattern.text().to_owned()),
        metric_transformations: Some(filter.transformations.clone()),
        creation_time: Some(filter.created_at),
        log_group_name: Some(group.to_owned()),
        apply_on_transformed_logs: Some(filter.applies_on_transformed),
        field_selection_criteria: None,
        emit_system_field_dimensions: None,
    }
}

pub(super) async fn delete_metric_filter(
    call: Call<Logs>,
    input: DeleteMetricFilterInput,
) -> Result<DeleteMetricFilterOutput, LogsError> {
    change_settings(&call, &input.log_group_name, |settings| {
        let removed = settings.metric_filters.remove(&input.filter_name);
        removed.map(|_| DeleteMetricFilterOutput {}).ok_or_else(|| no_such("metric filter"))
    })
}

pub(super) async fn test_metric_filter(
    _call: Call<Logs>,
    input: TestMetricFilterInput,
) -> Result<TestMetricFilterOutput, LogsError> {
    let pattern = FilterPattern::parse(&input.filter_pattern)?;
    let matching = (1..).zip(&input.log_event_messages).filter(|(_, message)| pattern.matches(message));
    let matches = matching.map(|(number, message)| MetricFilterMatchRecord {
        event_number: Some(number),
        event_message: Some(message.clone()),
        extracted_values: Some(pattern.extract(message)),
    });
    Ok(TestMetricFilterOutput { matches: Some(matches.collect()) })
}
