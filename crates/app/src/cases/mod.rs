//! A case on the desk: its page, what can be done to it, its files and documents, the list of all.

mod acts;
mod attachments;
mod documents;
mod history;
pub mod list;
mod live;
pub mod rail;
mod show;
pub mod tracks;
mod why;

pub use acts::{address, assign, complete, log_progress, note, reopen, resume, suspend, withdraw};
pub use attachments::{attach, download, receive};
pub use documents::{document, made as documents_made, request_form};
pub use history::{Line as HistoryLine, Teller, sentences};
pub use list::index;
pub use live::changes;
pub use show::{Refused, RefusedForm, attachments_hint, refusal_sentence, show};
pub use why::day_off;
