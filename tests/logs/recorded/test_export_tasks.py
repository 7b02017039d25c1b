"""Exports to S3, compared with what AWS answered, and the files that they leave."""

import gzip

import pytest

from ..conftest import now, put

NONE = "0a1b2c3d-0000-0000-0000-000000000000"
#: How far a task is by the time that it is asked for.
BUSY = ("status", "executionInfo")


def exports(name):
    return pytest.mark.recorded("logs_export_tasks", name, "05-02-2026")


@pytest.fixture
def days():
    """A day before and a day after."""
    return {"fromTime": now() - 86_400_000, "to": now() + 86_400_000}


@exports("TestExportTasks::test_create_export_task")
def test_an_export_begins(logs, group, bucket, days, recording):
    task = logs.create_export_task(logGroupName=group, destination=bucket, **days)
    recording.compare("create-export-task", task)


@exports("TestExportTasks::test_create_export_task_bucket_not_found")
def test_the_bucket_must_be_there(logs, group, days, recording):
    given = {"logGroupName": group, "destination": "no-such-bucket-0a1b2c3d", **days}
    recording.refused("error-bucket-not-found", logs.create_export_task, **given)


@exports("TestExportTasks::test_create_export_task_log_group_not_found")
def test_the_group_must_be_there(logs, bucket, days, recording):
    given = {"logGroupName": "no-such-group", "destination": bucket, **days}
    recording.refused("error-log-group-not-found", logs.create_export_task, **given)


@exports("TestExportTasks::test_describe_export_tasks_not_found")
def test_no_task_is_told_that_is_not_there(logs, recording):
    recording.compare("task-not-found", logs.describe_export_tasks(taskId=NONE))


@exports("TestExportTasks::test_cancel_export_task_not_found")
def test_no_task_is_cancelled_that_is_not_there(logs, recording):
    recording.refused("error-cancel-not-found", logs.cancel_export_task, taskId=NONE)


@exports("TestExportTasksWithLogs::test_create_export_task_with_logs")
def test_events_are_exported(logs, s3, server, group, stream, bucket, days, recording):
    at = now()
    put(logs, group, stream, *(f"test message {number}" for number in range(10)), at=at)
    task = logs.create_export_task(logGroupName=group, destination=bucket, **days)
    recording.compare("create-export-with-logs", task)
    told = logs.describe_export_tasks(taskId=task["taskId"])
    hidden = (*BUSY, "destination", "from", "to")
    recording.compare("describe-export-with-logs", told, hidden)
    while logs.describe_export_tasks(taskId=task["taskId"])["exportTasks"][0]["status"]["code"] != "COMPLETED":
        server.settle()
    key = f"exportedlogs/{task['taskId']}/{stream}/000000.gz"
    lines = gzip.decompress(s3.get_object(Bucket=bucket, Key=key)["Body"].read()).decode().splitlines()
    assert [line.partition(" ")[2] for line in lines] == [f"test message {number}" for number in range(10)]
