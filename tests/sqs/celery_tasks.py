"""The tasks that a Celery worker of the tests runs; where, it is told by its environment."""

import os
import time

from celery import Celery

app = Celery("tasks", broker=os.environ["TASKS_BROKER"], backend=os.environ["TASKS_RESULTS"])
app.conf.update(
    broker_transport_options={
        "is_secure": False,
        "region": "us-east-1",
        "wait_time_seconds": 20,
        "visibility_timeout": int(os.environ.get("TASKS_VISIBILITY_TIMEOUT", "60")),
        "polling_interval": 0,
    },
    task_default_queue=os.environ["TASKS_QUEUE"],
    worker_enable_remote_control=False,
    worker_hijack_root_logger=False,
)


@app.task
def add(one, other):
    return one + other


@app.task(bind=True, max_retries=2)
def succeeds_the_third_time(self):
    if self.request.retries < 2:
        raise self.retry(countdown=0)
    return self.request.retries


@app.task
def fails():
    raise ValueError("as it should")


@app.task(acks_late=True)
def waits_for(begun, end):
    """Says that it began, and ends when it is told to."""
    with open(begun, "a", encoding="utf-8") as file:
        file.write("begun\n")
    while not os.path.exists(end):
        time.sleep(0.01)
    return "ended"
