"""Layers and their policies, compared with what AWS answered."""

import json

import pytest

from ...recorded import FOLDER
from ..conftest import packed
from .conftest import api, fresh

CONTENT = {"Content": {"ZipFile": packed({"python/layer.py": "A = 1\n"})}}
X86 = {"CompatibleArchitectures": ["x86_64"]}
PYTHON = {"CompatibleRuntimes": ["python3.12"]}


def runtimes(number):
    """Those that a recording tells of."""
    steps = json.loads((FOLDER / "lambda_api.json").read_text())
    (found,) = [steps[name] for name in steps if name.endswith(f"test_layer_compatibilities[runtimes{number}]")]
    return found["recorded-content"]["publish_result"]["CompatibleRuntimes"]


@pytest.mark.parametrize("number", [0, 1, 2])
@api("TestLambdaLayer::test_layer_compatibilities[runtimes{number}]", "12-01-2026")
def test_a_layer_is_of_up_to_15_runtimes(replay, number):
    both = {"CompatibleArchitectures": ["arm64", "x86_64"]}
    given = {"LayerName": fresh("layer"), "CompatibleRuntimes": runtimes(number), **both}
    replay("publish_result", "publish_layer_version", **given, **CONTENT)


@api("TestLambdaLayer::test_layer_exceptions", "12-01-2026")
def test_layers_that_are_refused(replay):
    layer = replay.about(LayerName=fresh("layer"))
    made = layer("publish_result", "publish_layer_version", **PYTHON, **CONTENT, **X86)
    none = {"LayerName": "layerdoesnotexist"}
    by_arn = "get_layer_version_by_arn"
    replay.steps(
        ("list_layers_exc_compatibleruntime_invalid", "list_layers", {"CompatibleRuntime": "runtimedoesnotexist"}),
        (
            "list_layers_exc_compatiblearchitecture_invalid",
            "list_layers",
            {"CompatibleArchitecture": "archdoesnotexist"},
        ),
        ("list_nonexistent_layer", "list_layer_versions", none),
        ("get_layer_version_exc_layer_doesnotexist", "get_layer_version", {"VersionNumber": 1, **none}),
        ("get_layer_version_by_arn_exc_invalidarn", by_arn, {"Arn": made["LayerArn"]}),
        ("get_layer_version_by_arn_exc_nonexistentversion", by_arn, {"Arn": f"{made['LayerArn']}:2"}),
    )
    for ending, number in [("negative", -1), ("zero", 0), ("2", 2)]:
        step = f"get_layer_version_exc_layer_version_doesnotexist_{ending}"
        layer(step, "get_layer_version", VersionNumber=number)
    replay("delete_nonexistent_response", "delete_layer_version", VersionNumber=1, **none)
    for step, number in [
        ("delete_nonexistent_version_response", 2),
        ("delete_layer_response", 1),
        ("delete_layer_again_response", 1),
        ("delete_layer_version_exc_layerversion_invalid_version", -1),
    ]:
        layer(step, "delete_layer_version", VersionNumber=number)
    empty = {"LayerName": fresh("empty"), "CompatibleRuntimes": [], "CompatibleArchitectures": []}
    replay("publish_empty_result", "publish_layer_version", **empty, **CONTENT)
    for step, wanted, architectures in [
        ("publish_layer_version_exc_invalid_runtime_arch", ["invalidruntime"], ["invalidarch"]),
        (
            "publish_layer_version_exc_partially_invalid_values",
            ["invalidruntime", "invalidruntime2", "nodejs20.x"],
            ["invalidarch", "x86_64"],
        ),
    ]:
        given = {"CompatibleRuntimes": wanted, "CompatibleArchitectures": architectures}
        layer(step, "publish_layer_version", **given, **CONTENT)


@api("TestLambdaLayer::test_layer_function_exceptions")
def test_layers_that_a_function_cannot_have(replay, client):
    layer = replay.about(LayerName=fresh("layer"))
    given = {"CompatibleRuntimes": [], **CONTENT, **X86}
    steps = ["publish_result", "publish_result_2", "publish_result_3"]
    versions = [layer(step, "publish_layer_version", **given) for step in steps]
    (one, two, three), base = [version["LayerVersionArn"] for version in versions], versions[0]["LayerArn"]
    function = replay.make()
    function("get_fn_result", "get_function")
    nowhere = base.replace(layer.usual["LayerName"], "doesnotexist")
    for step, layers in [
        ("two_layer_versions_single_function_exc", [one, two]),
        ("three_layer_versions_single_function_exc", [one, two, three]),
        ("two_identical_layer_versions_single_function_exc", [one, one]),
        ("add_nonexistent_layer_exc", [f"{nowhere}:1"]),
        ("add_nonexistent_layer_version_exc", [f"{base}:9"]),
        ("add_layer_arn_without_version_exc", [base]),
    ]:
        function(step, "update_function_configuration", Layers=layers)
    west = client("lambda", region_name="us-west-2")
    theirs = west.publish_layer_version(LayerName="layer", **CONTENT)["LayerVersionArn"]
    given = {"FunctionName": fresh("function"), **replay.settings(Layers=[theirs])}
    replay("create_function_with_layer_in_different_region", "create_function", **given)


