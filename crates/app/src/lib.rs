//! The desk in the browser: pages that work without a script, and what they share.
//!
//! A request travels `routes` → a handler in the folder of its thing → [`Desk`] → `sop` decides →
//! `store` keeps. Handlers are one sentence: who, what, do it, show it.

use std::time::Duration;

pub mod desk;
pub mod words;

mod assets;
mod ctx;
mod form;
mod limits;
mod policy;
mod problem;
mod routes;
mod security;

mod account;
mod api;
mod cases;
mod inbox;
mod letters;
mod people;
mod register;
mod requests;
mod session;
mod sops;
mod tokens;
mod webhooks;

#[cfg(test)]
mod tests;

pub use desk::{ActError, Clock, Desk};
pub use letters::{
    DossierError, Hand, LetterError, LetterOffice, MailError, Mailer, Message, Passphrase, Press, Says,
    SignError, Signed, Signer, Verdict, complete, dossier_of,
};
pub use routes::router;
pub use session::password;
pub use tokens::{NewTokenError, make as make_token};
pub use webhooks::{AddressError, CarryError, Courier, Parcel};

/// Who has to have a second factor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecondFactorFor {
    /// Nobody has to; everybody may.
    #[default]
    None,
    /// Those who sign letters.
    Signers,
    All,
}

/// How the desk is served.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address in the browser begins with `https`: cookies are marked secure.
    pub https: bool,
    /// The largest attachment, in bytes.
    pub attachment_bytes_max: u64,
    /// How many requests one person may make in a minute, and as many one address of nobody known.
    pub requests_per_minute: u32,
    /// How long a form or a file may take to arrive.
    pub body_time_max: Duration,
    pub second_factor: SecondFactorFor,
    /// Sign-ins shown on the sign-in page; only the demo has any.
    pub demo_sign_ins: Vec<DemoSignIn>,
}

/// A person of the demo office whom everybody may be.
#[derive(Clone, Debug)]
pub struct DemoSignIn {
    pub login: String,
    pub password: String,
    pub name: String,
    pub position: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            https: false,
            attachment_bytes_max: 10 * 1024 * 1024,
            requests_per_minute: 600,
            body_time_max: Duration::from_mins(5),
            second_factor: SecondFactorFor::None,
            demo_sign_ins: Vec::new(),
        }
    }
}
