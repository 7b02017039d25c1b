"""Tags of functions and event source mappings, compared with what AWS answered."""

import uuid

import pytest

from .conftest import api, fresh

TAG, UNTAG, LIST = "tag_resource", "untag_resource", "list_tags"


@api("TestLambdaTag::test_create_tag_on_fn_create")
def test_a_function_is_created_with_tags(replay):
    function = replay.make(Tags={"testtag": "custom"})
    arn = function("get_function_result", "get_function")["Configuration"]["FunctionArn"]
    replay("list_tags_result", LIST, Resource=arn)


def mapping(replay, queue, **given):
    arn = {"EventSourceArn": queue, "FunctionName": replay.make().name}
    return replay.call("create_event_source_mapping", BatchSize=1, **arn, **given)


@api("TestLambdaTag::test_create_tag_on_esm_create")
def test_a_mapping_is_created_with_tags(replay, queue):
    replay.recording.leave("get_event_source_mapping_with_tag", "its test compared whether there was a state")
    made = mapping(replay, queue, Tags={"testtag": "custom"})
    replay("list_tags_result", LIST, Resource=made["EventSourceMappingArn"])


@pytest.fixture
def tagged(replay, queue, kind):
    if kind == "event_source_mapping":
        return mapping(replay, queue)["EventSourceMappingArn"]
    return replay.arn(replay.make().name)


@pytest.mark.parametrize("kind", ["lambda_function", "event_source_mapping"])
@api("TestLambdaTag::test_tag_lifecycle[{kind}]", "25-11-2025")
def test_tags_come_and_go(replay, kind, tagged):
    resource = replay.about(Resource=tagged)
    for step, operation, given in [
        ("tag_single_response", TAG, {"Tags": {"A": "tag-a"}}),
        ("tag_multiple_response", TAG, {"Tags": {"B": "tag-b", "C": "tag-c"}}),
        ("tag_overlap_response", TAG, {"Tags": {"C": "tag-c-newsuffix", "D": "tag-d"}}),
        ("untag_single_response", UNTAG, {"TagKeys": ["A"]}),
        ("untag_multiple_response", UNTAG, {"TagKeys": ["B", "C"]}),
        ("untag_nonexisting_response", UNTAG, {"TagKeys": ["F"]}),
        ("untag_existing_and_nonexisting_response", UNTAG, {"TagKeys": ["D", "F"]}),
    ]:
        resource(step, operation, **given)
        resource(f"{step}_listtags", LIST)


KINDS = {
    "lambda_function": "function",
    "event_source_mapping": "event-source-mapping",
    "capacity_provider": "capacity-provider",
}


@pytest.mark.parametrize("kind", KINDS)
@api("TestLambdaTag::test_tag_exceptions[{kind}]", "25-11-2025")
def test_only_what_is_there_has_tags(replay, kind):
    name = str(uuid.uuid4())
    base = f"arn:aws:lambda:us-east-1:{replay.account}"
    arn = f"{base}:{KINDS[kind]}:{name}"
    replay.steps(
        ("not_found_exception_tag", TAG, {"Tags": {"A": "B"}}),
        ("not_found_exception_untag", UNTAG, {"TagKeys": ["A"]}),
        ("not_found_exception_list", LIST),
        Resource=arn,
    )
    replay("aliased_arn_exception", LIST, Resource=f"{arn}:alias")
    replay("invalid_arn_exception", LIST, Resource=f"{base}:foobar:{name}")


@api("TestLambdaTag::test_tag_nonexisting_resource")
def test_a_function_that_is_gone_has_no_tags(replay):
    function = replay.make()
    arn = function("pre_delete_get_function", "get_function")["Configuration"]["FunctionArn"]
    function.call("delete_function")
    replay.steps(
        ("not_found_exception_tag", TAG, {"Tags": {"A": "B"}}),
        ("not_found_exception_untag", UNTAG, {"TagKeys": ["A"]}),
        ("not_found_exception_list", LIST),
        Resource=arn,
    )


@api("TestLambdaTags::test_tag_exceptions")
def test_tags_that_are_refused(replay):
    arn = replay.arn(replay.make().name)
    one = {"Tags": {"key_a": "value_a"}}
    replay.steps(
        ("tag_lambda_invalidarn", TAG, {"Resource": "arn:aws:something", **one}),
        ("tag_lambda_doesnotexist", TAG, {"Resource": replay.arn("doesnotexist"), **one}),
        ("tag_lambda_qualifier_doesnotexist", TAG, {"Resource": f"{arn}:v1", **one}),
        ("list_tag_lambda_empty", LIST),
        ("untag_nomatch", UNTAG, {"TagKeys": ["somekey"]}),
        ("untag_empty_keys", UNTAG, {"TagKeys": []}),
        ("tag_empty_tags", TAG, {"Tags": {}}),
        Resource=arn,
    )


def tags(count):
    return {"Tags": {f"{number}_key": f"{number}_value" for number in range(count)}}


@api("TestLambdaTags::test_tag_limits")
def test_a_function_has_50_tags_at_most(replay):
    function = replay.make()
    resource = replay.about(Resource=replay.arn(function.name))
    resource("tag_lambda_too_many_tags", TAG, **tags(51))
    resource("tag_response", TAG, **tags(50))
    resource("list_tags_response", LIST)
    function("get_fn_response", "get_function")
    resource("tag_lambda_too_many_tags_additional", TAG, Tags={"a_key": "a_value"})
    given = {"FunctionName": fresh("function"), **replay.settings(**tags(51))}
    replay("create_function_invalid_tags", "create_function", **given)


@api("TestLambdaTags::test_tag_versions")
def test_a_version_has_no_tags(replay):
    function = replay.make(Tags={"key_a": "value_a"})
    version = function.call("publish_version")["FunctionArn"]
    more = {"Tags": {f"key_{letter}": f"value_{letter}" for letter in "bcde"}}
    replay("tag_resource_exception", TAG, Resource=version, **more)
    replay("tag_resource_latest_exception", TAG, Resource=replay.arn(f"{function.name}:$LATEST"), **more)


@api("TestLambdaTags::test_tag_lifecycle")
def test_a_functions_tags_are_told_with_it(replay):
    function = replay.make(Tags={"key_a": "value_a"})
    arn = replay.arn(function.name)
    resource = replay.about(Resource=arn)

    def told(when):
        resource(f"list_tags_response_{when}", LIST)
        function(f"get_fn_response_{when}", "get_function")

    told("postfncreate")
    more = {f"key_{letter}": f"value_{letter}" for letter in "bcde"}
    resource("tag_resource_response", TAG, Tags=more)
    told("postaddtags")
    resource("tag_resource_overwrite", TAG, Tags={"key_b": "value_b", "key_c": "value_x"})
    told("overwrite")
    resource.call(UNTAG, TagKeys=["key_c", "key_d"])
    told("postuntag")
    resource.call(UNTAG, TagKeys=["key_a", "key_b", "key_e"])
    told("postuntagall")
    function.call("delete_function")
    resource("list_tags_postdelete", LIST)
