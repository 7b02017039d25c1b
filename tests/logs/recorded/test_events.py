"""Events, filters and queries, compared with what AWS answered."""

import time

import pytest

from ..conftest import HIDDEN, make_group, now, put

DAY = 86_400_000
REJECTED = ("tooOldLogEventEndIndex", "tooNewLogEventStartIndex")


def events(name, file="logs_events", date="03-02-2026"):
    return pytest.mark.recorded(file, name, date)


def metric_filters(name):
    return events(name, "logs_metric_filters", "05-02-2026")


def queries(name):
    return events(f"TestCloudWatchLogsInsightsQueries::{name}", "logs_queries", "06-02-2026")


@events("TestLogsEvents::test_put_log_events_to_invalid_stream")
def test_a_stream_must_be_there(logs, group, recording):
    event = {"timestamp": now(), "message": "test"}
    put = logs.put_log_events
    recording.refused("error-invalid-stream", put, logGroupName=group, logStreamName="none", logEvents=[event])


@events("TestLogsEvents::test_put_log_events_wrong_order")
def test_events_come_in_their_order(logs, group, stream, recording):
    events = [{"timestamp": now(), "message": "0"}, {"timestamp": now() - 2 * DAY, "message": "1"}]
    put = logs.put_log_events
    recording.refused("error-wrong-order", put, logGroupName=group, logStreamName=stream, logEvents=events)


@events("TestLogsEvents::test_put_log_events_too_old", date="11-02-2026")
def test_events_too_old(logs, group, stream, recording):
    recording.compare("response-too-old", put(logs, group, stream, "old", at=now() - 30 * DAY), HIDDEN + REJECTED)


@events("TestLogsEvents::test_put_log_events_too_new", date="11-02-2026")
def test_events_too_new(logs, group, stream, recording):
    recording.compare("response-too-new", put(logs, group, stream, "new", at=now() + DAY), HIDDEN + REJECTED)


@events("TestLogsEvents::test_get_log_events_invalid_token")
def test_a_token_of_a_stream(logs, group, stream, recording):
    get = logs.get_log_events
    recording.refused("error-invalid-token", get, logGroupName=group, logStreamName=stream, nextToken="invalid-token")


@events("TestLogsEvents::test_get_log_events_limit_validation")
def test_the_limit_of_a_stream(logs, group, stream, recording):
    get = logs.get_log_events
    recording.refused("error-limit-exceeded", get, logGroupName=group, logStreamName=stream, limit=10001)


@events("TestLogsEventsErrors::test_resource_does_not_exist")
def test_what_is_not_there(logs, group, recording):
    get = logs.get_log_events
    recording.refused("error-log-group-does-not-exist", get, logGroupName="none", logStreamName="none")
    recording.refused("error-log-stream-does-not-exist", get, logGroupName=group, logStreamName="none")


@events("TestFilterLogEvents::test_filter_log_events_limit_validation", "logs_filter_events", "05-02-2026")
def test_the_limit_of_a_filter(logs, group, recording):
    recording.refused("error-limit-exceeded", logs.filter_log_events, logGroupName=group, limit=10001)


@events("TestFilterLogEvents::test_filter_log_events_unknown_token", "logs_filter_events", "05-02-2026")
def test_a_token_of_a_filter(logs, group, recording):
    recording.refused("invalid-token", logs.filter_log_events, logGroupName=group, nextToken="invalid-token")


def transformation(name="metric", namespace="namespace", value="1", **given):
    return {"metricName": name, "metricNamespace": namespace, "metricValue": value, **given}


@metric_filters("TestMetricFilters::test_put_metric_filter_basic")
def test_a_metric_filter(logs, group, recording):
    filter_metric(logs, group, "filter", " ", transformation("m", "n", defaultValue=0))
    recording.compare("describe-metric-filters", logs.describe_metric_filters(logGroupName=group), HIDDEN)


@metric_filters("TestMetricFilters::test_put_metric_filter_json_pattern")
def test_a_metric_filter_of_json(logs, group, recording):
    filter_metric(logs, group, "filter", '{$.message = "test"}', transformation("m", "n", defaultValue=0))
    recording.compare("describe-metric-filters-json", logs.describe_metric_filters(logGroupName=group), HIDDEN)


def filter_metric(logs, group, name, pattern, *transformations):
    given = {"logGroupName": group, "filterName": name, "filterPattern": pattern}
    logs.put_metric_filter(**given, metricTransformations=list(transformations))


