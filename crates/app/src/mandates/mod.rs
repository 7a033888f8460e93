//! Mandat: who acts in whose place and until when, and who is away. A mandate takes effect and ends by
//! itself; it can be revoked, and is never deleted.

mod acting;
mod unattended;

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use serde::Deserialize;
use sop::case::{PersonId, Problem as FieldFault, read_date};
use sop::definition::Role;
use sop::letter::Capacity;
use sop::mandate::{Mandate, MandateId, MandateRefusal, can_be_passed_on};
use store::{Absence, MandateError, MandateRow, Person};

pub use acting::{acting, doer, for_whom, giver_of, givers, right_to, sentence};
pub use unattended::{Unattended, unattended};

use crate::cases::rail;
use crate::ctx::{Ctx, Page};
use crate::form::{self, Control, ErrorLink, FieldView, OptionView, Typed};
use crate::policy::{self, Place};
use crate::problem::{self, Obstacle, Problem};

/// The fields of the form that gives a mandate.
const GIVER: &str = "giver";
const TAKER: &str = "taker";
const CAPACITY: &str = "capacity";
const ROLES: &str = "roles";
const FROM: &str = "from";
const UNTIL: &str = "until";
const BASIS: &str = "basis";
/// The fields of the form that notes an absence.
const ABSENT: &str = "absent";
const ABSENT_FROM: &str = "absent-from";
const ABSENT_UNTIL: &str = "absent-until";
const ABSENT_REASON: &str = "absent-reason";

/// Where mandates are seen.
const PAGE: &str = "/mandates";
/// How many mandates that are over are listed.
const OVER_MAX: usize = 50;

/// The capacities in which a mandate lets somebody act.
const CAPACITIES: [Capacity; 3] = [Capacity::Daily, Capacity::Acting, Capacity::OnBehalf];

#[derive(Template)]
#[template(path = "mandates/index.html")]
struct MandatesPage {
    page: Page,
    errors: Vec<ErrorLink>,
    /// Those in force, those to come and those that are over, each with its heading.
    groups: Vec<GroupView>,
    /// The form that gives one; none for those who may give none.
    fields: Vec<FieldView>,
    is_giving: bool,
    absences: Vec<AbsenceView>,
    absence_fields: Vec<FieldView>,
    is_noting: bool,
}

struct GroupView {
    id: &'static str,
    title: String,
    mandates: Vec<MandateView>,
}

struct MandateView {
    id: MandateId,
    what: String,
    days: String,
    roles: String,
    entered: String,
    /// Who revoked it and why.
    revoked: Option<String>,
    /// The form that revokes it; none where the reader may not, or it is over.
    reason: Option<FieldView>,
}

