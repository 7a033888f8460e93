//! The office at work: it loads a case, asks the rules, stores what they decide and tells whoever is
//! watching. Only the desk reads the clock.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use sop::Sop;
use sop::calendar::Calendar;
use sop::case::{
    self, Actor, Assignee, Case, CaseNo, Command, Office, PersonId, Refusal, Registration, UnitCode, Version,
};
use sop::definition::Role;
use sop::mandate::{self, Mandate, Standing};
use store::files::Files;
use store::{
    AppendError, CaseFile, Change, Claimed, MandateRow, Order, ReadAt, Reading, RegisterError,
    RegistrationKey, Scope, Store, StoreError,
};
use tokio::sync::{Notify, broadcast, watch};

use crate::letters::{self, LetterOffice, SendError};
use crate::privacy::CORRECTIONS_KEPT;
use crate::readings::Waiting;
use crate::scanner::Scanner;
use crate::webhooks::{self, Courier, DeliverError};

/// Where the time comes from.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    System,
    /// Always the same moment: for seeding a past, and for tests.
    Fixed(Timestamp),
}

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    fn now(self) -> Timestamp {
        let now = match self {
            Self::System => Timestamp::now(),
            Self::Fixed(at) => at,
        };
        // The store keeps microseconds; what is decided and what is read back are the same.
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }
}

#[derive(Clone, Debug)]
pub struct Desk {
    pub store: Store,
    pub files: Files,
    pub calendar: Arc<Calendar>,
    pub letters: LetterOffice,
    /// Looks through files that people send; none if this office has no scanner.
    pub scanner: Option<Arc<dyn Scanner>>,
    /// With what webhooks are told; none where nobody is.
    pub courier: Option<Arc<dyn Courier>>,
    clock: Clock,
    /// What was read and is not yet in the access log.
    readings: Waiting,
    changes: broadcast::Sender<Change>,
    /// There is an order that no change of a case brought.
    ordered: Arc<Notify>,
    /// Closes what would otherwise stay open for as long as somebody watches.
    closing: watch::Sender<bool>,
}

/// Why an act did not happen.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    #[error("there is no such case for this person")]
    NotFound,
    /// The office says no; the case as it is now comes with it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Others acted on the same case again and again.
    #[error("the case changed too often while this was decided")]
    Busy,
    /// The case is no longer as it was seen.
    #[error("the case has changed since it was read")]
    Changed,
    #[error("another request was registered under this key")]
    KeyUsed,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why an order was not carried out this time.
#[derive(Debug, thiserror::Error)]
enum OrderError {
    #[error(transparent)]
    Act(#[from] ActError),
    #[error(transparent)]
    Send(#[from] SendError),
    #[error(transparent)]
    Deliver(#[from] DeliverError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(
        "the calendar has changed and open cases need the year {year}, which it does not have. Write {year}.toml \
         after the SKB of that year, put it into a folder with the files of the other years, and name that folder \
         with --calendars DIR"
    )]
    NoCalendar { year: i16 },
    #[error("it is for a node that has the other calendar")]
    OtherCalendar,
}

impl OrderError {
    /// Whether it failed because the case is no longer there to do anything about.
    fn is_about_destroyed_case(&self) -> bool {
        let (Self::Act(ActError::Store(error))
        | Self::Send(SendError::Store(error) | SendError::Act(ActError::Store(error)))) = self
        else {
            return false;
        };
        matches!(error, StoreError::Destroyed { .. })
    }
}

/// How often an act is decided anew when others act on the same case at the same time.
const TRIES_MAX: usize = 5;
/// How many orders are carried out side by side: as many letters as a mail server is given at once.
const ORDERS_AT_ONCE: u32 = 8;
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How many cases get other due times in one order: so few that others need not wait for long.
const RECOMPUTED_AT_ONCE: u32 = 50;
/// For so long what was read is not yet in the access log; a process that is killed loses it.
const READINGS_WAIT: Duration = Duration::from_secs(5);
/// How often what is too old is taken out of the access log.
const FORGET_EVERY: SignedDuration = SignedDuration::from_hours(1);
/// The shortest rest between two looks at the outbox,
const REST_MIN: Duration = Duration::from_millis(500);
/// and the longest.
const REST_MAX: Duration = Duration::from_secs(20);

impl Desk {
    pub fn new(
        store: Store,
        files: Files,
        calendar: Arc<Calendar>,
        letters: LetterOffice,
        clock: Clock,
    ) -> Self {
        let (changes, _) = broadcast::channel(256);
        let (closing, _) = watch::channel(false);
        let ordered = Arc::default();
        Self {
            store,
            files,
            calendar,
            letters,
            scanner: None,
            courier: None,
            clock,
            readings: Waiting::default(),
            changes,
            ordered,
            closing,
        }
    }

