"""Every command of the documentation works, as a user would type it: page by page, in one shell."""

import re
import subprocess

import pytest

from .conftest import ROOT, Server

# The others start RustStack, or have a test of their own that also looks at the answers.
PAGES = ["faults.md", "metrics.md", "quick-start.md", "troubleshooting.md"]
# Commands end where one fails. Version 1 of the AWS CLI, which is what PyPI has, looks for SQS at AWS unless it is told
# on the command line.
STRICT = """set -eu
curl() { command curl -sSf "$@"; }
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
"""


@pytest.fixture
def commands(tmp_path):
    """Runs a page's commands, and answers what they printed."""
    server = Server(LAMBDA_RUNTIME_EXECUTOR="process")

    def run(page):
        text = (ROOT / "docs" / page).read_text()
        script = "\n".join(re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
        script = re.sub(r"(http://)?localhost:4566", server.url, script)
        path = f"{ROOT}/.venv/bin:/usr/local/bin:/usr/bin:/bin"
        done = subprocess.run(
            ["sh", "-c", STRICT + script],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            env={"PATH": path, "HOME": str(tmp_path), "AWS_PAGER": ""},
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    yield run
    assert server.stop() == 0


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_work(commands, page):
    assert commands(page)


def test_the_quick_start_ends_where_it_says(commands):
    printed = commands("quick-start.md")
    assert '\\"name\\": \\"hello.txt\\"' in printed and "noted hello.txt" in printed
    assert '"Count": 1' in printed and '"operation": "PutObject"' in printed.replace('":"', '": "')


@pytest.mark.parametrize("path", sorted((ROOT / "docs").glob("*.md")), ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text())
    missing = [target for target in targets if "://" not in target and not (path.parent / target).exists()]
    assert missing == []


def test_every_page_can_be_found_from_the_first():
    index = (ROOT / "docs/README.md").read_text()
    missing = [page.name for page in (ROOT / "docs").glob("*.md") if page.name not in index and page.name != "README.md"]
    assert missing == []
