"""Reserved and provisioned concurrency, compared with what AWS answered."""

from .conftest import api, fresh

PUT, GET = "put_provisioned_concurrency_config", "get_provisioned_concurrency_config"
LIST, DELETE = "list_provisioned_concurrency_configs", "delete_provisioned_concurrency_config"
NONE = {"FunctionName": "doesnotexist"}
ONE = {"ProvisionedConcurrentExecutions": 1}


@api("TestLambdaReservedConcurrency::test_function_concurrency_exceptions")
def test_reservations_that_are_refused(replay):
    step = "put_function_concurrency_with_function_name_doesnotexist"
    replay(step, "put_function_concurrency", ReservedConcurrentExecutions=1, **NONE)
    step += "_and_invalid_concurrency"
    replay(step, "put_function_concurrency", ReservedConcurrentExecutions=0, **NONE)
    latest = {"FunctionName": replay.arn(f"{replay.make().name}:$LATEST"), "ReservedConcurrentExecutions": 0}
    replay("put_function_concurrency_with_qualified_arn", "put_function_concurrency", **latest)


def limit(replay):
    return replay.call("get_account_settings")["AccountLimit"]["ConcurrentExecutions"]


@api("TestLambdaReservedConcurrency::test_function_concurrency_limits")
def test_not_all_can_be_reserved(replay):
    function = replay.make()
    for step, count in [("account_limit_exceeded", limit(replay) + 1), ("below_unreserved_min_value", limit(replay))]:
        step = f"put_function_concurrency_{step}"
        function(step, "put_function_concurrency", ReservedConcurrentExecutions=count)


@api("TestLambdaReservedConcurrency::test_function_concurrency")
def test_concurrency_is_reserved(replay):
    function = replay.make()
    for count in (0, 1):
        step = f"put_function_concurrency_with_reserved_{count}"
        function(step, "put_function_concurrency", ReservedConcurrentExecutions=count)
    function("get_function_concurrency", "get_function_concurrency")
    function("delete_response", "delete_function_concurrency")
    function("get_function_concurrency_after_delete", "get_function_concurrency")


@api("TestLambdaProvisionedConcurrency::test_provisioned_concurrency_exceptions")
def test_what_cannot_be_provisioned(unchecked):
    function = unchecked.make()
    function("publish_version_result", "publish_version")
    latest, version, missing, no_alias = ({"Qualifier": one} for one in ("$LATEST", "1", "10", "noalias"))
    function.steps(
        ("get_provisioned_config_doesnotexist", GET, version),
        ("get_provisioned_functionname_doesnotexist", GET, {**NONE, **no_alias}),
        ("get_provisioned_qualifier_doesnotexist", GET, no_alias),
        ("get_provisioned_version_doesnotexist", GET, missing),
        ("get_provisioned_latest", GET, latest),
        ("list_provisioned_noconfigs", LIST),
        ("list_provisioned_functionname_doesnotexist", LIST, NONE),
        ("delete_provisioned_functionname_doesnotexist", DELETE, {**NONE, **version}),
        ("delete_provisioned_qualifier_doesnotexist", DELETE, no_alias),
        ("delete_provisioned_version_doesnotexist", DELETE, missing),
        ("delete_provisioned_latest", DELETE, latest),
        ("delete_provisioned_config_doesnotexist", DELETE, version),
        ("put_provisioned_invalid_param_0", PUT, {**version, "ProvisionedConcurrentExecutions": 0}),
        ("put_provisioned_functionname_doesnotexist_alias", PUT, {**NONE, **no_alias, **ONE}),
        ("put_provisioned_functionname_doesnotexist_version", PUT, {**NONE, **version, **ONE}),
        ("put_provisioned_qualifier_doesnotexist", PUT, {"Qualifier": "doesnotexist", **ONE}),
        ("put_provisioned_version_doesnotexist", PUT, {**missing, **ONE}),
        ("put_provisioned_latest", PUT, {**latest, **ONE}),
    )


@api("TestLambdaProvisionedConcurrency::test_provisioned_concurrency_limits")
def test_not_all_can_be_provisioned(replay):
    function = replay.make()
    function.call("publish_version")
    for step, count in [("account_limit_exceeded", limit(replay) + 1), ("below_unreserved_min_value", limit(replay))]:
        given = {"Qualifier": "1", "ProvisionedConcurrentExecutions": count}
        function(f"put_provisioned_concurrency_{step}", PUT, **given)


@api("TestLambdaProvisionedConcurrency::test_lambda_provisioned_lifecycle")
def test_concurrency_is_provisioned_of_a_version_or_an_alias(replay):
    function = replay.make()
    name = fresh("alias")
    version, alias = {"Qualifier": "1"}, {"Qualifier": name}
    function("publish_version_result", "publish_version")
    function("create_alias_result", "create_alias", Name=name, FunctionVersion="1")
    function("put_provisioned_on_version", PUT, **version, **ONE)
    function("put_provisioned_on_alias_versionconflict", PUT, **alias, **ONE)
    function("delete_provisioned_version", DELETE, **version)
    function("get_provisioned_version_postdelete", GET, **version)
    function("put_provisioned_on_alias", PUT, **alias, **ONE)
    function("put_provisioned_on_version_conflict", PUT, **version, **ONE)
    function("delete_alias_result", "delete_alias", Name=name)
    function("get_provisioned_alias_postaliasdelete", GET, **alias)
    function("list_response_postdeletes", LIST)