struct AbsenceView {
    id: u32,
    name: String,
    said: String,
    /// The reader may say that they are back.
    may_end: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct For {
    /// Whose mandate is about to be given.
    giver: String,
}

/// A field that has to be mended, and how.
type Fault = (String, String);

/// `GET /mandates`
pub async fn index(ctx: Ctx, Query(For { giver }): Query<For>) -> Result<Response, Problem> {
    ctx.enter(Place::Mandates)?;
    let mut asked = sop::case::Entries::new();
    if !giver.is_empty() {
        asked.insert(GIVER.to_owned(), vec![giver]);
    }
    page(&ctx, &Typed::from_entries(asked), &[]).await
}

/// `POST /mandates`
pub async fn give(ctx: Ctx, typed: Typed) -> Result<Response, Problem> {
    ctx.enter(Place::GivingMandates)?;
    let (desk, by) = (&ctx.desk, &ctx.person.id);
    let people = desk.store.people(desk.today()).await?;
    let (mandate, giver, taker) = match read(&ctx, &people, &typed) {
        Ok(read) => read,
        Err(faults) => return page(&ctx, &typed, &faults).await,
    };
    let (now, sop) = (desk.now(), desk.sop());
    let today = desk.today();
    let given = desk.store.give_mandate(&mandate, by, now, |beside| {
        mandate.give(sop, beside, &giver.roles, &taker.roles, by, today)
    });
    match given.await {
        Ok(id) => Ok(Redirect::to(&format!("{PAGE}#mandat-{id}")).into_response()),
        Err(MandateError::Refused(refusal)) => {
            let fault = refused(&ctx, &people, refusal);
            page(&ctx, &typed, &[fault]).await
        }
        Err(MandateError::Store(error)) => Err(error.into()),
    }
}

/// `POST /mandates/{id}/revocation`
pub async fn revoke(ctx: Ctx, Path(id): Path<u32>, typed: Typed) -> Result<Response, Problem> {
    ctx.enter(Place::GivingMandates)?;
    let (store, id) = (&ctx.desk.store, MandateId(id));
    let row = store.mandates_with(&[id]).await?.pop().ok_or(Problem::NotFound)?;
    let giver = store.person(&row.mandate.giver, ctx.desk.today()).await?.ok_or(Problem::NotFound)?;
    if !policy::speaks_for(&ctx.person, &giver) {
        return Err(Problem::NotFound);
    }
    match line(&ctx, &typed, &reason_control(id)) {
        Ok(reason) => {
            // Whoever was faster has revoked it just as well.
            store.revoke_mandate(id, &reason, &ctx.person.id, ctx.desk.now()).await?;
            Ok(Redirect::to(&format!("{PAGE}#mandat-{id}")).into_response())
        }
        Err(fault) => page(&ctx, &typed, &[fault]).await,
    }
}

/// `POST /absences`
pub async fn note_absence(ctx: Ctx, typed: Typed) -> Result<Response, Problem> {
    ctx.enter(Place::GivingMandates)?;
    let (store, words) = (&ctx.desk.store, ctx.words);
    let person = store.person(&PersonId::new(typed.one(ABSENT)), ctx.desk.today()).await?;
    let person = person.filter(|person| policy::speaks_for(&ctx.person, person));
    let mut faults = Vec::new();
    if person.is_none() {
        faults.push((ABSENT.to_owned(), words.t("fault-choose-one").to_string()));
    }
    let from = date(&ctx, &typed, ABSENT_FROM).map_err(|fault| faults.push(fault)).ok();
    let until = date(&ctx, &typed, ABSENT_UNTIL).map_err(|fault| faults.push(fault)).ok();
    let reason = line(&ctx, &typed, ABSENT_REASON).map_err(|fault| faults.push(fault)).ok();
    if from > until && until.is_some() {
        faults.push((ABSENT_UNTIL.to_owned(), words.t("mandate-reversed").to_string()));
    }
    match (person, from, until, reason) {
        (Some(person), Some(from), Some(until), Some(reason)) if faults.is_empty() => {
            let by = &ctx.person.id;
            store.add_absence(&person.id, from, until, &reason, by, ctx.desk.now()).await?;
            Ok(Redirect::to(&format!("{PAGE}#absen")).into_response())
        }
        _ => page(&ctx, &typed, &faults).await,
    }
}

/// `POST /absences/{id}/return`: they are back today.
pub async fn end_absence(ctx: Ctx, Path(id): Path<u32>) -> Result<Response, Problem> {
    ctx.enter(Place::GivingMandates)?;
    let (store, today) = (&ctx.desk.store, ctx.desk.today());
    let absences = store.absences(today, Date::MAX).await?;
    let absence = absences.into_iter().find(|absence| absence.id == id).ok_or(Problem::NotFound)?;
    let person = store.person(&absence.person, ctx.desk.today()).await?.ok_or(Problem::NotFound)?;
    if !policy::speaks_for(&ctx.person, &person) {
        return Err(Problem::NotFound);
    }
    store.end_absence(id, today).await?;
    Ok(Redirect::to(&format!("{PAGE}#absen")).into_response())
}

fn reason_control(id: MandateId) -> String {
    format!("reason-{id}")
}

/// A mandate as it was typed, with its giver and its taker, or everything that has to be mended.
fn read<'a>(
    ctx: &Ctx,
    people: &'a [Person],
    typed: &Typed,
) -> Result<(Mandate, &'a Person, &'a Person), Vec<Fault>> {
    let (words, sop) = (ctx.words, ctx.desk.sop());
    let mut faults = Vec::new();
    let chosen = |field| people.iter().find(|person| person.id == *typed.one(field));
    let giver = chosen(GIVER).filter(|giver| policy::speaks_for(&ctx.person, giver));
    let taker = chosen(TAKER);
    let capacity = CAPACITIES.into_iter().find(|capacity| acting::name_of(*capacity) == typed.one(CAPACITY));
    for (field, is_missing) in
        [(GIVER, giver.is_none()), (TAKER, taker.is_none()), (CAPACITY, capacity.is_none())]
    {
        if is_missing {
            faults.push((field.to_owned(), words.t("fault-choose-one").to_string()));
        }
    }
    let from = date(ctx, typed, FROM).map_err(|fault| faults.push(fault)).ok();
    let until = date(ctx, typed, UNTIL).map_err(|fault| faults.push(fault)).ok();
    let basis = line(ctx, typed, BASIS).map_err(|fault| faults.push(fault)).ok();
    let (Some(giver), Some(taker), Some(capacity), Some(from), Some(until), Some(basis)) =
        (giver, taker, capacity, from, until, basis)
    else {
        return Err(faults);
    };
    let roles = match typed.all(ROLES) {
        [] => giver.roles.iter().filter(|role| can_be_passed_on(sop, role)).cloned().collect(),
        ticked => ticked.iter().map(Role::new).collect(),
    };
    let (giver_id, taker_id) = (giver.id.clone(), taker.id.clone());
    Ok((Mandate { giver: giver_id, taker: taker_id, capacity, roles, from, until, basis }, giver, taker))
}

