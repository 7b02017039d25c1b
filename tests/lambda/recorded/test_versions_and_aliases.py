"""Versions and aliases of functions, and revisions of both, compared with what AWS answered."""

from .conftest import ECHO, OTHER, api, tell_later

STAGING = {"Environment": {"Variables": {"testenv": "staging"}}}
PROD = {"Environment": {"Variables": {"testenv": "prod"}}}


@api("TestLambdaVersions::test_publish_version_on_create")
def test_a_function_is_published_as_it_is_created(replay):
    function = replay.create("create_response", Publish=True)
    function.steps(
        ("get_function_result", "get_function"),
        ("get_function_version_result", "get_function", {"Qualifier": "1"}),
        ("get_function_latest_result", "get_function", {"Qualifier": "$LATEST"}),
        ("list_versions_result", "list_versions_by_function"),
        ("repeated_publish_response", "publish_version", {"Description": "Repeated version description :)"}),
        ("list_versions_result_after_publish", "list_versions_by_function"),
    )


@api("TestLambdaVersions::test_version_lifecycle")
def test_a_function_has_versions(replay):
    function = replay.create("create_response", Description="No version :(")
    first = {"Qualifier": "1"}
    function("get_function_result", "get_function")
    function("list_versions_result", "list_versions_by_function")
    function("first_update_response", "update_function_configuration", Description="First version :)")
    function.updated()
    function("first_update_get_function", "get_function")
    function("first_publish_response", "publish_version", Description="First version description :)")
    function("first_publish_get_function", "get_function", **first)
    function("first_publish_get_function_config", "get_function_configuration", **first)
    function("second_update_response", "update_function_configuration", Description="Second version :))")
    function.updated()
    function("first_publish_get_function_after_update", "get_function", **first)
    function("second_publish_response", "publish_version")
    function("third_publish_response", "publish_version", Description="Third version description :)))")
    function("list_versions_result_after_third_publish", "list_versions_by_function")
    function.call("delete_function", FunctionName=f"{function.name}:1")
    function("list_versions_result_after_deletion_of_first_version", "list_versions_by_function")


@api("TestLambdaVersions::test_publish_with_wrong_sha256")
def test_only_known_code_is_published(replay):
    function = replay.create("create_response")
    told = function("get_fn_response", "get_function")
    function("publish_wrong_sha256_exc", "publish_version", CodeSha256="somenonexistentsha256")
    function("publish_result", "publish_version", CodeSha256=told["Configuration"]["CodeSha256"])


@api("TestLambdaVersions::test_publish_with_wrong_revisionid", "30-09-2022")
def test_only_a_known_revision_is_published(replay):
    since = tell_later(replay.recording, "LoggingConfig", "RuntimeVersionConfig", "SnapStart", "EphemeralStorage")
    function = replay.create("create_response", hidden=since, Runtime="python3.9")
    told = function("get_fn_response", "get_function", hidden=since)
    function("publish_wrong_revisionid_exc", "publish_version", RevisionId="wrong")
    function("publish_result", "publish_version", hidden=since, RevisionId=told["Configuration"]["RevisionId"])


@api("TestLambdaVersions::test_publish_with_update")
def test_an_update_of_code_is_published(replay):
    function = replay.create("create_response")
    function("get_function_result", "get_function")
    function("update_function_code_result", "update_function_code", ZipFile=OTHER, Publish=True)
    for step in ("get_function_version_result", "get_function_latest_result"):
        replay.recording.leave(step, "AWS was still busy with the update then")


@api("TestLambdaAlias::test_alias_lifecycle")
def test_a_function_has_aliases(replay, aws_lambda):
    function = replay.create("create_response", **STAGING)
    function("publish_v1", "publish_version")
    function.call("update_function_configuration", **PROD)
    function.updated()
    function("publish_v2", "publish_version")
    custom = {"Description": "custom-alias"}
    weights = {"RoutingConfig": {"AdditionalVersionWeights": {"2": 0.2}}}
    made = function("create_alias_1_1", "create_alias", Name="aliasname1_1", FunctionVersion="1", **custom, **weights)
    function("get_alias_1_1", "get_alias", Name="aliasname1_1")
    function("get_function_alias_1_1", "get_function", Qualifier="aliasname1_1")
    function("get_function_byarn_alias_1_1", "get_function", FunctionName=made["AliasArn"])
    function("get_function_alias_notfound_exc", "get_function", Qualifier="aliasdoesnotexist")
    gone = made["AliasArn"].replace("aliasname1_1", "aliasdoesnotexist")
    function("get_function_alias_byarn_notfound_exc", "get_function", FunctionName=gone)
    for number, version, given in [("1_2", "1", custom), ("1_3", "1", {}), ("2", "2", custom)]:
        function(f"create_alias_{number}", "create_alias", Name=f"aliasname{number}", FunctionVersion=version, **given)
        function(f"get_alias_{number}", "get_alias", Name=f"aliasname{number}")
    pages = aws_lambda.get_paginator("list_aliases").paginate(
        FunctionName=function.name, PaginationConfig={"PageSize": 1}
    )
    replay.recording.compare("list_aliases_for_fnname", pages.build_full_result())
    no_weights = {"RoutingConfig": {"AdditionalVersionWeights": {}}}
    function("update_alias_1_1", "update_alias", Name="aliasname1_1", **no_weights)
    function("get_alias_1_1_after_update", "get_alias", Name="aliasname1_1")
    function("list_aliases_for_fnname_after_update", "list_aliases")
    function("update_alias_1_2", "update_alias", Name="aliasname1_2")
    function("get_alias_1_2_after_update", "get_alias", Name="aliasname1_2")
    function("list_aliases_for_fnname_after_update_2", "list_aliases")
    function("list_aliases_for_version", "list_aliases", FunctionVersion="1")
    function("delete_alias_response", "delete_alias", Name="aliasname1_1")
    function("list_aliases_for_fnname_afterdelete", "list_aliases")


