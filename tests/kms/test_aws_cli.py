"""KMS with the AWS CLI."""

import base64

SERVICE = "kms"


def test_a_file_is_encrypted_and_decrypted(aws, tmp_path):
    key = aws("create-key", "--tags", "TagKey=a,TagValue=b")["KeyMetadata"]
    aws("create-alias", "--alias-name", "alias/cli", "--target-key-id", key["KeyId"])
    (tmp_path / "plain").write_bytes(b"secret")
    sealed = aws("encrypt", "--key-id", "alias/cli", "--plaintext", f"fileb://{tmp_path}/plain")
    (tmp_path / "sealed").write_bytes(base64.b64decode(sealed["CiphertextBlob"]))
    opened = aws("decrypt", "--ciphertext-blob", f"fileb://{tmp_path}/sealed")
    assert base64.b64decode(opened["Plaintext"]) == b"secret"
    assert aws("list-keys")["Keys"] == [{"KeyId": key["KeyId"], "KeyArn": key["Arn"]}]
    assert aws("list-resource-tags", "--key-id", key["KeyId"])["Tags"] == [{"TagKey": "a", "TagValue": "b"}]
