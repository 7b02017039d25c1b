"""Policies of functions, compared with what AWS answered."""

from .conftest import api

S3 = {"Action": "lambda:InvokeFunction", "StatementId": "s3", "Principal": "s3.amazonaws.com"}
BUCKET = {"SourceArn": "arn:aws:s3:::test-bucket"}


@api("TestLambdaPermissions::test_permission_exceptions")
def test_permissions_that_are_refused(replay):
    function = replay.make()
    of = {"FunctionName": function.name}
    add = {**S3, **BUCKET}
    for step, operation, given in [
        ("add_permission_invalid_statement_id", "add_permission", {**S3, "StatementId": "example.com"}),
        (
            "add_permission_fn_qualifier_mismatch",
            "add_permission",
            {**add, "FunctionName": f"{function.name}:alias-not-42", "Qualifier": "42"},
        ),
        (
            "add_permission_fn_qualifier_latest",
            "add_permission",
            {**add, "FunctionName": f"{function.name}:$LATEST", "Qualifier": "$LATEST"},
        ),
        (
            "add_permission_principal_invalid",
            "add_permission",
            {**S3, "StatementId": "lambda", "Principal": "invalid.nonaws.com", "SourceAccount": replay.account},
        ),
        ("get_policy_fn_doesnotexist", "get_policy", {"FunctionName": "doesnotexist"}),
        ("get_policy_fn_version_doesnotexist", "get_policy", {"Qualifier": "77"}),
        ("add_permission_fn_doesnotexist", "add_permission", {**add, "FunctionName": "doesnotexist"}),
        ("remove_permission_policy_doesnotexist", "remove_permission", {"StatementId": "s3"}),
        (
            "add_permission_fn_alias_doesnotexist",
            "add_permission",
            {**add, "FunctionName": f"{function.name}:alias-doesnotexist"},
        ),
        ("add_permission_fn_version_doesnotexist", "add_permission", {**add, "Qualifier": "42"}),
        ("add_permission_fn_qualifier_invalid", "add_permission", {**add, "Qualifier": "invalid-qualifier-with-?-char"}),
        (
            "add_permission_fn_qualifier_valid_doesnotexist",
            "add_permission",
            {**add, "Qualifier": "valid-with-$-but-doesnotexist"},
        ),
    ]:
        function(step, operation, **{**of, **given})
    function.call("add_permission", **add)
    function("add_permission_conflicting_statement_id", "add_permission", **add)
    gone = {"StatementId": "s3"}
    function("remove_permission_fn_doesnotexist", "remove_permission", FunctionName="doesnotexist", **gone)
    function("remove_permission_fn_alias_doesnotexist", "remove_permission", Qualifier="alias-doesnotexist", **gone)


@api("TestLambdaPermissions::test_add_lambda_permission_aws")
def test_a_service_is_permitted_to_invoke(replay):
    function = replay.make("create_lambda")
    function("add_permission", "add_permission", **S3, **BUCKET)
    function("get_policy", "get_policy")


@api("TestLambdaPermissions::test_lambda_permission_fn_versioning")
def test_versions_and_aliases_have_policies_of_their_own(replay):
    function = replay.make()
    add = {**S3, **BUCKET}
    function("add_permission", "add_permission", **add)
    function("get_policy", "get_policy")
    function("publish_version_result", "publish_version")
    function("get_function_result_after_publishing", "get_function")
    function("get_policy_after_publishing_latest", "get_policy")
    function("get_policy_after_publishing_new_version", "get_policy", Qualifier="1")
    function.call("add_permission", **{**add, "FunctionName": f"{function.name}:1", "Qualifier": "1"})
    function("get_policy_version", "get_policy", Qualifier="1")
    alias = {"Name": "permission-alias"}
    made = function("create_alias_response", "create_alias", FunctionVersion="1", **alias)
    function("get_alias", "get_alias", **alias)
    on_alias = {**add, "Qualifier": "permission-alias"}
    function("add_permission_alias_revision_exception", "add_permission", RevisionId="wrong", **on_alias)
    on_alias |= {"FunctionName": f"{function.name}:permission-alias", "RevisionId": made["RevisionId"]}
    function.call("add_permission", **on_alias)
    function("get_policy_alias", "get_policy", Qualifier="permission-alias")
    known = function("get_policy_after_adding_to_new_version", "get_policy")["RevisionId"]
    function.call("add_permission", **{**add, "StatementId": "s3_2", "RevisionId": known})
    function("get_policy_after_adding_2", "get_policy")


@api("TestLambdaPermissions::test_add_lambda_permission_fields")
def test_a_permission_has_conditions(replay, client):
    function = replay.make()
    account = {"SourceAccount": replay.account}
    user = client("sts").get_caller_identity()["Arn"]
    url = {
        "StatementId": "urlPermission",
        "Action": "lambda:InvokeFunctionUrl",
        "PrincipalOrgID": "o-1234567890",
        "FunctionUrlAuthType": "NONE",
    }
    skill = {"StatementId": "alexaSkill", "EventSourceToken": "amzn1.ask.skill.xxxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"}
    for step, given in [
        ("add_permission_principal_wildcard", {"StatementId": "wilcard", "Principal": "*", **account}),
        ("add_permission_principal_service", {"StatementId": "lambda", "Principal": "lambda.amazonaws.com", **account}),
        ("add_permission_principal_account", {"StatementId": "account-id", "Principal": replay.account}),
        ("add_permission_principal_arn", {"StatementId": "user-arn", "Principal": user, **account}),
        ("add_permission_optional_fields", {"Principal": "*", **BUCKET, **account, **url}),
        ("add_permission_alexa_skill", {"Principal": "*", **skill}),
    ]:
        function(step, "add_permission", **{"Action": "lambda:InvokeFunction", **given})


@api("TestLambdaPermissions::test_remove_multi_permissions")
def test_permissions_are_removed(replay):
    function = replay.make()
    function("add_permission_1", "add_permission", **S3)
    queue = {**S3, **BUCKET, "StatementId": "sqs", "Principal": "sqs.amazonaws.com"}
    function("add_permission_2", "add_permission", **queue)
    function("policy_after_2_add", "get_policy")
    function("remove_permission_exception_nonexisting_sid", "remove_permission", StatementId="non-existent")
    function.call("remove_permission", StatementId="sqs")
    function("policy_after_removal", "get_policy")
    known = function("policy_after_removal_attempt", "get_policy")["RevisionId"]
    function.call("remove_permission", StatementId="s3", RevisionId=known)
    function("get_policy_exception_removed_all", "get_policy")


@api("TestLambdaPermissions::test_create_multiple_lambda_permissions")
def test_permissions_are_added(replay):
    function = replay.make()
    for number, service in enumerate(("logs", "kinesis"), 1):
        given = {**S3, "StatementId": service, "Principal": f"{service}.amazonaws.com"}
        function(f"add_permission_response_{number}", "add_permission", **given)
    function("policy_after_2_add", "get_policy")
