"""The AWS CLI, s3fs, rclone and s3cmd with their default settings."""

import pathlib
import shutil
import subprocess
import sys

import pytest
import s3fs

from .samples import LARGE, MIB, content

FILES = {"empty": 0, "one": 1, "a b/plus+%25 ü.bin": 1000, "below": 5 * MIB - 1, "above": 5 * MIB + 1}


@pytest.fixture
def folder(tmp_path):
    for name, size in FILES.items():
        path = tmp_path / "source" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content(size))
    return tmp_path / "source"


def assert_same(one, other):
    files = {path.relative_to(one): path.read_bytes() for path in one.rglob("*") if path.is_file()}
    assert files == {path.relative_to(other): path.read_bytes() for path in other.rglob("*") if path.is_file()}


def run(command, environment, **options):
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_aws_cli(environment, bucket, folder, tmp_path):
    def aws(*arguments):
        return run([pathlib.Path(sys.executable).parent / "aws", *map(str, arguments)], environment)

    aws("s3", "mb", f"s3://{bucket}-cli")
    aws("s3", "sync", folder, f"s3://{bucket}-cli/tree")
    aws("s3", "sync", f"s3://{bucket}-cli/tree", tmp_path / "back")
    assert_same(folder, tmp_path / "back")
    (tmp_path / "large").write_bytes(content(LARGE))
    aws("s3", "cp", tmp_path / "large", f"s3://{bucket}-cli/large")
    aws("s3", "cp", f"s3://{bucket}-cli/large", tmp_path / "large-back")
    assert (tmp_path / "large-back").read_bytes() == content(LARGE)
    assert "large" in aws("s3", "ls", f"s3://{bucket}-cli/")
    assert "Signature" in aws("s3", "presign", f"s3://{bucket}-cli/large")
    assert '"ContentLength": 1,' in aws("s3api", "head-object", "--bucket", f"{bucket}-cli", "--key", "tree/one")
    aws("s3", "rb", "--force", f"s3://{bucket}-cli")


def test_s3fs(server, account, bucket):
    files = s3fs.S3FileSystem(key=account, secret="test", endpoint_url=server.url, skip_instance_cache=True)
    for name, size in FILES.items():
        with files.open(f"{bucket}/{name}", "wb") as file:
            file.write(content(size))
        assert files.cat(f"{bucket}/{name}") == content(size)
    assert len(files.find(bucket)) == len(FILES)
    files.mv(f"{bucket}/one", f"{bucket}/moved")
    assert not files.exists(f"{bucket}/one") and files.info(f"{bucket}/moved")["size"] == 1
    files.rm(f"{bucket}/a b", recursive=True)
    assert f"{bucket}/a b" not in files.ls(bucket)


@pytest.mark.skipif(not shutil.which("rclone"), reason="rclone is not installed")
def test_rclone(server, account, environment, bucket, folder, tmp_path):
    environment = {
        **environment,
        "RCLONE_CONFIG": str(tmp_path / "rclone.conf"),
        "RCLONE_CONFIG_HERE_TYPE": "s3",
        "RCLONE_CONFIG_HERE_PROVIDER": "Other",
        "RCLONE_CONFIG_HERE_ENDPOINT": server.url,
        "RCLONE_CONFIG_HERE_ACCESS_KEY_ID": account,
        "RCLONE_CONFIG_HERE_SECRET_ACCESS_KEY": "test",
        "RCLONE_CONFIG_HERE_REGION": "us-east-1",
    }
    (folder / "large").write_bytes(content(LARGE))
    run(["rclone", "copy", str(folder), f"HERE:{bucket}/tree"], environment)
    run(["rclone", "check", str(folder), f"HERE:{bucket}/tree"], environment)
    run(["rclone", "sync", f"HERE:{bucket}/tree", str(tmp_path / "back")], environment)
    assert_same(folder, tmp_path / "back")
    (folder / "large").unlink()
    run(["rclone", "sync", str(folder), f"HERE:{bucket}/tree"], environment)
    assert "large" not in run(["rclone", "lsf", f"HERE:{bucket}/tree"], environment)


@pytest.mark.skipif(not shutil.which("s3cmd"), reason="s3cmd is not installed")
def test_s3cmd(server, account, environment, bucket, folder, tmp_path):
    def s3cmd(*arguments):
        host = f"127.0.0.1:{server.port}"
        options = ["--config=/dev/null", f"--access_key={account}", "--secret_key=test", f"--host={host}", "--no-ssl"]
        return run(["s3cmd", *options, f"--host-bucket={host}", *map(str, arguments)], environment)

    for name in ["one", "above"]:
        s3cmd("put", folder / name, f"s3://{bucket}/{name}")
        s3cmd("get", f"s3://{bucket}/{name}", tmp_path / name)
        assert (tmp_path / name).read_bytes() == content(FILES[name])
    (tmp_path / "large").write_bytes(content(40 * MIB))
    s3cmd("put", "--multipart-chunk-size-mb=15", tmp_path / "large", f"s3://{bucket}/large")
    s3cmd("get", f"s3://{bucket}/large", tmp_path / "large-back")
    assert (tmp_path / "large-back").read_bytes() == content(40 * MIB)
    s3cmd("sync", f"{folder}/", f"s3://{bucket}/tree/")
    (tmp_path / "back").mkdir()
    s3cmd("sync", f"s3://{bucket}/tree/", f"{tmp_path}/back/")
    assert_same(folder, tmp_path / "back")
