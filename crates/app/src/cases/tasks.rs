//! The tasks of a case that wait, each with its form where it waits for the reader.

use std::collections::{BTreeMap, HashMap};

use sop::Sop;
use sop::assignment::needed;
use sop::case::{Assignee, Case, Command, Entries, Office, PersonId, Refusal, Task, TaskId, decide};
use sop::definition::{Field, FieldId, Outcome, OutcomeId, Stage, Target};
use store::{Kept, KeyFile, Reservation, SigningKey};

use super::choice::Choice;
use super::offers::is_offered;
use super::refusal::{Refused, RefusedForm, refusal_sentence};
use super::tracks::StepDue;
use super::{history, rail, tracks};
use crate::ctx::Ctx;
use crate::form::{ErrorLink, FieldView, FormState, Typed};
use crate::letters::{self, Revised};
use crate::mandates;
use crate::policy::{self, Place};
use crate::words::Words;
use crate::workload::Team;

/// What somebody recorded: each field with its text.
pub type RecordView = Vec<(String, String)>;

/// A task that waits, with its form where it waits for the reader.
#[derive(Debug)]
pub struct TaskView {
    pub id: u32,
    pub step: String,
    pub node_class: String,
    pub title: String,
    /// The row's own words.
    pub activity: String,
    pub quoted: String,
    pub waits_for: String,
    pub mine: bool,
    /// In whose place the reader would do it, in a sentence; none for whoever does it by own right.
    pub acting: Option<String>,
    /// Why it does not wait for the reader, who holds the role.
    pub barred: Option<String>,
    /// What those wrote from whom the task comes: who and what, and their record.
    pub before: Vec<(String, RecordView)>,
    pub logged: Vec<(String, RecordView)>,
    pub log_fields: Vec<FieldView>,
    /// Fields asked whatever the outcome.
    pub fields: Vec<FieldView>,
    pub outcomes: Vec<OutcomeView>,
    /// None of the outcomes was chosen.
    pub undecided: Option<String>,
    pub assignment: Option<Assignment>,
    /// Where the letter can be looked at as it will be printed.
    pub draft: Option<String>,
    /// What the letter says differently from how it was drafted.
    pub revised: Vec<Revised>,
    /// Its form leads to a document that can be looked at on the way.
    pub has_preview: bool,
    /// The reader may change the phrases with which its texts began.
    pub writes_phrases: bool,
}

#[derive(Debug)]
pub struct OutcomeView {
    pub id: String,
    pub label: String,
    pub leads_to: String,
    pub chosen: bool,
    pub fields: Vec<FieldView>,
    pub choice: Option<Choice>,
    pub error: Option<String>,
    pub signing: Option<SigningView>,
    /// Numbers set aside that its letter may take instead of the next one: value, label, whether chosen.
    pub reserved: Vec<(String, String, bool)>,
}

/// What a signer gives beside their decision.
#[derive(Debug)]
pub struct SigningView {
    /// With what the reader signs, or how they come by a key.
    pub hint: String,
    pub error: Option<String>,
}

impl SigningView {
    pub fn new(words: Words, key: Option<&SigningKey>, error: Option<String>) -> Self {
        Self { hint: key_hint(words, key), error }
    }
}

/// With what somebody signs, or how they come by a key.
fn key_hint(words: Words, key: Option<&SigningKey>) -> String {
    let with = |file: &KeyFile| words.t("sign-with").with("holder", file.holder.as_str()).to_string();
    match key.map(|key| &key.kept) {
        None => words.t("sign-no-key").to_string(),
        Some(Kept::Local(file)) => with(file),
        Some(Kept::Test(file)) => format!("{} {}", with(file), words.t("sign-test")),
        Some(Kept::Bsre(nik)) => words.t("sign-with-bsre").with("nik", nik.to_string()).to_string(),
    }
}

