//! How many invocations run at once, of each function and of each account in a region.

use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;
use ruststack_core::scope::Scope;

use crate::error::LambdaError;

/// Counts what runs; cheap to clone.
#[derive(Clone)]
pub(crate) struct Slots {
    limit: u32,
    running: Arc<Mutex<HashMap<(Scope, String), u32>>>,
}

/// One invocation that runs, until it is dropped.
pub(crate) struct Slot {
    slots: Slots,
    key: (Scope, String),
}

impl Slots {
    pub(crate) fn new(limit: u32) -> Self {
        Self { limit, running: Arc::default() }
    }

    pub(crate) fn limit(&self) -> u32 {
        self.limit
    }

    /// Takes one of the slots that the function has reserved, or one of those that nobody has: `unreserved` of them.
    pub(crate) fn take(
        &self,
        scope: &Scope,
        function: &str,
        reserved: Option<u32>,
        unreserved: u32,
    ) -> Result<Slot, LambdaError> {
        let key = (scope.clone(), function.to_owned());
        let mut running = self.running.lock();
        let of_function = running.get(&key).copied().unwrap_or_default();
        if reserved.is_some_and(|reserved| of_function >= reserved) {
            let reason = "ReservedFunctionConcurrentInvocationLimitExceeded";
            return Err(LambdaError::TooManyRequestsException { reason });
        }
        let of_account = || running.iter().filter(|((of, _), _)| of == scope).map(|(_, count)| count).sum::<u32>();
        if reserved.is_none() && of_account() >= unreserved {
            let reason = "ConcurrentInvocationLimitExceeded";
            return Err(LambdaError::TooManyRequestsException { reason });
        }
        *running.entry(key.clone()).or_default() += 1;
        drop(running);
        Ok(Slot { slots: self.clone(), key })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut running = self.slots.running.lock();
        if let Some(count) = running.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                running.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ruststack_core::scope::{AccountId, Region};

    use super::*;

    #[test]
    fn functions_run_as_often_at_once_as_they_may() {
        let (slots, scope) = (Slots::new(3), Scope::new(AccountId::DEFAULT, Region::US_EAST_1));
        let first = slots.take(&scope, "f", Some(1), 3).unwrap();
        let refused = slots.take(&scope, "f", Some(1), 3).err();
        let reason = "ReservedFunctionConcurrentInvocationLimitExceeded";
        assert_eq!(refused, Some(LambdaError::TooManyRequestsException { reason }));
        drop(first);
        assert!(slots.take(&scope, "f", Some(1), 3).is_ok());
        let others = [slots.take(&scope, "g", None, 2).unwrap(), slots.take(&scope, "h", None, 2).unwrap()];
        let reason = "ConcurrentInvocationLimitExceeded";
        let refused = slots.take(&scope, "g", None, 2).err();
        assert_eq!(refused, Some(LambdaError::TooManyRequestsException { reason }));
        drop(others);
    }
}
