//! The description of the interface as a page, drawn from the same document that programs read.

use askama::Template;
use axum::response::Response;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::{Operation, ParameterIn, PathItem};

use crate::ctx::{self, Page, Visitor};
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "api/index.html")]
struct ApiPage {
    page: Page,
    description: Vec<Prose>,
    document: &'static str,
    groups: Vec<Group>,
}

/// A text in pieces, each with whether it is code: all that we write of Markdown.
type Prose = Vec<(bool, String)>;

fn prose(text: &str) -> Prose {
    let pieces = text.split('`').enumerate();
    pieces.map(|(n, piece)| (n % 2 == 1, piece.to_owned())).filter(|(_, piece)| !piece.is_empty()).collect()
}

/// The operations under one tag.
struct Group {
    name: String,
    description: Prose,
    operations: Vec<OperationView>,
}

struct OperationView {
    id: String,
    method: &'static str,
    path: String,
    summary: String,
    description: Prose,
    parameters: Vec<ParameterView>,
    /// The schema of its body.
    body: Option<String>,
    answers: Vec<(String, Prose)>,
}

struct ParameterView {
    name: String,
    within: &'static str,
    required: bool,
    description: Prose,
}

/// `GET /api`
pub async fn show(visitor: Visitor) -> Result<Response, Problem> {
    let openapi = super::described().into_openapi();
    let groups = openapi.tags.iter().flatten().map(|tag| Group {
        name: tag.name.clone(),
        description: prose(tag.description.as_deref().unwrap_or_default()),
        operations: operations(&openapi.paths.paths, &tag.name),
    });
    let description = openapi.info.description.as_deref().unwrap_or_default();
    ctx::show(&ApiPage {
        description: description.split("\n\n").map(prose).collect(),
        document: super::DESCRIPTION,
        groups: groups.collect(),
        page: Page::new(&visitor, &visitor.words.t("api-title").to_string()),
    })
}

fn operations<'a>(
    paths: impl IntoIterator<Item = (&'a String, &'a PathItem)>,
    tag: &str,
) -> Vec<OperationView> {
    let methods = paths.into_iter().flat_map(|(path, item)| {
        let methods = [("GET", item.get.as_ref()), ("POST", item.post.as_ref())];
        methods.into_iter().filter_map(move |(method, operation)| Some((path, method, operation?)))
    });
    let tagged = methods.filter(|(_, _, operation)| operation.tags.iter().flatten().any(|name| name == tag));
    tagged.map(|(path, method, operation)| view(path, method, operation)).collect()
}

/// What stands in its place, and not by reference; ours all do but for schemas.
fn whole<T>(thing: &RefOr<T>) -> Option<&T> {
    match thing {
        RefOr::T(thing) => Some(thing),
        RefOr::Ref(_) => None,
    }
}

fn view(path: &str, method: &'static str, operation: &Operation) -> OperationView {
    let parameters = operation.parameters.iter().flatten().filter_map(whole).map(|parameter| ParameterView {
        name: parameter.name.clone(),
        within: match parameter.parameter_in {
            ParameterIn::Query | ParameterIn::QueryString => "query",
            ParameterIn::Path => "path",
            ParameterIn::Header => "header",
            ParameterIn::Cookie => "cookie",
        },
        required: parameter.required == utoipa::openapi::Required::True,
        description: prose(parameter.description.as_deref().unwrap_or_default()),
    });
    let body = operation.request_body.as_ref().and_then(whole).and_then(|body| {
        let content = whole(body.content.get("application/json")?)?;
        match content.schema.as_ref()? {
            RefOr::Ref(schema) => schema.ref_location.rsplit('/').next().map(ToOwned::to_owned),
            RefOr::T(_) => None,
        }
    });
    let answers = operation
        .responses
        .responses
        .iter()
        .filter_map(|(status, response)| Some((status.clone(), prose(&whole(response)?.description))));
    OperationView {
        id: operation.operation_id.clone().unwrap_or_default(),
        method,
        path: path.to_owned(),
        summary: operation.summary.clone().unwrap_or_default(),
        description: prose(operation.description.as_deref().unwrap_or_default()),
        parameters: parameters.collect(),
        body,
        answers: answers.collect(),
    }
}