fn date(ctx: &Ctx, typed: &Typed, field: &str) -> Result<Date, Fault> {
    read_date(typed.one(field))
        .ok_or_else(|| (field.to_owned(), form::fault(ctx.words, FieldFault::NotADate, None)))
}

/// One line of text that has to be there.
fn line(ctx: &Ctx, typed: &Typed, field: &str) -> Result<String, Fault> {
    form::line(ctx.words, typed, field).map_err(|sentence| (field.to_owned(), sentence))
}

/// The field that has to be mended before the rules let a mandate pass, and how.
fn refused(ctx: &Ctx, people: &[Person], refusal: MandateRefusal) -> Fault {
    let words = ctx.words;
    let role = |role: &Role| rail::role(words, role.as_str());
    let (field, sentence) = match refusal {
        MandateRefusal::ToOneself => (TAKER, words.t("mandate-to-oneself")),
        MandateRefusal::TakerEnters => (TAKER, words.t("mandate-taker-enters")),
        MandateRefusal::TakerAudits => (TAKER, words.t("mandate-taker-audits")),
        MandateRefusal::Reversed => (UNTIL, words.t("mandate-reversed")),
        MandateRefusal::Over => (UNTIL, words.t("mandate-past")),
        MandateRefusal::NoRoles => (ROLES, words.t("mandate-no-roles")),
        MandateRefusal::StaysWithHolder { role: held } => {
            (ROLES, words.t("mandate-stays").with("role", role(&held)))
        }
        MandateRefusal::NotTheirs { role: held } => {
            (ROLES, words.t("mandate-not-theirs").with("role", role(&held)))
        }
        MandateRefusal::Loops { day, through } => {
            let names: Vec<&str> = through.iter().map(|person| name(people, person)).collect();
            let phrase = words.t("mandate-loops").with("date", words.date(day));
            (TAKER, phrase.with("through", names.join(" → ")))
        }
    };
    (field.to_owned(), sentence.to_string())
}

fn name<'a>(people: &'a [Person], id: &PersonId) -> &'a str {
    people.iter().find(|person| person.id == *id).map_or("", |person| &person.name)
}

