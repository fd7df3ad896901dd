use std::collections::HashSet;

/// Keys remembered at most; beyond, nothing of the store is trusted until it was cleared.
const MOST: usize = 10_000;

/// Where a store may hold what it should not, because it could not be told: it must not be believed there.
#[derive(Debug, Default)]
pub(super) struct Debts {
    keys: HashSet<String>,
    all: bool,
}

/// What must be done before a key is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Debt {
    Nothing,
    Delete,
    Clear,
}

impl Debts {
    pub(super) fn of(&self, key: &str) -> Debt {
        if self.all {
            Debt::Clear
        } else if self.keys.contains(key) {
            Debt::Delete
        } else {
            Debt::Nothing
        }
    }

    pub(super) fn owe(&mut self, key: &str) {
        if self.all || self.keys.contains(key) {
            return;
        }
        if self.keys.len() == MOST {
            self.owe_all();
        } else {
            self.keys.insert(key.to_owned());
        }
    }

    pub(super) fn owe_all(&mut self) {
        self.all = true;
        self.keys = HashSet::new();
    }

    pub(super) fn settle(&mut self, key: &str) {
        self.keys.remove(key);
    }

    pub(super) fn settle_all(&mut self) {
        *self = Self::default();
    }
}
