//! What becomes of a message in its queue: where it stands, and how often it was received. It is what changes of it.

use serde::{Deserialize, Serialize};

/// Where a message stands; times in milliseconds.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Standing {
    #[default]
    Ready,
    Delayed {
        until: i64,
    },
    InFlight {
        until: i64,
        since: i64,
        receipt: String,
    },
}

impl Standing {
    pub(crate) fn due(&self) -> Option<i64> {
        match self {
            Self::Ready => None,
            Self::Delayed { until } | Self::InFlight { until, .. } => Some(*until),
        }
    }
}

/// All that changes of a message.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Delivery {
    pub receive_count: u32,
    /// In milliseconds.
    pub first_received_at: Option<i64>,
    pub standing: Standing,
}