/// The page, as it is or with a form that was refused.
async fn page(ctx: &Ctx, typed: &Typed, faults: &[Fault]) -> Result<Response, Problem> {
    let (words, store) = (ctx.words, &ctx.desk.store);
    let people = store.people(ctx.desk.today()).await?;
    let by_id: HashMap<&PersonId, &Person> = people.iter().map(|person| (&person.id, person)).collect();
    let speaks_for =
        |id: &PersonId| by_id.get(id).is_some_and(|person| policy::speaks_for(&ctx.person, person));
    let may_read = |id: &PersonId| {
        *id == ctx.person.id || policy::may(&ctx.person, Place::AllMandates) || speaks_for(id)
    };
    let writer = Writer { ctx, people: &people, typed, faults };
    let today = ctx.desk.today();

    let rows = store.mandates().await?;
    let rows = rows.iter().filter(|row| may_read(&row.mandate.giver) || may_read(&row.mandate.taker));
    let mut groups: [(&'static str, &'static str, Vec<MandateView>); 3] = [
        ("berlaku", "mandates-in-force", Vec::new()),
        ("mendatang", "mandates-to-come", Vec::new()),
        ("berakhir", "mandates-over", Vec::new()),
    ];
    for row in rows {
        let group = match row {
            MandateRow { revoked: Some(_), .. } => 2,
            row if row.mandate.until < today => 2,
            row if today < row.mandate.from => 1,
            _ => 0,
        };
        let is_over = group == 2;
        if !is_over || groups[group].2.len() < OVER_MAX {
            let may_revoke = !is_over && speaks_for(&row.mandate.giver);
            groups[group].2.push(writer.mandate(row, may_revoke));
        }
    }
    let absences = store.absences(today, Date::MAX).await?;
    let absences = absences.iter().filter(|absence| may_read(&absence.person));
    let absences = absences.map(|absence| writer.absence(absence, speaks_for(&absence.person))).collect();

    let givers: Vec<&Person> =
        people.iter().filter(|person| policy::speaks_for(&ctx.person, person)).collect();
    let (fields, absence_fields) = if givers.is_empty() {
        (Vec::new(), Vec::new())
    } else {
        (writer.mandate_fields(&givers), writer.absence_fields(&givers))
    };
    let groups: Vec<GroupView> = groups
        .into_iter()
        .filter(|(id, _, mandates)| *id == "berlaku" || !mandates.is_empty())
        .map(|(id, key, mandates)| GroupView { id, title: words.t(key).to_string(), mandates })
        .collect();
    let reasons = groups.iter().flat_map(|group| &group.mandates).filter_map(|row| row.reason.as_ref());
    let errors = fields.iter().chain(&absence_fields).chain(reasons).filter_map(|field| {
        let sentence = format!("{}: {}", field.label, field.error.as_ref()?);
        Some(ErrorLink { field: field.name.clone(), sentence })
    });
    let has_fault = |fields: &[FieldView]| fields.iter().any(|field| field.error.is_some());
    let title = words.t("mandates-title").to_string();
    let title =
        if faults.is_empty() { title } else { words.t("title-mend").with("title", title).to_string() };
    let template = MandatesPage {
        page: ctx.page(&title),
        errors: errors.collect(),
        groups,
        is_giving: has_fault(&fields) || (faults.is_empty() && !typed.one(GIVER).is_empty()),
        is_noting: has_fault(&absence_fields),
        fields,
        absences,
        absence_fields,
    };
    problem::page(&template, (!faults.is_empty()).then_some(Obstacle::Mend))
}

/// What the page is written with.
struct Writer<'a> {
    ctx: &'a Ctx,
    people: &'a [Person],
    typed: &'a Typed,
    faults: &'a [Fault],
}

