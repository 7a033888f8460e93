//! How a letter leaves by e-mail. The desk knows no SMTP: whoever serves it brings a [`Mailer`].

use std::fmt;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use sop::case::EmailAddress;

/// Hands messages on to where they are read.
pub trait Mailer: fmt::Debug + Send + Sync {
    /// Comes back as soon as somebody else has taken the message on. Dropping the future gives up.
    fn send(&self, message: Message) -> BoxFuture<'_, Result<(), MailError>>;
}

/// A letter on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What stands before the `@` of its Message-ID. Each try of the same dispatch has the same, so
    /// that a server that gets a letter twice can tell.
    pub id: String,
    pub to: EmailAddress,
    /// One line.
    pub subject: String,
    pub text: String,
    pub dated: Timestamp,
    /// What the attached PDF is called: letters, digits, spaces, dots and hyphens.
    pub file_name: String,
    pub pdf: Vec<u8>,
}

/// Why a message was not taken on, in the words of whoever did not.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// It may be later.
    #[error("{0}")]
    Temporary(String),
    /// It never will be.
    #[error("{0}")]
    Permanent(String),
}