    /// The same desk, which tells webhooks.
    #[must_use]
    pub fn carrying(self, courier: Arc<dyn Courier>) -> Self {
        Self { courier: Some(courier), ..self }
    }

    /// The same desk at another time.
    #[must_use]
    pub fn at(&self, clock: Clock) -> Self {
        Self { clock, ..self.clone() }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The day it is in the office: by it goes what people are and may.
    pub fn today(&self) -> Date {
        self.calendar.local(self.now()).date()
    }

    /// How the units are called today.
    pub async fn unit_names(&self) -> Result<HashMap<UnitCode, String>, StoreError> {
        let (units, today) = (self.store.units().await?, self.today());
        Ok(units.into_iter().map(|unit| (unit.code.clone(), unit.name_on(today).to_owned())).collect())
    }

    /// The SOP by which new cases begin.
    pub fn sop(&self) -> &'static Sop {
        sop::shipped()
    }

    /// The SOP under which a case runs; one that no longer comes with Sigap is followed as it is now.
    pub fn sop_of(&self, case: &Case) -> &'static Sop {
        sop::find(&case.sop, &case.revision).unwrap_or_else(sop::shipped)
    }

    /// Takes a request in.
    pub async fn register(&self, actor: &Actor, registration: Registration) -> Result<CaseFile, ActError> {
        self.register_once(actor, registration, None).await
    }

    /// The same for a program that may have to ask again: under a key that it used before, it gets the
    /// case that was taken in then.
    pub async fn register_once(
        &self,
        actor: &Actor,
        registration: Registration,
        key: Option<&RegistrationKey>,
    ) -> Result<CaseFile, ActError> {
        let now = self.now();
        let year = self.calendar.local(now).year();
        let office = Office { sop: self.sop(), calendar: &self.calendar };
        let file = self
            .store
            .register_once(year, key, |number, agenda| {
                case::register(office, number, agenda, actor, now, registration.clone())
            })
            .await
            .map_err(|error| match error {
                RegisterError::Refused(refusal) => ActError::Refused(refusal),
                RegisterError::KeyUsed => ActError::KeyUsed,
                RegisterError::Store(error) => ActError::Store(error),
            })?;
        self.tell(&file.case);
        Ok(file)
    }

    /// What the rules would say to a registration, without taking it in.
    pub fn would_register(&self, actor: &Actor, registration: &Registration) -> Result<(), Refusal> {
        let office = Office { sop: self.sop(), calendar: &self.calendar };
        case::register(office, CaseNo::new(""), 0, actor, self.now(), registration.clone()).map(drop)
    }

