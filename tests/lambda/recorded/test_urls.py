"""The URLs of functions, compared with what AWS answered."""

from .conftest import api

NODE = {"Runtime": "nodejs20.x", "Handler": "lambda_handler.handler"}
AWS_IAM = {"AuthType": "AWS_IAM"}
#: The recordings have a word in place of the address.
URL = ("FunctionUrl",)


@api("TestLambdaUrl::test_url_config_exceptions")
def test_urls_that_are_refused(replay):
    function = replay.make(**NODE)
    name = function.name
    function("fn_version_result", "publish_version")
    function("create_alias_result", "create_alias", Name="urlalias", FunctionVersion="1")
    cases = {
        "name_doesnotexist": {"FunctionName": "doesnotexist"},
        "arn_doesnotexist": {"FunctionName": replay.arn("doesnotexist")},
        "name_doesnotexist_qualifier": {"FunctionName": "doesnotexist", "Qualifier": "1"},
        "qualifier_version": {"Qualifier": "1"},
        "qualifier_version_doesnotexist": {"Qualifier": "2"},
        "qualifier_alias_doesnotexist": {"Qualifier": "v1"},
        "qualifier_alias_doesnotmatch_arn": {"FunctionName": f"{name}:urlalias-doesnotmatch", "Qualifier": "urlalias"},
        "qualifier_latest": {"Qualifier": "$LATEST"},
    }
    for operation, given in [("create", {"AuthType": "NONE"}), ("get", {}), ("delete", {}), ("update", AWS_IAM)]:
        call = f"{operation}_function_url_config"
        for case, arguments in cases.items():
            step = f"{call}_{case}"
            if step == "delete_function_url_config_qualifier_alias_doesnotmatch_arn":
                replay.recording.leave(step, "AWS failed then")
                continue
            function(step, call, **{**arguments, **given})
        if operation != "create":
            function(f"{call}_config_doesnotexist", call, **given)


@api("TestLambdaUrl::test_url_config_list_paging")
def test_urls_are_listed(replay):
    function = replay.make(**NODE)
    function("fn_version_result", "publish_version")
    function("create_alias_result", "create_alias", Name="urlalias", FunctionVersion="1")
    replay("list_function_notfound", "list_function_url_configs", FunctionName="doesnotexist")
    function("list_all_empty", "list_function_url_configs")
    function("url_config_fn", "create_function_url_config", URL, AuthType="NONE")
    alias = {"FunctionName": f"{function.name}:urlalias", "Qualifier": "urlalias"}
    function("url_config_alias", "create_function_url_config", URL, AuthType="NONE", **alias)
    listed = function("list_all", "list_function_url_configs", URL)["FunctionUrlConfigs"]
    first = function.call("list_function_url_configs", MaxItems=1)
    second = function.call("list_function_url_configs", MaxItems=1, Marker=first["NextMarker"])
    assert first["FunctionUrlConfigs"] + second["FunctionUrlConfigs"] == listed


@api("TestLambdaUrl::test_url_config_lifecycle")
def test_a_url_from_its_creation_to_its_end(replay):
    function = replay.make(**NODE)
    function("url_creation", "create_function_url_config", URL, AuthType="NONE")
    function("failed_duplication", "create_function_url_config", AuthType="NONE")
    function("get_url_config", "get_function_url_config", URL)
    function("updated_url_config", "update_function_url_config", URL, **AWS_IAM)
    function.call("delete_function_url_config")
    function("failed_getter", "get_function_url_config")


@api("TestLambdaUrl::test_url_config_deletion_without_qualifier")
def test_an_aliass_url_outlives_the_functions(replay):
    function = replay.create()
    function.call("publish_version")
    alias = {"Qualifier": "test-alias"}
    function.call("create_alias", Name="test-alias", FunctionVersion="1")
    function("url_creation", "create_function_url_config", URL, AuthType="NONE")
    function("url_with_alias_creation", "create_function_url_config", URL, AuthType="NONE", **alias)
    function("get_url_config", "get_function_url_config", URL)
    function("get_url_config_with_alias", "get_function_url_config", URL, **alias)
    function("delete_function_url_config", "delete_function_url_config")
    function("get_url_config_after_deletion", "get_function_url_config")
    function("get_url_config_with_alias_after_deletion", "get_function_url_config", URL, **alias)
