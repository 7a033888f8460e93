//! How a message reaches a webhook. The desk knows no HTTP client: whoever serves it brings a
//! [`Courier`].

use std::fmt;

use futures_util::future::BoxFuture;

/// Carries messages to programs elsewhere, and keeps them from where they do not belong.
pub trait Courier: fmt::Debug + Send + Sync {
    /// Whether messages may be carried to an address, as far as it can be told now. It is looked at
    /// again each time, since a name may lead elsewhere tomorrow.
    fn check<'a>(&'a self, address: &'a str) -> BoxFuture<'a, Result<(), AddressError>>;

    /// Comes back with what the other side answered, as HTTP counts it. A redirect is an answer: it
    /// is not followed.
    fn carry(&self, parcel: Parcel) -> BoxFuture<'_, Result<u16, CarryError>>;
}

/// A message to a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    pub address: String,
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: String,
}

/// Why nothing is carried to an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("this is no address of the form https://HOST/PATH")]
    NotAnAddress,
    #[error("{host} is not within the networks that webhooks.allow names, so it needs https")]
    NotEncrypted { host: String },
    #[error("{host} leads into a private network that webhooks.allow does not name")]
    Private { host: String },
    #[error("{host} is not known to the name service")]
    Unknown { host: String },
}

/// Why a message was not carried.
#[derive(Debug, thiserror::Error)]
pub enum CarryError {
    #[error(transparent)]
    Address(#[from] AddressError),
    /// In the words of whoever noticed.
    #[error("{0}")]
    Failed(String),
}