    /// Does something to a case that the person may see. Whoever is slower of two finds the case as
    /// the faster one left it, and the rules answer anew.
    pub async fn act(
        &self,
        actor: &Actor,
        scope: &Scope,
        number: &CaseNo,
        command: Command,
    ) -> Result<CaseFile, ActError> {
        let now = self.now();
        for _ in 0..TRIES_MAX {
            let file = self.store.case_file(scope, number).await?.ok_or(ActError::NotFound)?;
            let office = Office { sop: self.sop_of(&file.case), calendar: &self.calendar };
            let events = case::decide(office, &file.case, actor, now, command.clone())?;
            if events.is_empty() {
                return Ok(file);
            }
            match self.store.append(&file.case, events).await {
                Ok(file) => {
                    self.tell(&file.case);
                    return Ok(file);
                }
                // Letters are signed elsewhere; should one come here, it finds its number gone.
                Err(AppendError::Conflict | AppendError::NumberTaken) => {}
                Err(AppendError::Store(error)) => return Err(error.into()),
            }
        }
        Err(ActError::Busy)
    }

    /// Does something to a case that the person may see, if it still is as they saw it.
    pub async fn act_on(
        &self,
        actor: &Actor,
        scope: &Scope,
        number: &CaseNo,
        seen: Version,
        command: Command,
    ) -> Result<CaseFile, ActError> {
        let file = self.store.case_file(scope, number).await?.ok_or(ActError::NotFound)?;
        if file.case.version != seen {
            return Err(ActError::Changed);
        }
        let office = Office { sop: self.sop_of(&file.case), calendar: &self.calendar };
        let events = case::decide(office, &file.case, actor, self.now(), command)?;
        match self.store.append(&file.case, events).await {
            Ok(file) => {
                self.tell(&file.case);
                Ok(file)
            }
            Err(AppendError::Conflict | AppendError::NumberTaken) => Err(ActError::Changed),
            Err(AppendError::Store(error)) => Err(error.into()),
        }
    }

    /// A person as somebody to whom work can be given.
    pub async fn assignee(&self, id: &PersonId) -> Result<Option<Assignee>, StoreError> {
        let person = self.store.person(id, self.today()).await?;
        Ok(person.map(|person| Assignee { person: person.id, roles: person.roles }))
    }

    /// In whose place a person acts today.
    pub async fn standings(&self, person: &PersonId) -> Result<Vec<Standing>, StoreError> {
        let today = self.today();
        let in_force = self.store.mandates_in_force(today).await?;
        if !in_force.iter().any(|row| row.mandate.taker == *person) {
            return Ok(Vec::new());
        }
        let mut own: HashMap<PersonId, Vec<Role>> = HashMap::new();
        for MandateRow { mandate: Mandate { giver, taker, .. }, .. } in &in_force {
            for person in [giver, taker] {
                if !own.contains_key(person) {
                    let roles = self.store.person(person, today).await?.map(|person| person.roles);
                    own.insert(person.clone(), roles.unwrap_or_default());
                }
            }
        }
        let in_force: Vec<_> = in_force.into_iter().map(|row| (row.id, row.mandate)).collect();
        Ok(mandate::standings(&in_force, person, |person| own.get(person).map_or(&[], Vec::as_slice)))
    }

