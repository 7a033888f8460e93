//! A request as its requester follows it: in plain words, who has it and until when.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use sop::Sop;
use sop::case::{Case, CaseNo, PersonId};
use sop::definition::EndKind;
use sop::letter;
use store::{CaseFile, CaseRow, Filter, RowStatus, Sort};

use crate::cases::rail::{RailRow, View};
use crate::cases::tracks::{self, StepDue};
use crate::cases::{self, Act, ActForm, HistoryLine, Refused};
use crate::ctx::{self, Ctx, Page};
use crate::form::ErrorLink;
use crate::policy::{self, Place};
use crate::problem::{self, Problem};

const ROWS: u32 = 30;

/// What requesters can do to their request.
const ACTS: [Act; 3] = [Act::Note, Act::Attach, Act::Withdraw];

#[derive(Template)]
#[template(path = "requests/index.html")]
struct IndexPage {
    page: Page,
    rows: Vec<RequestRow>,
    next: Option<String>,
}

struct RequestRow {
    no: String,
    subject: String,
    filed: String,
    standing: String,
    ended: bool,
}

#[derive(Template)]
#[template(path = "requests/track.html")]
struct TrackPage {
    page: Page,
    no: String,
    version: u64,
    filed: String,
    subject: String,
    said: Vec<String>,
    dues: Vec<StepDue>,
    rail: Vec<RailRow>,
    news: Vec<HistoryLine>,
    documents: Vec<Paper>,
    refusal: Option<String>,
    errors: Vec<ErrorLink>,
    /// What was typed into a form that is no longer there, so that nothing is lost.
    kept: Vec<(String, String)>,
    acts: Vec<ActForm>,
}

struct Paper {
    name: String,
    href: String,
    /// How it went out by e-mail.
    mail: Option<String>,
}

#[derive(Debug, Default, serde::Deserialize)]
pub struct After {
    after: Option<String>,
}

/// `GET /requests`: what somebody has asked for.
pub async fn index(ctx: Ctx, Query(query): Query<After>) -> Result<Response, Problem> {
    ctx.enter(Place::OwnRequests)?;
    let scope = policy::own_requests(&ctx.person);
    let list = ctx
        .desk
        .store
        .list(&scope, &Filter::default(), Sort::NewestFirst, query.after.as_deref(), ROWS)
        .await?;
    let rows = list.rows.iter().map(|row| request_row(&ctx, row)).collect();
    let title = ctx.words.t("place-own").to_string();
    ctx::show(&IndexPage { page: ctx.page(&title), rows, next: list.next })
}

fn request_row(ctx: &Ctx, row: &CaseRow) -> RequestRow {
    let (words, sop) = (ctx.words, ctx.desk.sop());
    let standing = match &row.status {
        RowStatus::Running => {
            let steps = row.open.iter().filter_map(|task| sop.step(&task.stage.step));
            let labels: Vec<&str> = steps.map(|step| words.label(sop, &step.under_way)).collect();
            labels.join("; ")
        }
        RowStatus::Suspended { .. } => words.t("track-held").to_string(),
        RowStatus::Ended { end, .. } => {
            sop.end(end).map_or("", |end| words.label(sop, &end.label)).to_owned()
        }
    };
    RequestRow {
        no: row.no.to_string(),
        subject: row.subject.clone(),
        filed: words.date(ctx.desk.calendar.local(row.received_at).date()),
        standing,
        ended: matches!(row.status, RowStatus::Ended { .. }),
    }
}

/// `GET /requests/{no}`
pub async fn track(ctx: Ctx, Path(no): Path<CaseNo>) -> Result<Response, Problem> {
    ctx.enter(Place::OwnRequests)?;
    let file =
        ctx.desk.store.case_file(&policy::own_requests(&ctx.person), &no).await?.ok_or(Problem::NotFound)?;
    track_page(&ctx, &file, None).await
}

