use super::super::stats::ExactSum;

/// How many delta readers a collector keeps at most.
pub const MAX_READERS: usize = 16;

/// Data that can be added up exactly, in any order.
pub(crate) trait Mergeable: Clone {
    /// An empty value of the same kind.
    fn empty_like(&self) -> Self;
    /// Adds all of `other`.
    fn merge(&mut self, other: &Self);
}

impl Mergeable for ExactSum {
    fn empty_like(&self) -> Self {
        Self::new()
    }

    fn merge(&mut self, other: &Self) {
        ExactSum::merge(self, other);
    }
}

/// Data since the start, and for each delta reader the data since it last looked.
///
/// Recording touches only `head`, whoever reads: a look adds the head to the total and to what each reader has not
/// seen, and begins a new head. Subtracting two totals instead could not tell the minimum of the interval.
#[derive(Clone, Debug)]
pub(crate) struct Since<T> {
    /// What came since the last look of anyone; everything while nobody looked.
    pub(crate) head: T,
    looked: Option<Box<Looked<T>>>,
}

#[derive(Clone, Debug)]
struct Looked<T> {
    /// All before `head`.
    total: T,
    /// By reader: what it has not seen yet of all before `head`.
    unseen: Vec<Option<T>>,
}

impl<T: Mergeable> Since<T> {
    pub(crate) fn new(head: T) -> Self {
        Self { head, looked: None }
    }

    /// All since the start; borrowed where nobody ever looked.
    pub(crate) fn total(&self) -> std::borrow::Cow<'_, T> {
        match &self.looked {
            None => std::borrow::Cow::Borrowed(&self.head),
            Some(looked) => {
                let mut total = looked.total.clone();
                total.merge(&self.head);
                std::borrow::Cow::Owned(total)
            }
        }
    }

    /// What came since `reader` last looked; it has seen it then.
    pub(crate) fn take(&mut self, reader: usize) -> T {
        self.seal();
        let empty = self.head.empty_like();
        match self
            .looked
            .as_mut()
            .and_then(|looked| looked.unseen.get_mut(reader))
        {
            Some(unseen) => unseen.replace(empty.clone()).unwrap_or(empty),
            None => empty,
        }
    }

    /// From now on keeps for `reader` what it has not seen; what came before does not count.
    pub(crate) fn subscribe(&mut self, reader: usize) {
        self.seal();
        let empty = self.head.empty_like();
        if let Some(looked) = &mut self.looked {
            if looked.unseen.len() <= reader {
                looked.unseen.resize(reader + 1, None);
            }
            looked.unseen[reader] = Some(empty);
        }
    }

    pub(crate) fn unsubscribe(&mut self, reader: usize) {
        if let Some(unseen) = self
            .looked
            .as_mut()
            .and_then(|looked| looked.unseen.get_mut(reader))
        {
            *unseen = None;
        }
    }

    /// Adds all of `other`, unseen parts to unseen parts.
    pub(crate) fn absorb(&mut self, other: &Self) {
        self.head.merge(&other.head);
        let Some(theirs) = &other.looked else { return };
        if self.looked.is_none() {
            self.begin_looks();
        }
        let empty = self.head.empty_like();
        if let Some(ours) = &mut self.looked {
            ours.total.merge(&theirs.total);
            if ours.unseen.len() < theirs.unseen.len() {
                ours.unseen.resize(theirs.unseen.len(), None);
            }
            for (mine, their) in ours.unseen.iter_mut().zip(&theirs.unseen) {
                if let Some(their) = their {
                    mine.get_or_insert_with(|| empty.clone()).merge(their);
                }
            }
        }
    }

    fn begin_looks(&mut self) -> &mut Looked<T> {
        let total = self.head.empty_like();
        self.looked.get_or_insert_with(|| {
            Box::new(Looked {
                total,
                unseen: Vec::new(),
            })
        })
    }

    fn seal(&mut self) {
        let empty = self.head.empty_like();
        let head = std::mem::replace(&mut self.head, empty);
        let looked = self.begin_looks();
        looked.total.merge(&head);
        for unseen in looked.unseen.iter_mut().flatten() {
            unseen.merge(&head);
        }
    }
}
