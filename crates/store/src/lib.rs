//! Events in, cases out. The store keeps what was decided and finds it again; it decides nothing.
//!
//! What is true about a case is its events ([`Store::append`]). The case's row, its open tasks, the
//! runs of its rows and the words to find it by are projections: written in the same transaction,
//! derived from nothing else, and dropped and rebuilt at will ([`Store::rebuild`]).
//!
//! Only this crate knows SQL. It is written in the part that SQLite and PostgreSQL share: `$1`
//! placeholders, times as microseconds UTC, JSON as text.

mod backups;
mod chain;
mod changes;
mod connection;
mod copying;
mod destruction;
mod error;
mod health;
mod import;
mod log;
mod postgres;
mod projection;
mod seals;
mod snapshot;
mod verify;
mod writing;

mod books;
mod finding;
mod gauges;
mod inbox;
mod letters;
mod lists;
mod numbers;
mod reports;
mod search;

mod absences;
mod api_tokens;
mod corrections;
mod data_requests;
mod mandates;
mod passkeys;
mod people;
mod phrases;
mod readings;
mod request_counts;
mod second_factors;
mod secrets;
mod service;
mod sessions;
mod settings;
mod sign_in_elsewhere;
mod signing_keys;
mod skills;
mod units;

mod outbox;
mod webhooks;

pub mod files;

mod rows;
mod sql;
#[cfg(test)]
mod tests;

pub use absences::Absence;
pub use api_tokens::{ApiToken, NewToken, TOKENS_MAX, TokenScope};
pub use books::{BookFilter, DispositionRow, IncomingRow, OutgoingRow};
pub use changes::{Change, Changes};
pub use connection::Store;
pub use copying::{Copied, CopyStage, Copying, Progress, TableSum};
pub use corrections::{Corrected, Correcting, Correction};
pub use data_requests::{Answer, DATA_REQUESTS_OPEN_MAX, DataRequest, DataRequestKind};
pub use destruction::{
    CarriedOut, DestructionList, LISTED_CASES_MAX, ListAct, ListActKind, ListedCase, NewDestruction,
};
pub use error::{
    AppendError, CopyError, DestructionError, MandateError, PersonError, PutPeopleError, RegisterError,
    ReserveError, StoreError, TokenError, UnitError,
};
pub use finding::{Excerpt, Found, FoundState, Fragment, Hit, RANKED_CASES_MAX, Search, Similar};
pub use gauges::{Gauges, PoolUse};
pub use health::Health;
pub use import::Imported;
pub use inbox::{InboxCursor, TaskBox, TaskRow};
pub use letters::LetterRow;
pub use lists::{
    CaseRow, Filter, OpenTask, Page, RegisterRow, RowStatus, Scope, Sort, StateFilter, StepDates,
};
pub use log::{CaseFile, RegistrationKey};
pub use mandates::{MandateRow, Revocation};
pub use numbers::{LetterNumber, RESERVED_MAX, Reservation, Turn, Voiding};
pub use outbox::{Claimed, Order};
pub use passkeys::{NewPasskey, PASSKEYS_MAX, Passkey};
pub use people::{Credentials, NewPerson, Person};
pub use phrases::PhraseRow;
pub use projection::Rebuilt;
pub use readings::{ONE_READING, ReadAt, ReadOf, ReadWhat, Reading, ReadingRow, ReadingsOf};
pub use reports::{StepCount, WORKLOAD_COUNTED_MAX, Workload};
pub use request_counts::{AskedHere, DueInAll};
pub use seals::{Seal, SealKey};
pub use second_factors::{Added, AuthenticatorApp, SecondFactors};
pub use secrets::SecretsKey;
pub use service::{Holding, Period, Posting, ServiceRecord, Term};
pub use sessions::{Asked, Device, SessionRow};
pub use sign_in_elsewhere::{ProviderSignIn, RuledRoles};
pub use signing_keys::{Kept, KeyFile, Nik, SigningKey, TrustedRoot};
pub use skills::Skills;
pub use snapshot::FilesOfEvent;
pub use units::{FormerName, Unit};
pub use verify::{Finding, SealNote, SealNoteError, Verification};
pub use webhooks::{
    After, Attempt, DELIVERIES_SHOWN, Delivery, DeliveryState, Disabled, EventKind, NewWebhook, WEBHOOKS_MAX,
    Webhook,
};

/// The most rows that one page of a list has, however many are asked for.
pub const PAGE_ROWS_MAX: u32 = 1_000;