    /// What changes from now on.
    pub fn watch(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// Has the outbox looked into soon, for an order that no change of a case brought.
    pub fn wake(&self) {
        self.ordered.notify_one();
    }

    /// Ends every watching, so that the server can stop.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Comes back when the desk closes.
    pub async fn closed(&self) {
        // The desk itself keeps the other end, so waiting ends with a value.
        let _ = self.closing.subscribe().wait_for(|closing| *closing).await;
    }

    pub(crate) fn tell(&self, case: &Case) {
        // Nobody watching is no error.
        let _ = self.changes.send(Change::of(case));
    }

    /// Passes on what other nodes change, for as long as the desk is open.
    pub async fn hear_of_others(self) {
        let mut others = self.store.changes();
        loop {
            tokio::select! {
                change = others.next() => {
                    let _ = self.changes.send(change);
                }
                () = self.closed() => return,
            }
        }
    }

    /// Carries out what is due in the outbox, once. Returns how many orders were carried out.
    pub async fn run_outbox(&self, worker: &str) -> Result<usize, StoreError> {
        let orders = self.store.claim_orders(worker, self.now(), LEASE, ORDERS_AT_ONCE).await?;
        let count = orders.len();
        // Side by side: a mail server that takes its time holds up no other order.
        let settled = join_all(orders.iter().map(|claimed| self.settle(worker, claimed))).await;
        settled.into_iter().collect::<Result<(), StoreError>>()?;
        Ok(count)
    }

    /// Carries an order out, or puts it back for another try.
    async fn settle(&self, worker: &str, claimed: &Claimed) -> Result<(), StoreError> {
        match self.carry_out(claimed).await {
            Ok(()) => {
                self.store.finish_order(claimed.id, worker, self.now()).await?;
            }
            // Nobody waits for it any more.
            Err(error) if error.is_about_destroyed_case() => {
                tracing::info!(order = claimed.id, "an order is about a case that was destroyed, and ends");
                self.store.finish_order(claimed.id, worker, self.now()).await?;
            }
            Err(error) => {
                tracing::warn!(order = claimed.id, attempts = claimed.attempts, %error, "an order failed and waits for another try");
                let at = match error {
                    OrderError::Deliver(DeliverError::Again { at, .. }) => at,
                    OrderError::Deliver(_)
                    | OrderError::Act(_)
                    | OrderError::Send(_)
                    | OrderError::Store(_)
                    | OrderError::NoCalendar { .. }
                    | OrderError::OtherCalendar => {
                        self.now() + SignedDuration::from_secs(1 << claimed.attempts.clamp(0, 12))
                    }
                };
                self.store.retry_order(claimed.id, worker, at).await?;
            }
        }
        Ok(())
    }

    async fn carry_out(&self, claimed: &Claimed) -> Result<(), OrderError> {
        match &claimed.order {
            Order::NoteOverdue { case, step, due_at } => {
                let command = Command::NoteOverdue { step: step.clone(), due_at: *due_at };
                match self.act(&Actor::System(case::SystemJob::Clock), &Scope::All, case, command).await {
                    Ok(_) | Err(ActError::NotFound) => Ok(()),
                    Err(error) => Err(error.into()),
                }
            }
            Order::SendLetter { case, letter, dispatch } => {
                letters::send(self, case, letter, *dispatch, claimed.attempts).await?;
                Ok(())
            }
            Order::Deliver { delivery, round } => {
                webhooks::deliver(self, *delivery, *round, claimed.attempts).await?;
                Ok(())
            }
            Order::RecomputeDue { calendar, ordered_at, after } => {
                self.recompute_due_times(calendar, *ordered_at, after.as_ref()).await
            }
        }
    }

    /// Works through the outbox for as long as the desk is open. What is under way when it closes is
    /// brought to its end.
    pub async fn work(self, worker: String) {
        while !*self.closing.borrow() {
            // Listening before looking, so that an order that comes in between is not missed.
            let mut changes = self.watch();
            let rest = match self.run_outbox(&worker).await {
                Ok(0) => match self.store.next_order_at().await {
                    Ok(Some(at)) => {
                        Duration::try_from(at.duration_since(self.now())).unwrap_or_default().min(REST_MAX)
                    }
                    Ok(None) => REST_MAX,
                    Err(error) => {
                        tracing::warn!(%error, "the outbox cannot be read; trying again shortly");
                        REST_MAX
                    }
                },
                Ok(_) => continue,
                Err(error) => {
                    tracing::warn!(%error, "the outbox cannot be worked through; trying again shortly");
                    REST_MAX
                }
            };
            let rested = async {
                tokio::time::sleep(REST_MIN).await;
                let came = async {
                    // Whatever changes a case may have brought an order that is due at once.
                    tokio::select! {
                        _ = changes.recv() => {}
                        () = self.ordered.notified() => {}
                    }
                };
                let _ = tokio::time::timeout(rest.saturating_sub(REST_MIN), came).await;
            };
            tokio::select! {
                () = rested => {}
                () = self.closed() => {}
            }
        }
    }

    /// Notes that something was read. It is written later, together with others, unless too much waits.
    pub(crate) async fn note_reading(&self, reading: Reading) -> Result<(), StoreError> {
        if self.readings.add(reading, ReadAt::once(self.now())) {
            self.write_readings().await
        } else {
            Ok(())
        }
    }

    /// Writes what was read into the access log.
    pub async fn write_readings(&self) -> Result<(), StoreError> {
        let readings = self.readings.take();
        if readings.is_empty() {
            return Ok(());
        }
        let written = self.store.note_readings(&readings).await;
        if written.is_err() {
            self.readings.put_back(readings);
        }
        written
    }

    /// Keeps the access log for as long as the desk is open: writes what was read, and forgets what was
    /// kept for long enough, and what was mended of people with it. Once nobody reads any more,
    /// [`Desk::write_readings`] writes the rest.
    pub async fn keep_readings(self, kept: SignedDuration) {
        let mut forget_at = self.now();
        while !*self.closing.borrow() {
            let _ = tokio::time::timeout(READINGS_WAIT, self.closed()).await;
            let now = self.now();
            let mut done = self.write_readings().await;
            if done.is_ok() && forget_at <= now {
                forget_at = now + FORGET_EVERY;
                done = self.store.forget_readings(now - kept).await.map(drop);
                if done.is_ok() {
                    let before = now - CORRECTIONS_KEPT;
                    done = self.store.forget_corrections(before).await.map(drop);
                }
            }
            if let Err(error) = done {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, "the access log cannot be written; trying again shortly");
            }
        }
    }

