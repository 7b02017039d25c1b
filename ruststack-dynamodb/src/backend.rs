//! Who keeps the items: the engine, or another implementation of DynamoDB that requests are sent on to.

use std::path::PathBuf;

/// What `RUSTSTACK_DYNAMODB` chooses.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub enum Backend {
    #[default]
    Engine,
    /// Whatever answers at this URL.
    Endpoint(String),
    /// DynamoDB Local, which we start, watch and stop.
    Local(Local),
}

impl Backend {
    /// Who answers for items, if it is not we.
    pub fn other(&self) -> Option<&str> {
        match self {
            Self::Engine => None,
            Self::Endpoint(url) => Some(url),
            Self::Local(_) => Some("DynamoDB Local"),
        }
    }
}

/// How DynamoDB Local is run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Local {
    pub java: PathBuf,
    /// Where `DynamoDBLocal.jar` is.
    pub folder: PathBuf,
    /// Where it keeps its database; in memory if nowhere.
    pub database: Option<PathBuf>,
    /// As Java reads it: `256m`.
    pub heap: String,
    /// Zero for any that is free.
    pub port: u16,
    pub delays_transient_statuses: bool,
}

pub const JAR: &str = "DynamoDBLocal.jar";
