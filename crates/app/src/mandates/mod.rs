//! Mandat: who acts in whose place and until when, and who is away. A mandate takes effect and ends by
//! itself; it can be revoked, and is never deleted.

mod acting;
mod circle;
mod unattended;

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

pub use acting::{
    acting, doer, for_whom, giver_of, givers, name_of as name_of_capacity, right_to, right_to_row, sentence,
};
pub use circle::{Circle, Stands};
pub use unattended::{Unattended, unattended};

use crate::cases::rail;
use crate::ctx::{Ctx, Page};
use crate::form::{self, Control, ErrorLink, FieldView, OptionView, Typed};
use crate::policy::{self, Place};
use crate::problem::{self, Obstacle, Problem};
use crate::words::Words;

/// The fields of the form that gives a mandate.
pub const GIVER: &str = "giver";
pub const TAKER: &str = "taker";
pub const CAPACITY: &str = "capacity";
pub const ROLES: &str = "roles";
pub const FROM: &str = "from";
pub const UNTIL: &str = "until";
pub const BASIS: &str = "basis";
/// The fields of the form that notes an absence.
pub const ABSENT: &str = "absent";
pub const ABSENT_FROM: &str = "absent-from";
pub const ABSENT_UNTIL: &str = "absent-until";
pub const ABSENT_REASON: &str = "absent-reason";

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
#[derive(Clone, Debug)]
pub struct Fault {
    pub field: String,
    /// What is wrong, for programs.
    pub code: &'static str,
    pub sentence: String,
}

impl Fault {
    fn of(words: Words, field: &str, fault: FieldFault) -> Self {
        let sentence = form::fault(words, fault, None);
        Self { field: field.to_owned(), code: form::code(fault), sentence }
    }

    fn choose(words: Words, field: &str) -> Self {
        let sentence = words.t("fault-choose-one").to_string();
        Self { field: field.to_owned(), code: form::code(FieldFault::NotAnOption), sentence }
    }
}

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
    match enter(&ctx, &typed).await? {
        Ok(id) => Ok(Redirect::to(&format!("{PAGE}#mandat-{id}")).into_response()),
        Err(faults) => page(&ctx, &typed, &faults).await,
    }
}

/// Gives a mandate as it was filled in, or answers with everything that has to be mended.
pub async fn enter(ctx: &Ctx, typed: &Typed) -> Result<Result<MandateId, Vec<Fault>>, Problem> {
    ctx.enter(Place::GivingMandates)?;
    let (desk, by) = (&ctx.desk, &ctx.person.id);
    let people = desk.store.people(desk.today()).await?;
    let (mandate, giver, taker) = match read(ctx, &people, typed) {
        Ok(read) => read,
        Err(faults) => return Ok(Err(faults)),
    };
    let (now, sop) = (desk.now(), desk.sop());
    let today = desk.today();
    let given = desk.store.give_mandate(&mandate, by, now, |beside| {
        mandate.give(sop, beside, &giver.roles, &taker.roles, by, today)
    });
    match given.await {
        Ok(id) => Ok(Ok(id)),
        Err(MandateError::Refused(refusal)) => Ok(Err(vec![refused(ctx, &people, refusal)])),
        Err(MandateError::Store(error)) => Err(error.into()),
    }
}

/// `POST /mandates/{id}/revocation`
pub async fn revoke(ctx: Ctx, Path(id): Path<u32>, typed: Typed) -> Result<Response, Problem> {
    let id = revocable(&ctx, id).await?;
    match line(&ctx, &typed, &reason_control(id)) {
        Ok(reason) => {
            // Whoever was faster has revoked it just as well.
            ctx.desk.store.revoke_mandate(id, &reason, &ctx.person.id, ctx.desk.now()).await?;
            Ok(Redirect::to(&format!("{PAGE}#mandat-{id}")).into_response())
        }
        Err(fault) => page(&ctx, &typed, &[fault]).await,
    }
}

/// A mandate that this person may revoke.
pub async fn revocable(ctx: &Ctx, id: u32) -> Result<MandateId, Problem> {
    ctx.enter(Place::GivingMandates)?;
    let (store, id) = (&ctx.desk.store, MandateId(id));
    let row = store.mandates_with(&[id]).await?.pop().ok_or(Problem::NotFound)?;
    let giver = store.person(&row.mandate.giver, ctx.desk.today()).await?.ok_or(Problem::NotFound)?;
    if policy::speaks_for(&ctx.person, &giver) { Ok(id) } else { Err(Problem::NotFound) }
}

/// `POST /absences`
pub async fn note_absence(ctx: Ctx, typed: Typed) -> Result<Response, Problem> {
    match enter_absence(&ctx, &typed).await? {
        Ok(_) => Ok(Redirect::to(&format!("{PAGE}#absen")).into_response()),
        Err(faults) => page(&ctx, &typed, &faults).await,
    }
}

/// Notes an absence as it was filled in, or answers with everything that has to be mended.
pub async fn enter_absence(ctx: &Ctx, typed: &Typed) -> Result<Result<Absence, Vec<Fault>>, Problem> {
    ctx.enter(Place::GivingMandates)?;
    let (store, words) = (&ctx.desk.store, ctx.words);
    let person = store.person(&PersonId::new(typed.one(ABSENT)), ctx.desk.today()).await?;
    let person = person.filter(|person| policy::speaks_for(&ctx.person, person));
    let mut faults = Vec::new();
    if person.is_none() {
        faults.push(Fault::choose(words, ABSENT));
    }
    let from = date(ctx, typed, ABSENT_FROM).map_err(|fault| faults.push(fault)).ok();
    let until = date(ctx, typed, ABSENT_UNTIL).map_err(|fault| faults.push(fault)).ok();
    let reason = line(ctx, typed, ABSENT_REASON).map_err(|fault| faults.push(fault)).ok();
    if from > until && until.is_some() {
        let sentence = words.t("mandate-reversed").to_string();
        faults.push(Fault { field: ABSENT_UNTIL.to_owned(), code: "reversed", sentence });
    }
    match (person, from, until, reason) {
        (Some(person), Some(from), Some(until), Some(reason)) if faults.is_empty() => {
            let by = &ctx.person.id;
            let id = store.add_absence(&person.id, from, until, &reason, by, ctx.desk.now()).await?;
            Ok(Ok(Absence { id, person: person.id, from, until, reason }))
        }
        _ => Ok(Err(faults)),
    }
}