    /// The first year that the open cases need and a new calendar does not have: all from the first of them on.
    pub async fn missing_year(&self) -> Result<Option<i16>, StoreError> {
        if self.store.calendar_ordered().await? == Some(self.calendar_name()) {
            return Ok(None);
        }
        let first = self.store.open_case_numbers(None, 1).await?;
        let registered = first.first().and_then(|number| number.as_str().split('-').next()?.parse().ok());
        let Some(registered) = registered else { return Ok(None) };
        let mut needed = registered..=self.today().year();
        Ok(needed.find(|needed| self.calendar.years().all(|year| year != *needed)))
    }

    /// Orders that the due times of all open cases be recomputed, if the calendar is not the one for which
    /// that was done before. Returns whether it was ordered.
    pub async fn order_recomputing(&self) -> Result<bool, StoreError> {
        self.store.order_recomputing(&self.calendar_name(), self.now()).await
    }

    /// Recomputes the due times of the next open cases under the calendar of an order, and orders the rest.
    /// Every due time that moves is an event that keeps the old one. Until then a case keeps the due times that
    /// it has, and whatever is decided on it goes by the calendar as it is now.
    async fn recompute_due_times(
        &self,
        calendar: &str,
        ordered_at: Timestamp,
        after: Option<&CaseNo>,
    ) -> Result<(), OrderError> {
        if self.store.calendar_ordered().await?.as_deref() != Some(calendar) {
            // By now there is yet another calendar, and another order for it.
            return Ok(());
        }
        if self.calendar_name() != calendar {
            return Err(OrderError::OtherCalendar);
        }
        let numbers = self.store.open_case_numbers(after, RECOMPUTED_AT_ONCE).await?;
        for number in &numbers {
            let by = Actor::System(case::SystemJob::Calendar);
            match self.act(&by, &Scope::All, number, Command::RecomputeDue).await {
                Ok(_) | Err(ActError::NotFound | ActError::Store(StoreError::Destroyed { .. })) => {}
                Err(ActError::Refused(Refusal::NoCalendar { year })) => {
                    return Err(OrderError::NoCalendar { year });
                }
                Err(error) => return Err(error.into()),
            }
        }
        if let Some(last) = numbers.last() {
            self.store.go_on_recomputing(calendar, ordered_at, last).await?;
        } else {
            tracing::info!("the due times of all open cases fit the calendar");
        }
        Ok(())
    }

    fn calendar_name(&self) -> String {
        format!("{:016x}", self.calendar.fingerprint())
    }
}
