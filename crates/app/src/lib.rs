//! The desk in the browser: pages that work without a script, and what they share.
//!
//! A request travels `routes` → a handler in the folder of its thing → [`Desk`] → `sop` decides →
//! `store` keeps. Handlers are one sentence: who, what, do it, show it.

pub mod desk;
pub mod words;

mod assets;
mod ctx;
mod form;
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
mod privacy;
mod readings;
mod register;
mod requests;
mod session;
mod sops;
mod tokens;

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

/// For how many days the access log is kept unless an office sets something else: two years.
pub const ACCESS_LOG_DAYS: u32 = 730;

/// How the desk is served.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address in the browser begins with `https`: cookies are marked secure.
    pub https: bool,
    /// The largest attachment, in bytes.
    pub attachment_bytes_max: u64,
    pub second_factor: SecondFactorFor,
    /// For how many days the access log is kept.
    pub access_log_days: u32,
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
            second_factor: SecondFactorFor::None,
            access_log_days: ACCESS_LOG_DAYS,
            demo_sign_ins: Vec::new(),
        }
    }
}
