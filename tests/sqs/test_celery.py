"""Celery with its SQS transport: real workers, each a process of its own, run real tasks."""

import importlib
import os
import pathlib
import subprocess
import sys
import time
import uuid

import pytest

TASKS = "tests.sqs.celery_tasks"
ROOT = pathlib.Path(__file__).parent.parent.parent
#: Seconds.
PATIENCE = 60


class Celery:
    """A queue, who sends tasks to it, and the workers that it starts."""

    def __init__(self, server, folder, account, visibility_timeout=60):
        self.queue = f"celery-{uuid.uuid4().hex[:16]}"
        results = folder / "results"
        results.mkdir()
        self.environment = {
            "TASKS_BROKER": f"sqs://{account}:test@127.0.0.1:{server.port}",
            "TASKS_RESULTS": results.as_uri(),
            "TASKS_QUEUE": self.queue,
            "TASKS_VISIBILITY_TIMEOUT": str(visibility_timeout),
        }
        self.workers = []

    def start_worker(self):
        command = [sys.executable, "-m", "celery", "-A", TASKS, "worker", "--pool", "solo", "--loglevel", "WARNING"]
        command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        worker = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **self.environment})
        self.workers.append(worker)
        return worker

    def stop(self):
        for worker in self.workers:
            if worker.poll() is None:
                worker.kill()
            worker.wait(timeout=PATIENCE)


@pytest.fixture
def celery(server, tmp_path, monkeypatch):
    started = []

    def start(**settings):
        account = str(uuid.uuid4().int)[:12]
        celery = Celery(server, tmp_path, account, **settings)
        for name, value in celery.environment.items():
            monkeypatch.setenv(name, value)
        sys.modules.pop(TASKS, None)
        celery.tasks = importlib.import_module(TASKS)
        started.append(celery)
        return celery

    yield start
    for celery in started:
        celery.tasks.app.close()
        celery.stop()


def test_tasks_run_and_their_results_come_back(celery):
    celery = celery()
    sent = [celery.tasks.add.delay(number, 1) for number in range(50)]
    celery.start_worker()
    celery.start_worker()
    assert [result.get(timeout=PATIENCE) for result in sent] == list(range(1, 51))


def test_a_worker_that_waits_is_given_work_at_once(celery):
    celery = celery()
    celery.start_worker()
    assert celery.tasks.add.delay(1, 2).get(timeout=PATIENCE) == 3
    begin = time.monotonic()
    assert celery.tasks.add.delay(3, 4).get(timeout=PATIENCE, interval=0.01) == 7
    assert time.monotonic() - begin < 10, "it does not poll every twenty seconds"


def test_a_task_is_tried_again_and_one_that_fails_says_so(celery):
    celery = celery()
    celery.start_worker()
    again, failing = celery.tasks.succeeds_the_third_time.delay(), celery.tasks.fails.delay()
    assert again.get(timeout=PATIENCE) == 2
    with pytest.raises(ValueError, match="as it should"):
        failing.get(timeout=PATIENCE)


def test_the_task_of_a_worker_that_was_killed_goes_to_another(celery, tmp_path):
    celery = celery(visibility_timeout=2)
    begun, end = tmp_path / "begun", tmp_path / "end"
    first = celery.start_worker()
    result = celery.tasks.waits_for.delay(str(begun), str(end))
    wait_for(begun.exists)
    first.kill()
    end.touch()
    celery.start_worker()
    assert result.get(timeout=PATIENCE) == "ended"
    assert begun.read_text().splitlines() == ["begun", "begun"]


def wait_for(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
