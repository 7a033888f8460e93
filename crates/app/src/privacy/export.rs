//! All that is held about a person, as one file that a program and a patient person can read.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde_json::{Map, Value, json};
use sop::case::{Event, Recorded, text_key};
use store::{CaseFile, Filter, Kept, PAGE_ROWS_MAX, ReadingRow, ReadingsOf, Sort};

use super::corrections;
use crate::cases;
use crate::ctx::Ctx;
use crate::policy;
use crate::problem::Problem;
use crate::session;

/// `GET /account/data/export`
pub async fn show(ctx: Ctx) -> Result<Response, Problem> {
    let mut all = Map::new();
    all.insert("exported_at".to_owned(), json!(ctx.desk.now()));
    all.insert("notice".to_owned(), json!("/privacy"));
    all.insert("account".to_owned(), account(&ctx).await?);
    all.insert("signing_in".to_owned(), signing_in(&ctx).await?);
    all.insert("signing_key".to_owned(), signing_key(&ctx).await?);
    all.insert("acting".to_owned(), acting(&ctx).await?);
    all.insert("cases".to_owned(), own_cases(&ctx).await?);
    all.insert("readings".to_owned(), readings(&ctx).await?);
    all.insert("corrections".to_owned(), json!(corrections::all_of(&ctx).await?));
    let requests = ctx.desk.store.data_requests_of(&ctx.person.id).await?;
    all.insert("data_requests".to_owned(), json!(requests));
    let text = serde_json::to_string_pretty(&all).map_err(|error| Problem::internal(&error))?;
    let today = ctx.desk.calendar.local(ctx.desk.now()).date();
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CONTENT_DISPOSITION, cases::disposition(&format!("data-saya-{today}.json")));
    Ok((headers, text).into_response())
}

/// Who they are to the office: with all that they were, are and will be, and what they can do.
async fn account(ctx: &Ctx) -> Result<Value, Problem> {
    let (store, person) = (&ctx.desk.store, &ctx.person);
    let record = store.service_records().await?.remove(&person.id).unwrap_or_default();
    let positions = record.postings.iter().map(|held| {
        json!({
            "position": held.position, "unit": held.unit,
            "from": held.term.from, "until": held.term.until,
        })
    });
    let roles = record
        .holdings
        .iter()
        .map(|held| json!({ "role": held.role, "from": held.term.from, "until": held.term.until }));
    let skills = store.skills(std::slice::from_ref(&person.id)).await?.remove(&person.id).unwrap_or_default();
    Ok(json!({
        "id": person.id, "name": person.name, "nip": person.nip, "email": person.email,
        "positions": positions.collect::<Vec<_>>(), "roles": roles.collect::<Vec<_>>(),
        "language": person.language, "qualifications": skills.qualifications, "skills": skills.tags,
    }))
}

/// In whose place they act or acted, who acts or acted in theirs, and when they are away.
async fn acting(ctx: &Ctx) -> Result<Value, Problem> {
    let (store, person) = (&ctx.desk.store, &ctx.person.id);
    let mandates = store.mandates().await?.into_iter().map(|row| row.mandate);
    let mandates = mandates.filter(|mandate| mandate.giver == *person || mandate.taker == *person);
    let mandates = mandates.map(|mandate| {
        json!({
            "giver": mandate.giver, "taker": mandate.taker, "capacity": mandate.capacity,
            "roles": mandate.roles, "from": mandate.from, "until": mandate.until, "basis": mandate.basis,
        })
    });
    let absences = store.absences(Date::MIN, Date::MAX).await?.into_iter();
    let absences = absences
        .filter(|absence| absence.person == *person)
        .map(|absence| json!({ "from": absence.from, "until": absence.until, "reason": absence.reason }));
    Ok(json!({ "mandates": mandates.collect::<Vec<_>>(), "absences": absences.collect::<Vec<_>>() }))
}

async fn signing_in(ctx: &Ctx) -> Result<Value, Problem> {
    let (store, person, now) = (&ctx.desk.store, &ctx.person.id, ctx.desk.now());
    let sessions = store.sessions(person, now, session::used_since(now)).await?;
    let sessions = sessions.into_iter().map(|session| {
        json!({
            "started_at": session.started_at, "last_seen_at": session.last_seen_at,
            "address": session.device.address, "browser": session.device.browser,
            "system": session.device.system,
        })
    });
    let tokens = store.tokens(person, now).await?.into_iter().map(|token| {
        json!({
            "name": token.name, "scope": token.scope, "created_at": token.created_at,
            "expires_at": token.expires_at, "used_at": token.used_at,
        })
    });
    let app = store.second_factors(person).await?.has_app;
    let passkeys = store.passkeys(person).await?.into_iter().map(|passkey| {
        json!({ "name": passkey.name, "created_at": passkey.created_at, "used_at": passkey.used_at })
    });
    Ok(json!({
        "sessions": sessions.collect::<Vec<_>>(), "tokens": tokens.collect::<Vec<_>>(),
        "authenticator_app": app, "passkeys": passkeys.collect::<Vec<_>>(),
        "password_in_directory": store.is_of_directory(person).await?,
    }))
}

