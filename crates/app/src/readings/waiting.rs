//! What was read and is not yet written: nobody who opens a page waits for the disk.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use store::{ReadAt, Reading};

/// So many readings wait at most. Whoever reads then waits until they are written.
pub const WAITING_MAX: usize = 5_000;

/// Readings that wait to be written, each once however often it was read.
#[derive(Clone, Debug, Default)]
pub struct Waiting(Arc<Mutex<BTreeMap<Reading, ReadAt>>>);

impl Waiting {
    /// Adds a reading, and says whether it is time to write.
    pub fn add(&self, reading: Reading, at: ReadAt) -> bool {
        let mut waiting = self.lock();
        let together = waiting.get(&reading).map_or(at, |before| before.and(at));
        waiting.insert(reading, together);
        waiting.len() >= WAITING_MAX
    }

    /// Takes all that waits.
    pub fn take(&self) -> Vec<(Reading, ReadAt)> {
        std::mem::take(&mut *self.lock()).into_iter().collect()
    }

    /// Puts back what could not be written.
    pub fn put_back(&self, readings: Vec<(Reading, ReadAt)>) {
        for (reading, at) in readings {
            self.add(reading, at);
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Reading, ReadAt>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
