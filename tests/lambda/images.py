"""Container images made of what this machine has, for tests with an engine: no registry is asked."""

import functools
import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile

import boto3

from ..conftest import ROOT

SCRIPT = ROOT / "ruststack-lambda/tests/images/python.sh"
BOOTSTRAP = ROOT / "ruststack-lambda/src/executor/process/bootstraps/bootstrap.py"
# What boto3 stands on; of botocore's models those that functions of tests ask for.
PACKAGES = ["boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six.py"]
MODELS = ["s3", "sqs", "dynamodb", "sts", "lambda", "logs"]
CHANGES = [
    'ENTRYPOINT ["/lambda-entrypoint.sh"]',
    "WORKDIR /var/task",
    "ENV PATH=/var/lang/bin:/usr/bin:/bin",
    "ENV LANG=C.UTF-8",
    "ENV LAMBDA_TASK_ROOT=/var/task",
]


def docker(*arguments, **options):
    return subprocess.run(["docker", *arguments], capture_output=True, timeout=120, check=True, **options)


@functools.cache
def reason_without_engine():
    """Why there is none, if there is none."""
    if not shutil.which("docker"):
        return "there is no docker command"
    try:
        docker("version", "--format", "{{.Server.Version}}")
    except (subprocess.SubprocessError, OSError) as error:
        return f"no engine answers: {error}"
    return None if pathlib.Path("/usr/bin/python3").exists() else "there is no /usr/bin/python3 to make an image of"


def copy_packages(folder):
    packages = pathlib.Path(boto3.__file__).parent.parent
    skipped = shutil.ignore_patterns("__pycache__", "data")
    for name in PACKAGES:
        source = packages / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=skipped)
        else:
            shutil.copy(source, folder / name)
    # boto3 and botocore read tables from a folder of that name.
    for package in ("boto3", "botocore"):
        data = packages / package / "data"
        for entry in data.iterdir():
            if entry.is_file() or entry.name in MODELS:
                target = folder / package / "data" / entry.name
                target.parent.mkdir(exist_ok=True)
                (shutil.copytree if entry.is_dir() else shutil.copy)(entry, target)


@functools.cache
def python_image():
    """An image with this machine's Python, RustStack's own runtime and boto3, made unless the engine has it."""
    made_of = [file.read_bytes() for file in (SCRIPT, BOOTSTRAP, pathlib.Path(__file__))] + [boto3.__version__.encode()]
    name = f"ruststack-test/python-boto3:{hashlib.sha256(b''.join(made_of)).hexdigest()[:12]}"
    if not docker("images", "--quiet", name).stdout:
        with tempfile.TemporaryDirectory() as folder:
            copy_packages(pathlib.Path(folder))
            environment = {**os.environ, "PACKAGES": folder, "BOOTSTRAP": str(BOOTSTRAP)}
            archive = subprocess.run([SCRIPT], env=environment, stdout=subprocess.PIPE, check=True).stdout
        changes = [word for change in CHANGES for word in ("--change", change)]
        docker("import", *changes, "-", name, input=archive)
    return name
