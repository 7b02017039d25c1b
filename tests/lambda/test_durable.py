"""What survives the end of the process."""

import boto3

from ..conftest import Server
from .conftest import Functions


def test_functions_and_their_code_are_kept(tmp_path):
    settings = {"PERSISTENCE": "1", "DATA_DIR": str(tmp_path)}

    def started():
        server = Server(**settings)
        options = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
        return server, boto3.client("lambda", endpoint_url=server.url, **options)

    server, client = started()
    name = Functions(client).make("def handler(event, context):\n    return 'kept'\n")
    client.publish_version(FunctionName=name)
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    server.process.kill()
    server.process.wait()
    server, client = started()
    try:
        assert client.get_function(FunctionName=name)["Configuration"]["State"] == "Active"
        assert Functions(client).invoke(name, Qualifier="live")[1] == "kept"
    finally:
        assert server.stop() == 0
