//! Metric filters. Recorded: logs_metric_filters.json, 2026-02-05.

use super::*;

fn filter(name: &str, pattern: &str) -> Value {
    let transformation = json!({"metricName": "m", "metricNamespace": "n", "metricValue": "1", "defaultValue": 0.0});
    json!({
        "logGroupName": "group", "filterName": name, "filterPattern": pattern, "metricTransformations": [transformation],
    })
}

#[tokio::test]
async fn a_metric_filter_is_described_by_name_group_and_metric() {
    let emulator = with_streams(&[]).await;
    ok(&emulator, "PutMetricFilter", filter("one", "{$.message = \"test\"}")).await;
    ok(&emulator, "PutMetricFilter", filter("two", " ")).await;
    let one = json!({
        "applyOnTransformedLogs": false, "creationTime": now(), "filterName": "one",
        "filterPattern": "{$.message = \"test\"}", "logGroupName": "group",
        "metricTransformations": [
            {"metricName": "m", "metricNamespace": "n", "metricValue": "1", "defaultValue": 0.0}
        ],
    });
    let told = ok(&emulator, "DescribeMetricFilters", json!({"filterNamePrefix": "o"})).await;
    assert_eq!(told, json!({"metricFilters": [one]}));
    for (input, expected) in [
        (json!({"logGroupName": "group"}), 2),
        (json!({"metricName": "m", "metricNamespace": "n"}), 2),
        (json!({"metricName": "other", "metricNamespace": "n"}), 0),
    ] {
        let told = ok(&emulator, "DescribeMetricFilters", input).await;
        assert_eq!(told["metricFilters"].as_array().unwrap().len(), expected);
    }
    assert_eq!(ok(&emulator, "DescribeLogGroups", json!({})).await["logGroups"][0]["metricFilterCount"], 2);
    let one = json!({"logGroupName": "group", "filterName": "one"});
    ok(&emulator, "DeleteMetricFilter", one.clone()).await;
    let (code, message) = refused(&emulator, "DeleteMetricFilter", one).await;
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("ResourceNotFoundException", "The specified metric filter does not exist.")
    );
}

#[tokio::test]
async fn there_is_one_transformation() {
    let emulator = with_streams(&[]).await;
    let mut two = filter("f", "");
    let transformation = |number: u8| {
        json!({
            "metricName": format!("metric{number}"), "metricNamespace": format!("namespace{number}"), "metricValue": "1",
        })
    };
    two["metricTransformations"] = json!([transformation(1), transformation(2)]);
    let (_, message) = refused(&emulator, "PutMetricFilter", two).await;
    assert_eq!(
        message,
        "1 validation error detected: Value '[MetricTransformation(metricName=metric1, metricNamespace=namespace1, \
         metricValue=1, defaultValue=null, unit=null, dimensions=null), MetricTransformation(metricName=metric2, \
         metricNamespace=namespace2, metricValue=1, defaultValue=null, unit=null, dimensions=null)]' at \
         'metricTransformations' failed to satisfy constraint: Member must have length less than or equal to 1"
    );
}

#[tokio::test]
async fn a_pattern_is_tested_without_a_group() {
    let emulator = emulator().await;
    let input =
        json!({"filterPattern": "[ip, ..., status = 4*]", "logEventMessages": ["1.1.1.1 a 200", "2.2.2.2 b 404"]});
    let told = ok(&emulator, "TestMetricFilter", input).await;
    let values = json!({"$ip": "2.2.2.2", "$2": "b", "$status": "404"});
    let matched = json!({"eventNumber": 2, "eventMessage": "2.2.2.2 b 404", "extractedValues": values});
    assert_eq!(told, json!({"matches": [matched]}));
    let wrong = json!({"filterPattern": "a.b", "logEventMessages": ["x"]});
    let (code, message) = refused(&emulator, "TestMetricFilter", wrong).await;
    assert_eq!((code.as_str(), message.as_str()), ("InvalidParameterException", "Invalid character(s) in term 'a.b'"));
}