/// The form that gives a task to somebody else.
#[derive(Debug)]
pub struct Assignment {
    pub choice: Choice,
    pub error: Option<String>,
}

/// A case on the desk of its reader.
#[derive(Clone, Copy, Debug)]
pub struct Desk<'a> {
    pub ctx: &'a Ctx,
    pub sop: &'a Sop,
    pub case: &'a Case,
    pub names: &'a HashMap<PersonId, String>,
    /// Those to whom work can be given.
    pub team: &'a Team,
    /// Numbers of letters that were set aside.
    pub reserved: &'a [Reservation],
    pub dues: &'a [StepDue],
    /// With what the reader signs.
    pub key: Option<&'a SigningKey>,
    /// The texts with which the forms of each task begin.
    pub begun: &'a HashMap<TaskId, BTreeMap<FieldId, String>>,
    pub refused: Option<&'a Refused<'a>>,
}

impl<'a> Desk<'a> {
    pub fn tasks(&self) -> Vec<TaskView> {
        self.case.open_tasks().filter_map(|task| self.task(task)).collect()
    }

    fn task(&self, task: &Task) -> Option<TaskView> {
        let (words, sop) = (self.ctx.words, self.sop);
        let step = sop.step(&task.stage.step)?;
        let stage = step.stage(&task.stage.stage)?;
        let mine = self.has_form(task);
        let due_class = self.dues.iter().find(|due| due.step == step.no).map_or("", |due| due.due.class);
        let logged = task.log.iter().map(|entry| {
            let at = words.short_moment(entry.at, self.ctx.desk.calendar.zone());
            (at, history::record(words, sop, stage.log_fields.iter(), &entry.record))
        });
        let mut view = TaskView {
            id: task.id.0,
            step: step.no.to_string(),
            node_class: format!("{} here {due_class}", rail::shape(sop, step)),
            title: words.label(sop, &stage.label).to_owned(),
            activity: step.activity.clone(),
            quoted: words.t("case-row-verbatim").with("step", step.no.to_string()).to_string(),
            waits_for: tracks::holder(words, sop, task, self.names),
            mine,
            acting: mandates::sentence(words, &self.ctx.actor, stage, task, self.names),
            barred: self.barred(task),
            before: self.before(task),
            logged: logged.collect(),
            log_fields: Vec::new(),
            fields: Vec::new(),
            outcomes: Vec::new(),
            undecided: None,
            assignment: self.assignment(task),
            draft: letters::written_by_others(sop, &task.stage)
                .map(|_| format!("/cases/{}/documents/draft-{}", self.case.number, task.id)),
            revised: letters::revised(words, sop, self.case, task),
            has_preview: false,
            writes_phrases: false,
        };
        if mine {
            let log = RefusedForm::Progress(task.id);
            let prefix = log_prefix(task.id);
            let form = self.form(log, task.id);
            view.log_fields = stage.log_fields.iter().map(|field| form.field(&prefix, field)).collect();
            let completion = RefusedForm::Completion(task.id);
            let prefix = completion_prefix(task.id);
            let form = self.form(completion, task.id);
            let always = stage.fields.iter().filter(|field| field.only_for.is_empty());
            view.fields = always.map(|field| form.field(&prefix, field)).collect();
            let rule = self.refused.and_then(|refused| refused.rule(completion));
            view.undecided = matches!(rule, Some(Refusal::OutcomeUnknown { .. }))
                .then(|| words.t("refusal-outcome").to_string());
            let outcomes = stage.outcomes.iter();
            view.has_preview = letters::has_drafts(sop, task) && view.draft.is_none();
            view.writes_phrases = view.has_preview && policy::may(&self.ctx.person, Place::Phrases);
            view.outcomes = outcomes.map(|outcome| self.outcome(task, stage, outcome, &form, rule)).collect();
        }
        Some(view)
    }