@metric_filters("TestMetricFilters::test_describe_metric_filters_by_prefix")
def test_metric_filters_of_a_prefix(logs, recording):
    for number in range(2):
        named = transformation(f"m{number}", f"n{number}", str(number))
        filter_metric(logs, make_group(logs), f"f{number}", f"filterPattern{number}", named)
    told = logs.describe_metric_filters(filterNamePrefix="f")
    recording.compare("describe-by-prefix", told, HIDDEN)


@metric_filters("TestMetricFilters::test_describe_metric_filters_by_log_group")
def test_metric_filters_of_a_group(logs, group, recording):
    filter_metric(logs, group, "filter", "pattern", transformation())
    recording.compare("describe-by-log-group", logs.describe_metric_filters(logGroupName=group), HIDDEN)


@metric_filters("TestMetricFilters::test_describe_metric_filters_by_metric_name")
def test_metric_filters_of_a_metric(logs, group, recording):
    filter_metric(logs, group, "filter", "pattern", transformation("m", "n"))
    told = logs.describe_metric_filters(metricName="m", metricNamespace="n")
    recording.compare("describe-by-metric-name", told, HIDDEN)


@metric_filters("TestMetricFiltersValidation::test_put_metric_filter_invalid_filter_name")
def test_the_name_of_a_metric_filter(logs, group, recording):
    refuse(logs, recording, "error-invalid-filter-name", group, filterName="X" * 513)


@metric_filters("TestMetricFiltersValidation::test_put_metric_filter_invalid_filter_pattern")
def test_the_pattern_of_a_metric_filter(logs, group, recording):
    refuse(logs, recording, "error-invalid-filter-pattern", group, filterPattern="X" * 1025)


@metric_filters("TestMetricFiltersValidation::test_put_metric_filter_too_many_transformations")
def test_the_transformations_of_a_metric_filter(logs, group, recording):
    two = [transformation(f"metric{number}", f"namespace{number}") for number in (1, 2)]
    refuse(logs, recording, "error-too-many-transformations", group, metricTransformations=two)


def refuse(logs, recording, step, group, **given):
    usual = {"filterName": "f", "filterPattern": "p", "metricTransformations": [transformation()]}
    recording.refused(step, logs.put_metric_filter, logGroupName=group, **{**usual, **given})


@metric_filters("TestMetricFiltersValidation::test_delete_metric_filter_invalid_filter_name")
def test_the_name_of_a_metric_filter_to_delete(logs, group, recording):
    delete = logs.delete_metric_filter
    recording.refused("error-invalid-filter-name", delete, logGroupName=group, filterName="X" * 513)


@metric_filters("TestMetricFiltersValidation::test_delete_metric_filter_invalid_log_group_name")
def test_the_group_of_a_metric_filter_to_delete(logs, recording):
    delete = logs.delete_metric_filter
    recording.refused("error-invalid-log-group-name", delete, logGroupName="X" * 513, filterName="f")


@metric_filters("TestMetricFiltersValidation::test_describe_metric_filters_invalid_parameters")
def test_which_metric_filters_to_describe(logs, recording):
    describe = logs.describe_metric_filters
    recording.refused("error-invalid-filter-prefix", describe, filterNamePrefix="X" * 513)
    recording.refused("error-invalid-metric-name", describe, metricName="X" * 256, metricNamespace="n")


def start_query(logs, group, **given):
    at = int(time.time())
    start = {"logGroupName": group, "startTime": at - 3600, "endTime": at + 300, "queryString": "fields @message"}
    return logs.start_query(**{**start, **given})


@queries("test_start_query_basic")
def test_a_query_is_started(logs, group, recording):
    recording.compare("start-query", start_query(logs, group))


@queries("test_start_query_log_group_not_found")
def test_a_query_of_no_group(logs, group, recording):
    recorded = recording.steps["error-log-group-not-found"]["Error"]
    recorded["Message"] = recorded["Message"].replace("b04848e1-f91e-4ed5-8a00-413d7c60de9e", "<request:1>")
    recording.refused("error-log-group-not-found", lambda: start_query(logs, "non-existent"))


@queries("test_describe_queries")
def test_queries_are_described(logs, group, recording):
    start_query(logs, group)
    told = logs.describe_queries(logGroupName=group)
    recording.compare("describe-queries", told, HIDDEN)


@queries("test_describe_queries_with_status_filter")
def test_queries_of_a_status(logs, group, recording):
    start_query(logs, group)
    told = logs.describe_queries(logGroupName=group, status="Complete")
    recording.compare("describe-queries-complete", told, HIDDEN)
    told = logs.describe_queries(logGroupName=group, status="Scheduled")
    recording.compare("describe-queries-scheduled", told)