/// The way of a request, as it is or with a form that was refused.
pub async fn track_page(
    ctx: &Ctx,
    file: &CaseFile,
    refused: Option<Refused<'_>>,
) -> Result<Response, Problem> {
    let (words, case, now) = (ctx.words, &file.case, ctx.desk.now());
    let sop = ctx.desk.sop_of(case);
    let calendar = &ctx.desk.calendar;
    let names = ctx.desk.store.names(&tracks::people(&file.history, case)).await?;
    let bases = cases::bases(&ctx.desk.store, &file.history).await?;
    let reader_zone = ctx.zone().await?;
    let view = View { sop, words, calendar, case, names: &names, now, for_requester: true };
    let made = letter::made(sop, case);
    let paper = |name: &str, path: String| Paper {
        name: name.to_owned(),
        href: format!("/cases/{}/{path}", case.number),
        mail: None,
    };
    let mut documents = vec![paper(words.label(sop, &sop.form.name), "documents/form".to_owned())];
    documents
        .extend(case.attachments.iter().map(|file| paper(&file.name, format!("attachments/{}", file.seq))));
    documents.extend(made.iter().filter(|made| policy::document(&ctx.person, made.document)).map(|made| {
        let letter = case.letter(made.task.id, made.index);
        Paper {
            mail: letter.and_then(|letter| cases::standing_for_requester(words, calendar.zone(), letter)),
            ..paper(&made.document.name, format!("documents/{}-{}", made.task.id, made.index))
        }
    }));
    let refused = refused.as_ref();
    let refusal = refused.map(|refused| refused.why.sentence(ctx, sop, &names));
    let acts = cases::offers(ctx, case, &ACTS, refused.zip(refusal.as_deref()), true);
    let errors: Vec<ErrorLink> = acts.iter().filter_map(ActForm::fault).collect();
    let title = words.t("track-title").with("no", case.number.to_string()).to_string();
    let title =
        if refused.is_some() { words.t("title-mend").with("title", title).to_string() } else { title };
    let template = TrackPage {
        page: ctx.page(&title),
        no: case.number.to_string(),
        version: case.version,
        filed: words.weekday_date(calendar.local(case.request.received_at).date()),
        subject: case.request.subject.clone(),
        said: said(ctx, sop, case, &names),
        dues: tracks::dues(ctx, case, reader_zone),
        rail: view.rail(),
        news: cases::sentences(
            cases::Teller {
                words,
                sop,
                case,
                names: &names,
                bases: &bases,
                zone: calendar.zone(),
                for_requester: true,
            },
            &file.history,
        ),
        documents,
        refusal: refusal.clone().filter(|_| errors.is_empty()),
        kept: refused.and_then(|refused| cases::unsent(words, refused, &acts)).into_iter().collect(),
        errors,
        acts,
    };
    problem::page(&template, refused.map(|refused| refused.why.obstacle()))
}

/// What is said large: one sentence for each row that is under way, or how it ended.
fn said(ctx: &Ctx, sop: &Sop, case: &Case, names: &HashMap<PersonId, String>) -> Vec<String> {
    let words = ctx.words;
    if let Some((end, at)) = case.ended() {
        let key = match sop.end(end).map(|end| end.kind) {
            Some(EndKind::Completed) | None => "track-completed",
            Some(EndKind::Rejected) => "track-rejected",
            Some(EndKind::Withdrawn) => "track-withdrawn",
        };
        let date = words.weekday_date(ctx.desk.calendar.local(at).date());
        return vec![words.t(key).with("date", date).to_string()];
    }
    case.open_tasks()
        .filter_map(|task| {
            let step = sop.step(&task.stage.step)?;
            let under_way = words.label(sop, &step.under_way).to_owned();
            let who = task.assignee.as_ref().and_then(|person| names.get(person));
            Some(match who {
                Some(who) => {
                    words.t("track-said-by").with("what", under_way).with("who", who.clone()).to_string()
                }
                None => words
                    .t("track-said")
                    .with("what", under_way)
                    .with("who", tracks::holder(words, sop, task, names))
                    .to_string(),
            })
        })
        .collect()
}