    fn form(&self, form: RefusedForm, task: TaskId) -> FormState<'a> {
        FormState {
            words: self.ctx.words,
            sop: self.sop,
            typed: self.refused.and_then(|refused| refused.typed(form)),
            problems: self.refused.map_or(&[], |refused| refused.problems(form)),
            begun: self.begun.get(&task),
        }
    }

    /// The records that lead to a task: of the stage before it, of all branches that join in it, and
    /// for a signature the letter itself.
    fn before(&self, task: &Task) -> Vec<(String, RecordView)> {
        let (words, sop, case) = (self.ctx.words, self.sop, self.case);
        if let Some((_, document)) = letters::written_by_others(sop, &task.stage) {
            let fields = document.named_fields();
            let letter: RecordView = fields
                .filter_map(|field| {
                    Some((letters::label(words, sop, field), case.newest_text(field)?.to_owned()))
                })
                .collect();
            return vec![(words.t("letter-now").to_string(), letter)];
        }
        let leads_here = |done: &Task| {
            let outcome = sop.stage(&done.stage)?.outcome(&done.completion()?.outcome)?;
            outcome
                .to
                .iter()
                .any(|target| sop.first_stage(target).as_ref() == Some(&task.stage))
                .then_some(())
        };
        let mut leading: Vec<&Task> =
            case.tasks.iter().filter(|done| done.id < task.id && leads_here(done).is_some()).collect();
        leading.sort_by_key(|done| done.completion().map(|completion| completion.at));
        let Some(newest) = leading.last().copied() else { return Vec::new() };
        let joined = sop.step(&task.stage.step).and_then(|step| step.join.as_ref());
        let joined = joined.filter(|join| join.of.contains(&newest.stage.step));
        let together = |done: &&Task| match joined {
            Some(join) => join.of.contains(&done.stage.step) && done.round == newest.round,
            None => done.id == newest.id,
        };
        leading
            .into_iter()
            .filter(together)
            .filter_map(|done| {
                let stage = sop.stage(&done.stage)?;
                let completion = done.completion()?;
                let fields = stage.fields_for(&completion.outcome);
                let record = history::record(words, sop, fields, &completion.record);
                let who = completion
                    .by
                    .person()
                    .and_then(|person| self.names.get(person))
                    .cloned()
                    .unwrap_or_default();
                let from = words
                    .t("before")
                    .with("who", who)
                    .with("stage", words.label(sop, &stage.label).to_owned());
                (!record.is_empty()).then(|| (from.to_string(), record))
            })
            .collect()
    }

    fn outcome(
        &self,
        task: &Task,
        stage: &Stage,
        outcome: &Outcome,
        form: &FormState<'_>,
        rule: Option<&Refusal>,
    ) -> OutcomeView {
        let words = self.ctx.words;
        let prefix = completion_prefix(task.id);
        let only_here = stage.fields.iter().filter(|field| field.only_for.contains(&outcome.id));
        let chosen = match form.typed {
            Some(typed) => outcome.id == *typed.one("outcome"),
            // A stage with one way out needs no choosing.
            None => stage.outcomes.len() == 1,
        };
        let assignee = form.typed.map(|typed| typed.one("assignee"));
        OutcomeView {
            id: outcome.id.to_string(),
            label: words.label(self.sop, &outcome.label).to_owned(),
            leads_to: self.leads_to(task, outcome),
            chosen,
            fields: only_here.map(|field| form.field(&prefix, field)).collect(),
            choice: outcome.assigns.is_some().then(|| self.choice(assignee, None)),
            error: rule.filter(|_| chosen).and_then(|rule| self.member_error(rule)),
            signing: outcome.signed().map(|_| self.signing(task)),
            reserved: outcome.signed().map(|_| self.reserved(outcome, form.typed)).unwrap_or_default(),
        }
    }

    fn signing(&self, task: &Task) -> SigningView {
        let error = self.refused.and_then(|refused| refused.signing(RefusedForm::Completion(task.id)));
        SigningView::new(self.ctx.words, self.key, error.map(ToOwned::to_owned))
    }

    /// The numbers that a letter of this case may take: the day they bring is not before the request.
    fn reserved(&self, outcome: &Outcome, typed: Option<&Typed>) -> Vec<(String, String, bool)> {
        let words = self.ctx.words;
        let named = number_control(outcome.id.as_str());
        let chosen = typed.map_or("", |typed| typed.one(&named));
        let asked = self.ctx.desk.calendar.local(self.case.request.received_at).date();
        let suitable = self.reserved.iter().filter(|reservation| reservation.dated >= asked);
        let option = |reservation: &Reservation| {
            let label = words
                .t("sign-number-reserved")
                .with("number", reservation.written_number.clone())
                .with("date", words.date(reservation.dated))
                .with("purpose", reservation.purpose.clone());
            let value = reservation.number.to_string();
            let is_chosen = value == chosen;
            (value, label.to_string(), is_chosen)
        };
        suitable.map(option).collect()
    }

    /// Where the case goes from here, in words.
    fn leads_to(&self, task: &Task, outcome: &Outcome) -> String {
        let (words, sop) = (self.ctx.words, self.sop);
        let steps: Vec<String> =
            outcome.to.iter().filter_map(|target| target.step()).map(ToString::to_string).collect();
        let stays = steps.iter().all(|step| task.stage.step == *step.as_str());
        if steps.is_empty() {
            let ends = outcome.to.iter().filter_map(|target| match target {
                Target::End(end) => sop.end(end),
                Target::Step(_) | Target::Stage(_) => None,
            });
            let ends: Vec<&str> = ends.map(|end| words.label(sop, &end.label)).collect();
            words.t("outcome-ends").with("end", ends.join(", ")).to_string()
        } else if stays {
            let next = outcome.to.iter().filter_map(|target| sop.stage(&sop.first_stage(target)?));
            let next: Vec<&str> = next.map(|stage| words.label(sop, &stage.label)).collect();
            words.t("outcome-stays").with("stage", next.join(", ")).to_string()
        } else {
            let labels = outcome.to.iter().filter_map(|target| sop.step(target.step()?));
            let labels: Vec<String> = labels
                .map(|step| format!("{}, {}", step.no, words.label(sop, &step.label).to_lowercase()))
                .collect();
            words.t("outcome-goes").with("steps", labels.join("; ")).to_string()
        }
    }

    /// Whether the reader has the form of a task before them.
    fn has_form(&self, task: &Task) -> bool {
        is_offered(self.ctx, self.case, self.blank(task))
    }

    /// That somebody else has to do what judges the reader's own work.
    fn barred(&self, task: &Task) -> Option<String> {
        let office = Office { sop: self.sop, calendar: &self.ctx.desk.calendar };
        let answer = decide(office, self.case, &self.ctx.actor, self.ctx.desk.now(), self.blank(task));
        let own = answer.err().filter(|refusal| matches!(refusal, Refusal::SamePerson { .. }))?;
        Some(refusal_sentence(self.ctx, self.sop, self.names, &own))
    }

    /// The completion of a task before anything is filled in.
    fn blank(&self, task: &Task) -> Command {
        Command::Complete {
            task: task.id,
            outcome: OutcomeId::new(""),
            entries: Entries::new(),
            assignee: None,
            seen: self.case.version,
            signature: None,
        }
    }

    fn assignment(&self, task: &Task) -> Option<Assignment> {
        let member = &self.team.members.first()?.person;
        let to = Assignee { person: member.id.clone(), roles: member.roles.clone() };
        let assign = Command::Assign { task: task.id, to, seen: self.case.version };
        is_offered(self.ctx, self.case, assign).then(|| {
            let form = RefusedForm::Assignment(task.id);
            let rule = self.refused.and_then(|refused| refused.rule(form));
            let typed = self.refused.and_then(|refused| refused.typed(form));
            let typed = typed.map(|typed| typed.one("assignee"));
            Assignment {
                choice: self.choice(typed, task.assignee.as_ref()),
                error: rule.and_then(|rule| self.member_error(rule)),
            }
        })
    }

    /// Whom to choose from. Nobody is chosen before the reader has chosen: somebody is proposed, and why.
    fn choice(&self, chosen: Option<&str>, now_with: Option<&PersonId>) -> Choice {
        let needed = needed(self.sop, self.case);
        Choice::of(self.ctx.words, self.sop, self.team, needed, chosen, now_with)
    }

    fn member_error(&self, rule: &Refusal) -> Option<String> {
        matches!(rule, Refusal::AssigneeNeeded { .. } | Refusal::AssigneeUnsuited { .. })
            .then(|| self.ctx.words.t("fault-choose-member").to_string())
    }

    /// What was typed into the form of a task that is no longer there, so that nothing is lost.
    pub fn kept(&self) -> RecordView {
        let Some(refused) = self.refused else { return RecordView::new() };
        let (task, prefix, fields): (_, _, fn(&Stage) -> &[Field]) = match refused.of {
            RefusedForm::Completion(task) => (task, completion_prefix(task), |stage| &stage.fields),
            RefusedForm::Progress(task) => (task, log_prefix(task), |stage| &stage.log_fields),
            RefusedForm::Assignment(_) | RefusedForm::Act(_) | RefusedForm::Dispatch(..) => {
                return RecordView::new();
            }
        };
        let Some(task) = self.case.task(task).filter(|task| !self.has_form(task)) else {
            return RecordView::new();
        };
        let fields = self.sop.stage(&task.stage).map(fields).unwrap_or_default();
        let texts = fields.iter().filter(|field| field.options.is_empty()).filter_map(|field| {
            let text = refused.typed.one(&format!("{prefix}{}", field.id)).trim();
            let label = self.ctx.words.label(self.sop, &field.label);
            (!text.is_empty()).then(|| (label.to_owned(), text.to_owned()))
        });
        texts.collect()
    }
}

