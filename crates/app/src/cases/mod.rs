//! A case on the desk: its page, what can be done to it, its files and documents, the list of all.

mod acts;
mod attachments;
mod choice;
mod dispatches;
mod history;
pub mod list;
mod live;
mod offers;
pub mod rail;
mod refusal;
mod show;
mod similar;
mod tasks;
pub mod tracks;
mod why;

pub use acts::{
    address, assign, complete, entries, log_progress, note, reopen, resume, suspend, unfinished, withdraw,
};
pub use attachments::{attach, content_of, disposition, download, receive};
pub use dispatches::{is_told_to_requester, letter_at, masked, send_again, sendable, standing_for_requester};
pub use history::{Line as HistoryLine, Teller, bases, sentences};
pub use list::index;
pub use live::changes;
pub use offers::{ActForm, attachments_hint, is_offered, offers};
pub use refusal::{Act, Refused, refusal_sentence};
pub use show::{show, unsent};
pub use similar::similar;
pub use tasks::{SigningView, completion_prefix};
pub use why::day_off;