impl Writer<'_> {
    fn mandate(&self, row: &MandateRow, may_revoke: bool) -> MandateView {
        let words = self.ctx.words;
        let MandateRow { id, mandate, .. } = row;
        let roles: Vec<String> =
            mandate.roles.iter().map(|role| rail::role(words, role.as_str()).to_owned()).collect();
        let what = for_whom(words.t("mandate-what"), mandate.capacity, self.name(&mandate.giver))
            .with("taker", self.name(&mandate.taker));
        MandateView {
            id: *id,
            what: what.to_string(),
            days: words
                .t("mandate-days")
                .with("from", words.date(mandate.from))
                .with("until", words.date(mandate.until))
                .with("basis", mandate.basis.clone())
                .to_string(),
            roles: roles.join(", "),
            entered: words
                .t("mandate-entered")
                .with("who", self.name(&row.entered_by))
                .with("when", words.short_moment(row.entered_at, self.ctx.desk.calendar.zone()))
                .to_string(),
            revoked: row.revoked.as_ref().map(|revoked| {
                words
                    .t("mandate-revoked")
                    .with("who", self.name(&revoked.by))
                    .with("when", words.short_moment(revoked.at, self.ctx.desk.calendar.zone()))
                    .with("reason", revoked.reason.clone())
                    .to_string()
            }),
            reason: may_revoke.then(|| {
                let name = reason_control(*id);
                let value = self.typed.one(&name).to_owned();
                self.field(&name, "mandate-revoke-reason", None, true, Control::Line { value })
            }),
        }
    }

    fn absence(&self, absence: &Absence, may_end: bool) -> AbsenceView {
        let words = self.ctx.words;
        AbsenceView {
            id: absence.id,
            name: self.name(&absence.person),
            said: words
                .t("absence-said")
                .with("from", words.date(absence.from))
                .with("until", words.date(absence.until))
                .with("reason", absence.reason.clone())
                .to_string(),
            may_end,
        }
    }

    fn mandate_fields(&self, givers: &[&Person]) -> Vec<FieldView> {
        let (words, sop) = (self.ctx.words, self.ctx.desk.sop());
        let line = |field| Control::Line { value: self.typed.one(field).to_owned() };
        let date = |field| Control::Date { value: self.typed.one(field).to_owned() };
        let capacities = CAPACITIES.map(|capacity| {
            let id = acting::name_of(capacity).to_owned();
            let label = words.t(&format!("capacity-{id}")).to_string();
            OptionView { label, hint: None, chosen: self.typed.one(CAPACITY) == id, id }
        });
        let performers = sop.performers.iter().map(|performer| performer.id.as_str());
        let roles = performers.chain([sop::case::roles::AGENDA]).map(|role| OptionView {
            id: role.to_owned(),
            label: rail::role(words, role).to_owned(),
            hint: None,
            chosen: self.typed.all(ROLES).iter().any(|ticked| ticked == role),
        });
        let takers: Vec<&Person> = self.people.iter().collect();
        let capacities = Control::Choice { options: capacities.into() };
        let roles = Control::Choices { options: roles.collect() };
        vec![
            self.field(GIVER, "mandate-giver", None, true, self.person(GIVER, givers)),
            self.field(TAKER, "mandate-taker", None, true, self.person(TAKER, &takers)),
            self.field(CAPACITY, "mandate-capacity", None, true, capacities),
            self.field(ROLES, "mandate-roles", Some("mandate-roles-hint"), false, roles),
            self.field(FROM, "mandate-from", Some("mandate-date-hint"), true, date(FROM)),
            self.field(UNTIL, "mandate-until", None, true, date(UNTIL)),
            self.field(BASIS, "mandate-basis", Some("mandate-basis-hint"), true, line(BASIS)),
        ]
    }

    fn absence_fields(&self, people: &[&Person]) -> Vec<FieldView> {
        let line = |field| Control::Line { value: self.typed.one(field).to_owned() };
        let date = |field| Control::Date { value: self.typed.one(field).to_owned() };
        vec![
            self.field(ABSENT, "absence-who", None, true, self.person(ABSENT, people)),
            self.field(ABSENT_FROM, "mandate-from", Some("mandate-date-hint"), true, date(ABSENT_FROM)),
            self.field(ABSENT_UNTIL, "mandate-until", None, true, date(ABSENT_UNTIL)),
            self.field(
                ABSENT_REASON,
                "absence-reason",
                Some("absence-reason-hint"),
                true,
                line(ABSENT_REASON),
            ),
        ]
    }

    fn person(&self, field: &str, people: &[&Person]) -> Control {
        let option = |person: &&Person| OptionView {
            id: person.id.to_string(),
            label: format!("{}, {}", person.name, person.position),
            hint: None,
            chosen: person.id == *self.typed.one(field),
        };
        let prompt = self.ctx.words.t("choose-somebody").to_string();
        Control::Select { prompt, options: people.iter().map(option).collect() }
    }

    fn field(
        &self,
        name: &str,
        key: &str,
        hint: Option<&str>,
        required: bool,
        control: Control,
    ) -> FieldView {
        let words = self.ctx.words;
        let fault = self.faults.iter().find(|(field, _)| field == name);
        FieldView {
            name: name.to_owned(),
            label: words.t(key).to_string(),
            hint: hint.map(|key| words.t(key).to_string()),
            control,
            required,
            error: fault.map(|(_, sentence)| sentence.clone()),
        }
    }

    fn name(&self, id: &PersonId) -> String {
        name(self.people, id).to_owned()
    }
}
