//! Tokens of transactions: a transaction that is sent again within ten minutes is not made again.

use std::{collections::HashMap, time::Duration};

use ruststack_core::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// How long a token means its transaction.
const LIFETIME: Duration = Duration::from_secs(600);

/// A transaction that was made.
#[derive(Clone, PartialEq, Serialize, Deserialize, Debug)]
pub(crate) struct Token {
    /// Of what was sent.
    pub(crate) digest: String,
    pub(crate) at: Timestamp,
    /// By table, what it costs to be told that it was made.
    pub(crate) read_units: Vec<(String, f64)>,
}

/// The tokens of an account in a region.
#[derive(Default)]
pub(crate) struct Tokens(HashMap<String, Token>);

impl Tokens {
    /// The transaction that a token means now.
    pub(crate) fn get(&self, name: &str, now: Timestamp) -> Option<&Token> {
        self.0.get(name).filter(|token| !is_old(token, now))
    }

    /// Keeps a token, and gives back those that are too old.
    pub(crate) fn put(&mut self, name: String, token: Token) -> Vec<String> {
        let now = token.at;
        let old: Vec<String> =
            self.0.iter().filter(|(_, token)| is_old(token, now)).map(|(name, _)| name.clone()).collect();
        old.iter().for_each(|name| drop(self.0.remove(name)));
        self.0.insert(name, token);
        old
    }

    pub(crate) fn restore(&mut self, name: String, token: Token) {
        self.0.insert(name, token);
    }

    pub(crate) fn all(&self) -> Vec<(String, Token)> {
        self.0.iter().map(|(name, token)| (name.clone(), token.clone())).collect()
    }
}

fn is_old(token: &Token, now: Timestamp) -> bool {
    now.since(token.at) >= LIFETIME
}
