//! Copies of handles at one instant, and the rows that are made of them later.

use std::sync::Arc;

use ruststack_core::{clock::Timestamp, journal::Rows, scope::Scope, snapshot::Frozen};

use super::{QUEUES, QueueRow, put_deleted, put_entry, put_id, put_move_task, put_turn, queue_key};
use crate::{Sqs, live_queue::LiveQueue, move_task::MoveTask, queue::Kept, queues::Queues};

/// All that an account has in a region.
struct FrozenQueues {
    scope: Scope,
    queues: Vec<FrozenQueue>,
    deleted: Vec<(String, Timestamp)>,
    move_tasks: Vec<MoveTask>,
}

struct FrozenQueue {
    queue: Arc<LiveQueue>,
    row: QueueRow,
    kept: Kept,
}

pub(crate) fn freeze(sqs: &Sqs) -> Frozen {
    let all: Vec<_> = sqs.all_queues().into_iter().map(|(scope, queues)| FrozenQueues::of(scope, &queues)).collect();
    Box::new(move |rows| all.iter().for_each(|queues| queues.put(rows)))
}

impl FrozenQueues {
    fn of(scope: Scope, queues: &Queues) -> Self {
        let frozen = queues.all().into_iter().map(FrozenQueue::of).collect();
        let move_tasks = queues.move_tasks.lock().clone();
        Self { scope, queues: frozen, deleted: queues.deleted(), move_tasks }
    }

    fn put(&self, rows: &mut Rows) {
        self.queues.iter().for_each(|queue| queue.put(rows));
        self.deleted.iter().for_each(|(name, at)| put_deleted(rows, &self.scope, name, *at));
        self.move_tasks.iter().for_each(|task| put_move_task(rows, &self.scope, task));
    }
}

impl FrozenQueue {
    fn of(queue: Arc<LiveQueue>) -> Self {
        let (row, kept) = queue.look(|state| (QueueRow::of(state), state.messages.kept()));
        Self { queue, row, kept }
    }

    fn put(&self, rows: &mut Rows) {
        let Self { queue, row, kept } = self;
        rows.put(&QUEUES, queue_key(&queue.scope, &queue.name), row);
        kept.entries.iter().for_each(|(place, entry)| put_entry(rows, queue, *place, entry, true));
        kept.turns.iter().for_each(|(group, turn)| put_turn(rows, queue, group, Some(*turn)));
        kept.ids.iter().for_each(|(id, first)| put_id(rows, queue, id, Some(first)));
    }
}
