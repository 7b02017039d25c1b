"""What becomes of asynchronous invocations, compared with what AWS answered."""

from .conftest import api

PUT, UPDATE = "put_function_event_invoke_config", "update_function_event_invoke_config"
GET, DELETE = "get_function_event_invoke_config", "delete_function_event_invoke_config"
LIST = "list_function_event_invoke_configs"
ONCE = {"MaximumRetryAttempts": 1}


@api("TestLambdaEventInvokeConfig::test_lambda_eventinvokeconfig_lifecycle")
def test_a_configuration_from_its_creation_to_its_end(replay):
    function = replay.make()
    first = {"Qualifier": "1"}
    function("put_invokeconfig_retries_0", PUT, MaximumRetryAttempts=0)
    function("put_invokeconfig_eventage_60", PUT, MaximumEventAgeInSeconds=60)
    function("update_invokeconfig_eventage_nochange", UPDATE, MaximumEventAgeInSeconds=60)
    function("update_invokeconfig_retries", UPDATE, **ONCE)
    function("get_invokeconfig", GET)
    function("get_invokeconfig_latest", GET, Qualifier="$LATEST")
    function("list_single_invokeconfig", LIST)
    function("publish_version_result", "publish_version")
    function("get_invokeconfig_postpublish", GET, **first)
    function("put_published_invokeconfig", PUT, MaximumEventAgeInSeconds=120, **first)
    function("get_published_invokeconfig", GET, **first)
    page = function.call(LIST, MaxItems=1)
    rest = function.call(LIST, MaxItems=1, Marker=page["NextMarker"])
    listed = function.call(LIST)["FunctionEventInvokeConfigs"]
    assert page["FunctionEventInvokeConfigs"] + rest["FunctionEventInvokeConfigs"] == listed
    function.call(DELETE)
    function("list_paging_nolimit_postdelete", LIST)


@api("TestLambdaEventInvokeConfig::test_lambda_eventinvokeconfig_exceptions")
def test_configurations_that_are_refused(unchecked):
    function = unchecked.make()
    arn, other = unchecked.arn(function.name), unchecked.arn(unchecked.make().name)
    version = function("fn_version_result", "publish_version")["Version"]
    alias = function("fn_alias_result", "create_alias", Name="eventinvokealias", FunctionVersion=version)["AliasArn"]
    destinations(function, arn, other)
    qualifiers(function, alias)
    values(function)
    function("list_configs", LIST)
    assert function.call(LIST, MaxItems=2)["NextMarker"]
    for step, qualifier in [("latest", "$LATEST"), ("version", version), ("alias", "eventinvokealias")]:
        function(f"delete_{step}", DELETE, Qualifier=qualifier)
    function("list_configs_postdelete", LIST)
    none, of_alias = {"FunctionName": "doesnotexist"}, {"FunctionName": alias}
    never = {"MaximumRetryAttempts": 0}
    function.steps(
        ("delete_function_not_found", DELETE),
        ("delete_function_doesnotexist", DELETE, none),
        ("list_function_doesnotexist", LIST, none),
        ("get_function_doesnotexist", GET, none),
        ("get_qualifier_doesnotexist", GET, {"Qualifier": "doesnotexist"}),
        ("update_eventinvokeconfig_function_doesnotexist", UPDATE, {**none, **never}),
        ("get_eventinvokeconfig_doesnotexist", GET, of_alias),
        ("update_eventinvokeconfig_config_doesnotexist_with_qualifier", UPDATE, {**of_alias, **never}),
        ("update_eventinvokeconfig_config_doesnotexist_without_qualifier", UPDATE, {"FunctionName": arn, **never}),
    )


def destinations(function, arn, other):
    none = function.arn("doesnotexist")
    function.steps(
        ("put_functionname_name_notfound", PUT, {"FunctionName": "doesnotexist", **ONCE}),
        ("put_functionname_arn_notfound", PUT, {"FunctionName": none, **ONCE}),
        ("put_functionname_nootherargs", PUT, {"FunctionName": "doesnotexist"}),
    )
    for step, which, destination in [
        ("put_destination_lambda_doesntexist", "OnSuccess", none),
        ("put_destination_recursive", "OnSuccess", arn),
        ("put_destination_other_lambda", "OnSuccess", other),
        ("put_destination_invalid_service_arn", "OnSuccess", arn.replace(":lambda:", ":iam:")),
        ("put_destination_success_no_destination_arn", "OnSuccess", None),
        ("put_destination_failure_no_destination_arn", "OnFailure", None),
        ("put_destination_invalid_arn_pattern", "OnFailure", arn.replace(":lambda:", ":_-/!lambda:")),
    ]:
        config = {which: {"Destination": destination} if destination else {}}
        function(step, PUT, DestinationConfig=config)


def qualifiers(function, alias):
    name, called = function.name, "eventinvokealias"
    for step, named, qualifier in [
        ("put_destination_latest", name, None),
        ("put_destination_latest_explicit_qualifier", name, "$LATEST"),
        ("put_destination_version", name, "1"),
        ("put_alias_functionname_qualifier", name, called),
        ("put_alias_doesnotexist", name, f"{called}doesnotexist"),
        ("put_alias_qualifiedarn", alias, None),
        ("put_alias_qualifiedarn_qualifier", alias, called),
        ("put_alias_qualifiedarn_qualifierconflict", alias, f"{called}doesnotexist"),
        ("put_alias_shorthand", f"{name}:{called}", None),
        ("put_alias_shorthand_qualifier", f"{name}:{called}", called),
        ("put_alias_shorthand_qualifierconflict", f"{name}:{called}", f"{called}doesnotexist"),
        ("put_version_shorthand", f"{name}:1", None),
        ("put_shorthand_qualifier_match", f"{name}:$LATEST", "$LATEST"),
        ("put_shorthand_qualifier_mismatch_1", f"{name}:1", "$LATEST"),
        ("put_shorthand_qualifier_mismatch_2", f"{name}:$LATEST", "1"),
        ("put_shorthand_qualifier_mismatch_3", f"{name}:1", called),
    ]:
        given = {"Qualifier": qualifier} if qualifier else {}
        function(step, PUT, FunctionName=named, **given, **ONCE)


def values(function):
    function.steps(
        ("put_maxevent_maxvalue_result", PUT, {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 21600}),
        ("put_pre_overwrite", PUT, {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 60}),
        ("put_post_overwrite", PUT, {"MaximumRetryAttempts": 0}),
        ("second_overwrite_existing_response", PUT, {"MaximumRetryAttempts": 0}),
        ("get_post_overwrite", GET),
        ("pre_update_response", PUT, {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 60}),
        ("update_response", UPDATE, {"MaximumRetryAttempts": 0}),
        ("update_response_existing", UPDATE, {"MaximumRetryAttempts": 0}),
    )
