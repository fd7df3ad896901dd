use std::borrow::Cow;

use super::tally::Tally;

/// How many delta readers a collector keeps at most.
pub const MAX_READERS: usize = 16;

/// A tally since the start, and for each delta reader what came since it last looked.
///
/// Recording touches only `head`, whoever reads: a look adds the head to the total and to what each reader has not
/// seen, and begins a new head. Subtracting two totals instead could not tell the minimum of the interval.
#[derive(Clone, Debug)]
pub(crate) struct Since {
    /// What came since the last look of anyone; everything while nobody looked.
    pub(crate) head: Tally,
    looked: Option<Box<Looked>>,
}

#[derive(Clone, Debug)]
struct Looked {
    /// All before `head`.
    total: Tally,
    /// By reader: what it has not seen yet of all before `head`.
    unseen: Vec<Option<Tally>>,
}

impl Since {
    pub(crate) fn new(head: Tally) -> Self {
        Self { head, looked: None }
    }

    /// All since the start; borrowed where nobody ever looked.
    pub(crate) fn total(&self) -> Cow<'_, Tally> {
        match &self.looked {
            None => Cow::Borrowed(&self.head),
            Some(looked) => {
                let mut total = self.head.empty_like();
                total.merge(&looked.total);
                total.merge(&self.head);
                Cow::Owned(total)
            }
        }
    }

    /// What came since `reader` last looked; it has seen it then. A reader that was not known is from now on.
    pub(crate) fn take(&mut self, reader: usize) -> Tally {
        let empty = self.head.empty_like();
        let looked = self.seal();
        if looked.unseen.len() <= reader {
            looked.unseen.resize_with(reader + 1, || None);
        }
        let seen = looked.unseen[reader].replace(empty);
        seen.unwrap_or_else(|| self.head.empty_like())
    }

    pub(crate) fn forget(&mut self, reader: usize) {
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
        let empty = || other.head.empty_like();
        let ours = self.looked.get_or_insert_with(|| {
            Box::new(Looked {
                total: empty(),
                unseen: Vec::new(),
            })
        });
        ours.total.merge(&theirs.total);
        if ours.unseen.len() < theirs.unseen.len() {
            ours.unseen.resize_with(theirs.unseen.len(), || None);
        }
        for (mine, their) in ours.unseen.iter_mut().zip(&theirs.unseen) {
            if let Some(their) = their {
                mine.get_or_insert_with(empty).merge(their);
            }
        }
    }

    fn seal(&mut self) -> &mut Looked {
        let empty = self.head.empty_like();
        let looked = self.looked.get_or_insert_with(|| {
            Box::new(Looked {
                total: empty.empty_like(),
                unseen: Vec::new(),
            })
        });
        let head = std::mem::replace(&mut self.head, empty);
        looked.total.merge(&head);
        for unseen in looked.unseen.iter_mut().flatten() {
            unseen.merge(&head);
        }
        looked
    }
}
