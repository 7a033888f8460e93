//! How the office would put it: who signed, what was changed, and whether anybody notices.

mod files;
mod hostile;
mod judging;
mod keys;
mod paper;
mod returned;
mod time_stamps;
