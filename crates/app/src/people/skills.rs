//! What somebody can do, written down by whoever leads the work or keeps the accounts.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use sop::case::PersonId;
use store::{Person, Skills};

use crate::ctx::{Ctx, Page};
use crate::form::{ErrorLink, OptionView, Typed};
use crate::policy::{self, Place};
use crate::problem::{self, Obstacle, Problem};

/// How many tags somebody can have, and how long one can be.
const TAGS_MAX: usize = 12;
const TAG_CHARS_MAX: usize = 40;

#[derive(Template)]
#[template(path = "people/skills.html")]
struct SkillsPage {
    page: Page,
    name: String,
    address: String,
    back: &'static str,
    qualifications: Vec<OptionView>,
    tags: String,
    tags_hint: String,
    errors: Vec<ErrorLink>,
}

/// Where it is written down what somebody can do.
pub fn address(person: &PersonId) -> String {
    format!("/people/{person}/skills")
}

/// Whether it matters what somebody can do: work is handed to a role of theirs.
pub fn matter(person: &Person) -> bool {
    sop::shipped().assigned_roles().any(|role| person.roles.contains(role))
}

/// `GET /people/{person}/skills`
pub async fn show(ctx: Ctx, Path(person): Path<PersonId>) -> Result<Response, Problem> {
    let person = found(&ctx, &person).await?;
    let skills = skills_of(&ctx, &person).await?;
    let tags = skills.tags.iter().cloned().collect::<Vec<_>>().join(", ");
    page(&ctx, &person, &skills, tags, None)
}

/// `POST /people/{person}/skills`
pub async fn note(ctx: Ctx, Path(person): Path<PersonId>, typed: Typed) -> Result<Response, Problem> {
    let person = found(&ctx, &person).await?;
    let skills = read(&ctx, typed.all("qualification"), typed.one("tags").split(','));
    if let Some(limits) = beyond_limits(&ctx, &skills) {
        return page(&ctx, &person, &skills, typed.one("tags").to_owned(), Some(limits));
    }
    ctx.desk.store.set_skills(&person.id, &skills).await?;
    Ok(Redirect::to(back(&ctx)).into_response())
}

/// What was written down of somebody.
pub async fn skills_of(ctx: &Ctx, person: &Person) -> Result<Skills, Problem> {
    let skills = ctx.desk.store.skills(std::slice::from_ref(&person.id)).await?;
    Ok(skills.get(&person.id).cloned().unwrap_or_default())
}

/// The qualifications of the SOP that were chosen, and tags without needless spaces.
pub fn read<'a>(ctx: &Ctx, chosen: &[String], tags: impl Iterator<Item = &'a str>) -> Skills {
    let known = ctx.desk.sop().qualifications.iter().map(|known| &known.id);
    let tags = tags.map(|tag| tag.split_whitespace().collect::<Vec<_>>().join(" "));
    Skills {
        qualifications: known
            .filter(|id| chosen.iter().any(|chosen| **id == *chosen.as_str()))
            .cloned()
            .collect(),
        tags: tags.filter(|tag| !tag.is_empty()).collect::<BTreeSet<_>>(),
    }
}

/// The limits of tags in a sentence, where they are passed.
pub fn beyond_limits(ctx: &Ctx, skills: &Skills) -> Option<String> {
    let too_long = skills.tags.iter().any(|tag| tag.chars().count() > TAG_CHARS_MAX);
    let limits = || ctx.words.t("skills-tags-limits").with("n", TAGS_MAX).with("chars", TAG_CHARS_MAX);
    (skills.tags.len() > TAGS_MAX || too_long).then(|| limits().to_string())
}

/// Somebody whose skills matter, for whoever may write them down.
pub async fn found(ctx: &Ctx, person: &PersonId) -> Result<Person, Problem> {
    ctx.enter(Place::Skills)?;
    ctx.desk.store.person(person, ctx.desk.today()).await?.filter(matter).ok_or(Problem::NotFound)
}

/// Whence one comes, and where one goes on.
fn back(ctx: &Ctx) -> &'static str {
    if policy::may(&ctx.person, Place::Workload) { "/workload" } else { "/people" }
}

fn page(
    ctx: &Ctx,
    person: &Person,
    skills: &Skills,
    tags: String,
    error: Option<String>,
) -> Result<Response, Problem> {
    let (words, sop) = (ctx.words, ctx.desk.sop());
    let title = words.t("skills-of").with("name", person.name.clone()).to_string();
    let title = if error.is_some() { words.t("title-mend").with("title", title).to_string() } else { title };
    let is_refused = error.is_some();
    let qualifications = sop.qualifications.iter().map(|known| OptionView {
        id: known.id.to_string(),
        label: words.label(sop, &known.label).to_owned(),
        hint: Some(known.sentence.clone()),
        chosen: skills.qualifications.contains(&known.id),
    });
    let template = SkillsPage {
        page: ctx.page(&title),
        name: person.name.clone(),
        address: address(&person.id),
        back: back(ctx),
        qualifications: qualifications.collect(),
        tags,
        tags_hint: words.t("skills-tags-hint").with("n", TAGS_MAX).to_string(),
        errors: error.map(|sentence| ErrorLink { field: "tags".to_owned(), sentence }).into_iter().collect(),
    };
    problem::page(&template, is_refused.then_some(Obstacle::Mend))
}
