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
mod metrics;
mod policy;
mod problem;
mod routes;
mod scanner;
mod security;
mod traces;

mod account;
mod api;
mod cases;
mod inbox;
mod letters;
mod mandates;
mod people;
mod privacy;
mod readings;
mod register;
mod requests;
mod retention;
mod search;
mod session;
mod sops;
mod tokens;
mod webhooks;
mod workload;

#[cfg(test)]
mod tests;

use sop::assignment::WeeklyLimit;
use std::sync::Arc;

pub use desk::{ActError, Clock, Desk};
pub use letters::{
    DossierError, Hand, LetterError, LetterOffice, MailError, Mailer, Message, Passphrase, Press, Says,
    SignError, Signed, Signer, Verdict, complete, dossier_of,
};
pub use limits::Limits;
pub use metrics::{Metrics, router as metrics_router};
pub use retention::due as due_cases;
pub use routes::router;
pub use scanner::{ScanError, Scanned, Scanner};
pub use session::elsewhere::{Attempt, Directory, OutOfReach, Provider, ProviderError, Vouched};
pub use session::passkeys::Passkeys;
pub use session::password;
pub use session::{ProxyHeader, network};
pub use tokens::{NewTokenError, make as make_token};
pub use traces::TARGET as TRACES;
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

/// For how many days the access log is kept unless an office sets something else: two years.
pub const ACCESS_LOG_DAYS: u32 = 730;

/// How the desk is served.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address in the browser begins with `https`: cookies are marked secure.
    pub https: bool,
    /// The largest attachment, in bytes.
    pub attachment_bytes_max: u64,
    /// How many requests one person may make in a minute, and as many one address of nobody known.
    pub limits: Limits,
    /// How long a form or a file may take to arrive.
    pub body_time_max: Duration,
    pub second_factor: SecondFactorFor,
    /// How much of an officer's week the helpdesk should take at most.
    pub weekly_limit: WeeklyLimit,
    /// Keeps the passwords of those who are marked as of it.
    pub directory: Option<Arc<dyn Directory>>,
    /// Signs people in for many programs.
    pub provider: Option<Arc<dyn Provider>>,
    /// The passkeys of those who reach Sigap under its address; none where it is no address for them.
    pub passkeys: Option<Passkeys>,
    /// The proxies that are believed about whom they speak for.
    pub trusted_proxies: Vec<ipnet::IpNet>,
    pub proxy_header: ProxyHeader,
    /// For how many days the access log is kept.
    pub access_log_days: u32,
    /// Counts requests; none where nobody asks.
    pub metrics: Option<Metrics>,
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
            limits: Limits::new(600),
            body_time_max: Duration::from_mins(5),
            second_factor: SecondFactorFor::None,
            weekly_limit: WeeklyLimit { hours: 15 },
            directory: None,
            provider: None,
            passkeys: None,
            trusted_proxies: Vec::new(),
            proxy_header: ProxyHeader::default(),
            access_log_days: ACCESS_LOG_DAYS,
            metrics: None,
            demo_sign_ins: Vec::new(),
        }
    }
}
