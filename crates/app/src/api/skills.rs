//! What somebody can do, as whoever leads the work writes it down.

use axum::Json;
use axum::extract::Path;
use serde::{Deserialize, Serialize};
use sop::case::{PersonId, Problem as Fault};
use store::Skills;
use utoipa::ToSchema;

use super::client::{Acts, Body, Reads};
use super::form;
use crate::people;
use crate::problem::{FieldToMend, Problem, ReadProblems, WriteProblems};

/// What somebody can do.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Skills)]
pub struct SkillsView {
    /// Those of the SOP's qualifications that they have, by their ids.
    #[schema(example = json!(["pemrograman"]))]
    qualifications: Vec<String>,
    /// What else they are good at, in the office's own words: twelve different ones at most, of forty characters
    /// each.
    #[schema(example = json!(["jaringan kantor"]))]
    tags: Vec<String>,
}

/// Read what somebody can do
///
/// Of those to whom work is handed, for whoever hands it or keeps the accounts. The desk proposes by it
/// whom a task suits.
#[utoipa::path(
    get, path = "/api/v1/people/{person}/skills", operation_id = "getSkills", tag = "office",
    params(("person" = String, Path, description = "The id of the person.", example = "budi")),
    responses((status = 200, description = "What they can do.", body = SkillsView), ReadProblems),
)]
pub async fn show(Reads(ctx): Reads, Path(person): Path<PersonId>) -> Result<Json<SkillsView>, Problem> {
    let person = people::of_skills(&ctx, &person).await?;
    Ok(Json(people::skills_of(&ctx, &person).await?.into()))
}

/// Note what somebody can do
///
/// In the place of whatever was noted before.
#[utoipa::path(
    post, path = "/api/v1/people/{person}/skills", operation_id = "noteSkills", tag = "office",
    params(("person" = String, Path, description = "The id of the person.", example = "budi")),
    request_body = SkillsView,
    responses((status = 200, description = "What was noted.", body = SkillsView), WriteProblems),
)]
pub async fn note(
    Acts(ctx): Acts,
    Path(person): Path<PersonId>,
    Body(noted): Body<SkillsView>,
) -> Result<Json<SkillsView>, Problem> {
    let person = people::of_skills(&ctx, &person).await?;
    let known = &ctx.desk.sop().qualifications;
    if noted.qualifications.iter().any(|id| !known.iter().any(|known| known.id == *id.as_str())) {
        return Err(Problem::Mend(vec![form::mend(&ctx, "qualifications", Fault::NotAnOption)]));
    }
    let skills = people::read_skills(&ctx, &noted.qualifications, noted.tags.iter().map(String::as_str));
    if let Some(detail) = people::beyond_limits(&ctx, &skills) {
        let field = "tags".to_owned();
        return Err(Problem::Mend(vec![FieldToMend { field, code: "too-long", detail }]));
    }
    ctx.desk.store.set_skills(&person.id, &skills).await?;
    Ok(Json(skills.into()))
}

impl From<Skills> for SkillsView {
    fn from(skills: Skills) -> Self {
        let qualifications = skills.qualifications.iter().map(ToString::to_string).collect();
        Self { qualifications, tags: skills.tags.into_iter().collect() }
    }
}