impl TaskView {
    pub fn errors(&self) -> Vec<ErrorLink> {
        let of_field = |field: &FieldView| {
            let sentence = format!("{}: {}", field.label, field.error.as_ref()?);
            Some(ErrorLink { field: field.name.clone(), sentence })
        };
        let chosen = self.outcomes.iter().filter(|outcome| outcome.chosen);
        let fields = self.fields.iter().chain(chosen.flat_map(|outcome| &outcome.fields));
        let mut errors: Vec<ErrorLink> = fields.chain(&self.log_fields).filter_map(of_field).collect();
        let mut add = |control: &str, error: Option<&String>| {
            let link = |sentence: &String| ErrorLink {
                field: format!("t{}-{control}", self.id),
                sentence: sentence.clone(),
            };
            errors.extend(error.map(link));
        };
        add("outcome", self.undecided.as_ref());
        for outcome in &self.outcomes {
            add("assignee", outcome.error.as_ref());
            let signing = outcome.signing.as_ref().filter(|_| outcome.chosen);
            let control = passphrase_control(&outcome.id);
            add(&control, signing.and_then(|signing| signing.error.as_ref()));
        }
        add("reassign", self.assignment.as_ref().and_then(|assignment| assignment.error.as_ref()));
        errors
    }
}

/// The names of the controls with which somebody signs: each outcome that signs has its own.
pub fn passphrase_control(outcome: &str) -> String {
    format!("passphrase-{outcome}")
}

pub fn number_control(outcome: &str) -> String {
    format!("number-{outcome}")
}

/// What the fields of the form that completes a task begin with, since a page can hold several.
pub fn completion_prefix(task: TaskId) -> String {
    format!("t{task}-")
}

/// What the fields of the form that logs a stage of a repair begin with.
pub fn log_prefix(task: TaskId) -> String {
    format!("l{task}-")
}
