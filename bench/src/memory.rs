//! Peak memory of a server while something happens.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use crate::process::resident;

/// How often memory is looked at.
const INTERVAL: Duration = Duration::from_millis(10);

/// Watches a process from its own thread.
pub(crate) struct Watch {
    stop: Arc<AtomicBool>,
    peak: Arc<AtomicU64>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    pub(crate) fn start(id: u32) -> Self {
        let (stop, peak) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (stop_seen, peak_seen) = (Arc::clone(&stop), Arc::clone(&peak));
        let thread = std::thread::spawn(move || {
            while !stop_seen.load(Ordering::Relaxed) {
                if let Ok(bytes) = resident(id) {
                    peak_seen.fetch_max(bytes, Ordering::Relaxed);
                }
                std::thread::sleep(INTERVAL);
            }
        });
        Self { stop, peak, thread: Some(thread) }
    }

    /// The largest resident size seen, in bytes.
    pub(crate) fn finish(mut self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the watch does not panic");
        }
        self.peak.load(Ordering::Relaxed)
    }
}