/// With what they sign: what is said of the key, and never the key.
async fn signing_key(ctx: &Ctx) -> Result<Value, Problem> {
    let Some(key) = ctx.desk.store.signing_key(&ctx.person.id).await? else { return Ok(Value::Null) };
    let kept = match &key.kept {
        Kept::Test(file) | Kept::Local(file) => json!({
            "holder": file.holder, "issuer": file.issuer, "certificate_sha256": file.certificate,
            "valid_until": file.valid_until,
        }),
        Kept::Bsre(nik) => json!({ "nik": nik.in_full() }),
    };
    Ok(json!({ "registered_at": key.registered_at, "kept": kept }))
}

/// The cases that they asked for, with what they wrote and what is written for them.
async fn own_cases(ctx: &Ctx) -> Result<Value, Problem> {
    let scope = policy::own_requests(&ctx.person);
    let (store, filter) = (&ctx.desk.store, Filter::default());
    let (mut cases, mut after) = (Vec::new(), None::<String>);
    loop {
        let page = store.list(&scope, &filter, Sort::NewestFirst, after.as_deref(), PAGE_ROWS_MAX).await?;
        for row in page.rows {
            if let Some(file) = store.case_file(&scope, &row.no).await? {
                cases.push(case(ctx, &file)?);
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(Value::Array(cases));
        }
    }
}

fn case(ctx: &Ctx, file: &CaseFile) -> Result<Value, Problem> {
    let case = &file.case;
    let sop = ctx.desk.sop_of(case);
    let history = file.history.iter().map(|recorded| told(ctx, recorded));
    let history = history.map(serde_json::to_value).collect::<Result<Vec<_>, _>>();
    let attachments = case.attachments.iter().map(|attachment| {
        json!({
            "name": attachment.name, "at": attachment.at, "bytes": attachment.bytes,
            "href": format!("/cases/{}/attachments/{}", case.number, attachment.seq),
        })
    });
    let made = sop::letter::made(sop, case);
    let documents = made.iter().filter(|made| policy::document(&ctx.person, made.document)).map(|made| {
        json!({
            "name": made.document.name,
            "href": format!("/cases/{}/documents/{}-{}/pdf", case.number, made.task.id, made.index),
        })
    });
    Ok(json!({
        "number": case.number, "requester_name": case.request.requester_name,
        "history": history.map_err(|error| Problem::internal(&error))?,
        "attachments": attachments.collect::<Vec<_>>(),
        "documents": documents.collect::<Vec<_>>(),
    }))
}

/// An event as it is given out: with its texts where they wrote them or where they are for everybody, and
/// otherwise without, since those are of the office's own deliberation.
fn told(ctx: &Ctx, recorded: &Recorded) -> Recorded {
    let mut told = recorded.clone();
    let theirs = recorded.by.person() == Some(&ctx.person.id);
    let of_them = match &recorded.event {
        Event::Registered { .. } => true,
        Event::Noted { audience } => *audience == sop::case::Audience::Everyone,
        _ => false,
    };
    if !theirs && !of_them {
        told.texts.retain(|key, _| key == text_key::EMAIL);
    }
    told
}

/// Who read their cases, and when.
async fn readings(ctx: &Ctx) -> Result<Value, Problem> {
    ctx.desk.write_readings().await?;
    let of = ReadingsOf::Subject(ctx.person.id.clone());
    let (mut all, mut after) = (Vec::new(), None::<String>);
    loop {
        let page = ctx.desk.store.readings(&of, after.as_deref(), PAGE_ROWS_MAX).await?;
        all.extend(page.rows.iter().map(reading));
        after = page.next;
        if after.is_none() {
            return Ok(Value::Array(all));
        }
    }
}

fn reading(row: &ReadingRow) -> Value {
    json!({
        "case": row.case, "what": row.what, "which": row.which, "person": row.person,
        "token": row.token, "address": row.address, "first_at": row.at.first, "last_at": row.at.last,
        "times": row.at.times,
    })
}