@api("TestLambdaLayer::test_layer_function_quota_exception")
def test_a_function_has_five_layers_at_most(replay):
    layers = [replay.call("publish_layer_version", LayerName=fresh("layer"), **CONTENT) for _ in range(6)]
    given = replay.settings(Layers=[layer["LayerVersionArn"] for layer in layers])
    replay("create_function_with_six_layers", "create_function", FunctionName=fresh("function"), **given)


@api("TestLambdaLayer::test_layer_lifecycle")
def test_a_layer_from_its_creation_to_its_end(replay):
    function = replay.make()
    function("get_fn_result", "get_function")
    function("get_fn_config_result", "get_function_configuration")
    layer = replay.about(LayerName=fresh("layer"))
    given = {"LicenseInfo": "license", "Description": "description", **PYTHON, **CONTENT, **X86}
    arn = layer("publish_result", "publish_layer_version", **given)["LayerVersionArn"]
    layer("publish_result_2", "publish_layer_version", **given)
    function("update_fn_config", "update_function_configuration", Layers=[arn])
    function.updated()
    function("get_fn_config", "get_function_configuration")
    layer("get_layer_ver_result", "get_layer_version", VersionNumber=1)
    replay("get_layer_by_arn_version", "get_layer_version_by_arn", Arn=arn)
    layer("list_layer_versions_predelete", "list_layer_versions")
    layer("delete_layer_1", "delete_layer_version", VersionNumber=1)
    function("get_fn_config_postdelete", "get_function_configuration")
    layer("delete_layer_2", "delete_layer_version", VersionNumber=2)
    layer("list_layer_versions_postdelete", "list_layer_versions")
    layer("publish_result_3", "publish_layer_version", **given)


@api("TestLambdaLayer::test_layer_s3_content")
def test_a_layers_content_may_be_in_a_bucket(replay, s3, bucket):
    s3.put_object(Bucket=bucket, Key="/layer.zip", Body=CONTENT["Content"]["ZipFile"])
    place = {"S3Bucket": bucket, "S3Key": "/layer.zip"}
    replay("publish_layer_result", "publish_layer_version", LayerName=fresh("layer"), Content=place)


ANYBODY = {"Action": "lambda:GetLayerVersion", "Principal": "*"}


@api("TestLambdaLayer::test_layer_policy_exceptions")
def test_layers_permissions_that_are_refused(replay):
    name = fresh("layer")
    layer = replay.about(LayerName=name, VersionNumber=1)
    made = {"LayerName": name, **PYTHON, **CONTENT, **X86}
    replay("publish_result", "publish_layer_version", **made)
    add, get, remove = "add_layer_version_permission", "get_layer_version_policy", "remove_layer_version_permission"
    nowhere, second = {"LayerName": f"{name}-doesnotexist"}, {"VersionNumber": 2}
    layer("layer_permission_nopolicy_get", get)
    first, other = {"StatementId": "s1"}, {"StatementId": "s-other", **ANYBODY}
    layer("add_layer_permission_result", add, **first, **ANYBODY)
    layer.steps(
        ("layer_permission_action_invalid", add, {**other, "Action": "*"}),
        ("layer_permission_duplicate_statement", add, {**first, **ANYBODY}),
        ("layer_permission_wrong_revision", add, {**other, "StatementId": "s2", "RevisionId": "wrong"}),
        ("layer_permission_layername_doesnotexist_add", add, {**other, **nowhere}),
        ("layer_permission_layername_doesnotexist_get", get, nowhere),
        ("layer_permission_layername_doesnotexist_remove", remove, {**first, **nowhere}),
        ("layer_permission_layerversion_doesnotexist_add", add, {**other, **second}),
        ("layer_permission_layerversion_doesnotexist_get", get, second),
        ("layer_permission_layerversion_doesnotexist_remove", remove, {**first, **second}),
        ("layer_permission_statementid_doesnotexist_remove", remove, {"StatementId": "doesnotexist"}),
        ("layer_permission_wrong_revision_remove", remove, {**first, "RevisionId": "wrong"}),
    )


@api("TestLambdaLayer::test_layer_policy_lifecycle")
def test_a_layers_policy_from_its_creation_to_its_end(replay):
    name = fresh("layer")
    replay("publish_result", "publish_layer_version", LayerName=name, **PYTHON, **CONTENT, **X86)
    layer = replay.about(LayerName=name, VersionNumber=1)
    layer("add_policy_s1", "add_layer_version_permission", StatementId="s1", **ANYBODY)
    known = layer("get_layer_version_policy", "get_layer_version_policy")["RevisionId"]
    second = {"StatementId": "s2"}
    layer("add_policy_s2", "add_layer_version_permission", RevisionId=known, **second, **ANYBODY)
    known = layer("get_layer_version_policy_postadd2", "get_layer_version_policy")["RevisionId"]
    layer("remove_s2", "remove_layer_version_permission", RevisionId=known, **second)
    layer("get_layer_version_policy_postdeletes2", "get_layer_version_policy")
