//! Asking for help, and following what becomes of it.

mod new;
mod track;

pub use new::{create, new};
pub use track::{index, track, track_page};