/// `POST /absences/{id}/return`: they are back today.
pub async fn end_absence(ctx: Ctx, Path(id): Path<u32>) -> Result<Response, Problem> {
    is_back(&ctx, id).await?;
    Ok(Redirect::to(&format!("{PAGE}#absen")).into_response())
}

/// Lets an absence end today: whoever was away is back.
pub async fn is_back(ctx: &Ctx, id: u32) -> Result<(), Problem> {
    ctx.enter(Place::GivingMandates)?;
    let (store, today) = (&ctx.desk.store, ctx.desk.today());
    let absences = store.absences(today, Date::MAX).await?;
    let absence = absences.into_iter().find(|absence| absence.id == id).ok_or(Problem::NotFound)?;
    let person = store.person(&absence.person, ctx.desk.today()).await?.ok_or(Problem::NotFound)?;
    if !policy::speaks_for(&ctx.person, &person) {
        return Err(Problem::NotFound);
    }
    store.end_absence(id, today).await?;
    Ok(())
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
            faults.push(Fault::choose(words, field));
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
    read_date(typed.one(field)).ok_or_else(|| Fault::of(ctx.words, field, FieldFault::NotADate))
}

/// One line of text that has to be there.
fn line(ctx: &Ctx, typed: &Typed, field: &str) -> Result<String, Fault> {
    form::line(typed.one(field)).map_err(|fault| Fault::of(ctx.words, field, fault))
}

/// The field that has to be mended before the rules let a mandate pass, and how.
fn refused(ctx: &Ctx, people: &[Person], refusal: MandateRefusal) -> Fault {
    let words = ctx.words;
    let role = |role: &Role| rail::role(words, role.as_str());
    let (field, code, sentence) = match refusal {
        MandateRefusal::ToOneself => (TAKER, "to-oneself", words.t("mandate-to-oneself")),
        MandateRefusal::TakerEnters => (TAKER, "taker-enters", words.t("mandate-taker-enters")),
        MandateRefusal::TakerAudits => (TAKER, "taker-audits", words.t("mandate-taker-audits")),
        MandateRefusal::Reversed => (UNTIL, "reversed", words.t("mandate-reversed")),
        MandateRefusal::Over => (UNTIL, "over", words.t("mandate-past")),
        MandateRefusal::NoRoles => (ROLES, "no-roles", words.t("mandate-no-roles")),
        MandateRefusal::StaysWithHolder { role: held } => {
            (ROLES, "stays-with-holder", words.t("mandate-stays").with("role", role(&held)))
        }
        MandateRefusal::NotTheirs { role: held } => {
            (ROLES, "not-theirs", words.t("mandate-not-theirs").with("role", role(&held)))
        }
        MandateRefusal::Loops { day, through } => {
            let name = |id: &PersonId| {
                people.iter().find(|person| person.id == *id).map_or("", |person| &person.name)
            };
            let names: Vec<&str> = through.iter().map(name).collect();
            let phrase = words.t("mandate-loops").with("date", words.date(day));
            (TAKER, "loops", phrase.with("through", names.join(" → ")))
        }
    };
    Fault { field: field.to_owned(), code, sentence: sentence.to_string() }
}

/// The page, as it is or with a form that was refused.
async fn page(ctx: &Ctx, typed: &Typed, faults: &[Fault]) -> Result<Response, Problem> {
    let words = ctx.words;
    let circle = Circle::of(ctx).await?;
    let writer = Writer { ctx, circle: &circle, typed, faults };
    let mut groups: [(&'static str, &'static str, Vec<MandateView>); 3] = [
        ("berlaku", "mandates-in-force", Vec::new()),
        ("mendatang", "mandates-to-come", Vec::new()),
        ("berakhir", "mandates-over", Vec::new()),
    ];
    for row in &circle.mandates().await? {
        let stands = Stands::on(ctx.desk.today(), row);
        let group = &mut groups[match stands {
            Stands::InForce => 0,
            Stands::ToCome => 1,
            Stands::Over => 2,
        }];
        let is_over = stands == Stands::Over;
        if !is_over || group.2.len() < OVER_MAX {
            let may_revoke = !is_over && circle.speaks_for(&row.mandate.giver);
            group.2.push(writer.mandate(row, may_revoke));
        }
    }
    let absences = circle.absences().await?;
    let absences = absences.iter();
    let absences =
        absences.map(|absence| writer.absence(absence, circle.speaks_for(&absence.person))).collect();

    let givers: Vec<&Person> =
        circle.people.iter().filter(|person| policy::speaks_for(&ctx.person, person)).collect();
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
    circle: &'a Circle<'a>,
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
        let takers: Vec<&Person> = self.circle.people.iter().collect();
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
        let fault = self.faults.iter().find(|fault| fault.field == name);
        FieldView {
            name: name.to_owned(),
            label: words.t(key).to_string(),
            hint: hint.map(|key| words.t(key).to_string()),
            control,
            required,
            error: fault.map(|fault| fault.sentence.clone()),
        }
    }

    fn name(&self, id: &PersonId) -> String {
        self.circle.name(id)
    }
}
