//! Exports to S3: `CreateExportTask`, `DescribeExportTasks`, `CancelExportTask`.

use ruststack_core::operation::Call;

use super::{Page, kept};
use crate::{
    Logs,
    api::{
        CancelExportTaskInput, CancelExportTaskOutput, CreateExportTaskInput, CreateExportTaskOutput,
        DescribeExportTasksInput, DescribeExportTasksOutput, ExportTask as Shown, ExportTaskExecutionInfo,
        ExportTaskStatus,
    },
    error::{LogsError, invalid, no_such},
    exporting::{self, CANCELLED, PENDING, RUNNING},
    things::ExportTask,
};

const DEFAULT_PREFIX: &str = "exportedlogs";

fn missing() -> LogsError {
    no_such("export task")
}

/// One at a time is at work for an account in a region.
pub(super) async fn create_export_task(
    call: Call<Logs>,
    input: CreateExportTaskInput,
) -> Result<CreateExportTaskOutput, LogsError> {
    if input.from > input.to {
        return Err(invalid("End time should not be before start time."));
    }
    call.service().home(call.scope()).lock().group(&input.log_group_name)?;
    let id = call.ids().uuid();
    let prefix = input.destination_prefix.unwrap_or_else(|| DEFAULT_PREFIX.to_owned());
    exporting::try_bucket(call.ctx(), &input.destination, &prefix).await?;
    if kept::all::<ExportTask>(&call).iter().any(|task| is_at_work(task)) {
        return Err(LogsError::LimitExceededException {});
    }
    let shown = Shown {
        task_id: Some(id.clone()),
        task_name: input.task_name,
        log_group_name: Some(input.log_group_name),
        from: Some(input.from),
        to: Some(input.to),
        destination: Some(input.destination),
        destination_prefix: Some(prefix),
        status: Some(ExportTaskStatus { code: Some(PENDING.to_owned()), message: None }),
        execution_info: Some(ExportTaskExecutionInfo {
            creation_time: Some(call.now().millis()),
            completion_time: None,
        }),
    };
    let task = ExportTask { id: id.clone(), stream_prefix: input.log_stream_name_prefix, shown };
    kept::put(&call, &id, |_: Option<&ExportTask>| Ok(task))?;
    exporting::start(call.service(), call.ctx(), call.scope(), &id);
    Ok(CreateExportTaskOutput { task_id: Some(id) })
}

fn is_at_work(task: &ExportTask) -> bool {
    task.has_status(PENDING) || task.has_status(RUNNING)
}

pub(super) async fn describe_export_tasks(
    call: Call<Logs>,
    input: DescribeExportTasksInput,
) -> Result<DescribeExportTasksOutput, LogsError> {
    let page = Page::of(input.limit, input.next_token.as_deref())?;
    let is_meant = |task: &ExportTask| {
        input.task_id.as_ref().is_none_or(|id| *id == task.id)
            && input.status_code.as_ref().is_none_or(|code| task.has_status(code))
    };
    let tasks = kept::all::<ExportTask>(&call).into_iter().filter(|task| is_meant(task));
    let (tasks, next_token) = page.take(tasks.map(|task| (task.id.clone(), task.shown.clone())));
    Ok(DescribeExportTasksOutput { export_tasks: Some(tasks), next_token })
}

pub(super) async fn cancel_export_task(
    call: Call<Logs>,
    input: CancelExportTaskInput,
) -> Result<CancelExportTaskOutput, LogsError> {
    kept::change(&call, &input.task_id, missing, |task: &mut ExportTask| {
        if !is_at_work(task) {
            let message = "The operation is not valid on the specified resource.".to_owned();
            return Err(LogsError::InvalidOperationException { message });
        }
        task.set_status(CANCELLED, None, call.now());
        Ok(())
    })?;
    Ok(CancelExportTaskOutput {})
}
