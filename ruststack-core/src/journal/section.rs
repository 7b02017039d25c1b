//! Sections: changes to memory happen inside them, so that there are instants between them at which nothing changes.
//!
//! A snapshot is taken, or put back, at such an instant, across all services; and at one the journal takes what waits,
//! so that a kill never cuts a section in half. A section is entered before the locks of a service are taken, never
//! under one; it may be entered again inside itself, and it ends before the next await.

use std::{cell::RefCell, marker::PhantomData};

use parking_lot::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Shared by all sections, for themselves by instants.
static STATE: RwLock<()> = RwLock::new(());

thread_local! {
    static THREAD: RefCell<Thread> = const { RefCell::new(Thread { depth: 0, held: None }) };
}

struct Thread {
    depth: usize,
    /// Held while `depth` is not 0.
    held: Option<Held>,
}

/// Held for its end alone.
enum Held {
    Section { _guard: RwLockReadGuard<'static, ()> },
    Instant { _guard: RwLockWriteGuard<'static, ()> },
}

/// Memory may be changed, and the change recorded, until this is dropped.
#[must_use = "a section ends when it is dropped"]
#[derive(Debug)]
pub struct Section {
    /// It belongs to its thread.
    _thread: PhantomData<*const ()>,
}

impl Section {
    /// Waits while there is an instant.
    pub(super) fn enter() -> Self {
        Self::hold(|| Held::Section { _guard: STATE.read() })
    }

    /// Waits until nobody changes anything, and keeps it so.
    ///
    /// # Panics
    ///
    /// In a section: nobody waits for himself.
    pub(crate) fn instant() -> Self {
        assert!(!Self::is_entered(), "an instant is between sections");
        Self::hold(|| Held::Instant { _guard: STATE.write() })
    }

    /// Whether this thread is in a section.
    pub(super) fn is_entered() -> bool {
        THREAD.with_borrow(|thread| thread.depth > 0)
    }

    fn hold(take: impl FnOnce() -> Held) -> Self {
        THREAD.with_borrow_mut(|thread| {
            if thread.depth == 0 {
                thread.held = Some(take());
            }
            thread.depth += 1;
        });
        Self { _thread: PhantomData }
    }
}

impl Drop for Section {
    fn drop(&mut self) {
        THREAD.with_borrow_mut(|thread| {
            thread.depth -= 1;
            if thread.depth == 0 {
                thread.held = None;
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn nothing_changes_at_an_instant() {
        let (cause, effect) = (AtomicU32::new(0), AtomicU32::new(0));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for number in 1..=10_000 {
                    let section = Section::enter();
                    let again = Section::enter();
                    cause.store(number, Ordering::Relaxed);
                    drop(section);
                    effect.store(number, Ordering::Relaxed);
                    drop(again);
                }
            });
            while effect.load(Ordering::Relaxed) < 10_000 {
                let _instant = Section::instant();
                assert_eq!(cause.load(Ordering::Relaxed), effect.load(Ordering::Relaxed));
            }
        });
        assert!(!Section::is_entered());
    }
}