@api("TestLambdaAlias::test_non_existent_alias_deletion")
def test_an_alias_that_is_not_there_is_as_good_as_deleted(replay):
    replay.create("create_response", **STAGING)("delete_alias_response", "delete_alias", Name="non-existent")


@api("TestLambdaAlias::test_non_existent_alias_update")
def test_an_alias_that_is_not_there_is_not_updated(replay):
    replay.create("create_response", **STAGING)("update_alias_response", "update_alias", Name="non-existent")


@api("TestLambdaAlias::test_notfound_and_invalid_routingconfigs")
def test_an_alias_leads_to_two_versions_at_most(unchecked):
    function = unchecked.create("create_response", Publish=True, **STAGING)
    function("publish_v1", "publish_version")
    function.call("update_function_configuration", **PROD)
    function.updated()
    function("publish_v2", "publish_version")
    for step, version, weights in [
        ("routing_config_exc_toomany", "1", {"1": 0.8, "2": 0.2}),
        ("routing_config_exc_toohigh", "1", {"2": 2}),
        ("routing_config_exc_subzero", "1", {"2": -1}),
        ("routing_config_exc_sameversion", "1", {"1": 0.5}),
        ("target_version_doesnotexist", "10", {"2": 0.5}),
        ("routing_config_exc_version_doesnotexist", "1", {"10": 0.5}),
        ("target_version_exc_version_latest", "$LATEST", {"1": 0.5}),
        ("routing_config_exc_version_latest", "1", {"$LATEST": 0.5}),
    ]:
        routing = {"AdditionalVersionWeights": weights}
        function(step, "create_alias", Name="custom", FunctionVersion=version, RoutingConfig=routing)
    function("create-alias-latest", "create_alias", Name="custom-latest", FunctionVersion="$LATEST")
    half = {"Name": "custom", "FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": {"2": 0.5}}}
    unknown = f"{function.name}-unknown"
    function("routing_config_exc_fn_doesnotexist", "create_alias", **{**half, "FunctionName": unknown})
    none = {"Name": "custom-empty-routingconfig", "RoutingConfig": {"AdditionalVersionWeights": {}}}
    function("create_alias_empty_routingconfig", "create_alias", **{**half, **none})
    function("create_alias_response", "create_alias", **half)
    function("routing_config_exc_already_exist", "create_alias", **half)
    function("alias_does_not_exist_esc", "get_alias", Name="non-existent")


@api("TestLambdaAlias::test_alias_naming")
def test_an_alias_is_called_all_but_a_number(replay):
    function = replay.create("create_response", **STAGING)
    function("publish_v1", "publish_version")
    given = {"FunctionVersion": "1", "Description": "custom-alias"}
    function("create_alias_date", "create_alias", Name="2024-01-02", **given)
    function("get_alias_date", "get_alias", Name="2024-01-02")
    function.call("invoke", FunctionName=f"{function.name}:2024-01-02")
    function("create_alias_number_exception", "create_alias", Name="2024", **given)


@api("TestLambdaRevisions::test_function_revisions_basic")
def test_every_change_is_a_revision(replay):
    function = replay.make("create_function_response_rev1", Handler="index.handler")
    second = function("get_function_response_rev2", "get_function")["Configuration"]["RevisionId"]
    code = {"ZipFile": ECHO}
    function("update_function_revision_exception", "update_function_code", RevisionId="wrong", **code)
    function("update_function_code_response_rev3", "update_function_code", RevisionId=second, **code)
    function.updated()
    fourth = function("get_function_response_rev4", "get_function")["Configuration"]["RevisionId"]
    runtime = {"Runtime": "python3.8"}
    update = "update_function_configuration"
    function("update_function_configuration_revision_exception", update, RevisionId="wrong", **runtime)
    function("update_function_configuration_response_rev5", update, RevisionId=fourth, **runtime)
    function.updated()
    function("get_function_response_rev6", "get_function")


@api("TestLambdaRevisions::test_function_revisions_version_and_alias")
def test_versions_and_aliases_have_revisions(replay):
    function = replay.make("create_function_response_rev1")
    second = function("get_function_active_rev2", "get_function")["Configuration"]["RevisionId"]
    function("publish_version_revision_exception", "publish_version", RevisionId="wrong")
    function("publish_version_response_rev_v1", "publish_version", RevisionId=second)
    function("get_function_published_version_rev_v2", "get_function", Qualifier="1")
    function("get_function_latest_rev3", "get_function")
    alias = {"Name": "revision_alias"}
    first = function("create_alias_response_rev_a1", "create_alias", FunctionVersion="1", **alias)["RevisionId"]
    function("get_function_latest_rev4", "get_function")
    function("get_function_published_version_rev_v3", "get_function", Qualifier="1")
    function("update_alias_revision_exception", "update_alias", RevisionId="wrong", **alias)
    changed = {"Description": "something changed", "RevisionId": first}
    function("update_alias_response_rev_a2", "update_alias", **changed, **alias)


@api("TestLambdaRevisions::test_function_revisions_permissions")
def test_a_permission_is_of_a_revision(replay):
    permission = {"StatementId": "s3", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}
    # The recording has all of the answer, where others have what is said.
    replay.recording.steps["add_permission_revision_exception"]["ResponseMetadata"] = REFUSED
    replay.make()("add_permission_revision_exception", "add_permission", RevisionId="wrong", **permission)


REFUSED = {"HTTPHeaders": {}, "HTTPStatusCode": 412}
