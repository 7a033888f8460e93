//! What several operations have in common, for their description.

use std::collections::BTreeMap;

use serde_json::json;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{Content, HeaderBuilder, Ref, RefOr, Required, Response, ResponseBuilder};
use utoipa::{IntoParams, IntoResponses};

/// A case in an address.
#[derive(Debug)]
pub struct InCase;

/// An act on a case: which one, and the version that was seen.
#[derive(Debug)]
pub struct OnCase;

/// The same on a task of it.
#[derive(Debug)]
pub struct OnTask;

/// A case as an answer.
#[derive(Debug)]
pub struct CaseAnswer;

impl IntoParams for InCase {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let number = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[0-9]{4}-[0-9]{4,7}$"));
        vec![parameter(
            "no",
            ParameterIn::Path,
            "The number of the case.",
            number.build(),
            json!("2026-0142"),
        )]
    }
}

impl IntoParams for OnCase {
    fn into_params(within: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = InCase::into_params(within);
        let tag = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^\"[0-9]{1,9}\"$"));
        let description = "The version of the case that was seen, as its `ETag` has it.";
        parameters.push(parameter(
            "If-Match",
            ParameterIn::Header,
            description,
            tag.build(),
            json!("\"12\""),
        ));
        parameters
    }
}

impl IntoParams for OnTask {
    fn into_params(within: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = OnCase::into_params(within);
        let task = ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::Integer))
            .minimum(Some(1))
            .maximum(Some(1_000_000));
        parameters.push(parameter("task", ParameterIn::Path, "The task.", task.build(), json!(1)));
        parameters
    }
}

fn parameter(
    name: &str,
    within: ParameterIn,
    description: &str,
    schema: Object,
    example: serde_json::Value,
) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(within)
        .required(Required::True)
        .description(Some(description))
        .schema(Some(schema))
        .example(Some(example))
        .build()
}

impl IntoResponses for CaseAnswer {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let tag = HeaderBuilder::new().schema(Some(Object::with_type(Type::String)));
        let response = ResponseBuilder::new()
            .description("The case as it is now.")
            .content("application/json", Content::new(Some(Ref::from_schema_name("Case"))))
            .header("ETag", tag.description(Some("Its version.")).build());
        BTreeMap::from([("200".to_owned(), response.build().into())])
    }
}
