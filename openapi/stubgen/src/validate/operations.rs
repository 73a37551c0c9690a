//! Parameters and response headers, whose values are text.

use std::collections::HashSet;

use super::request_id;
use crate::diagnostic::{Diagnostics, Span};
use crate::model::{Access, Parameter, Schema, SchemaKind, Spec, Style};
use crate::text_style::{self, Problem};

pub(super) fn check(spec: &Spec, diagnostics: &Diagnostics) {
    // Many operations and responses refer to the same ones.
    let mut checked = HashSet::new();
    for operation in &spec.operations {
        for parameter in &operation.parameters {
            if checked.insert((parameter.schema.span, false)) {
                check_parameter(spec, parameter, diagnostics);
            }
        }
        let headers = operation.responses.iter().flat_map(|response| &response.headers);
        for header in headers
            .filter(|header| checked.insert((header.schema.span, header.is_set_by_runtime())))
        {
            if header.is_set_by_runtime() {
                request_id::check(spec, header, diagnostics);
            } else if header.style == Style::Simple {
                let place = "a response header";
                check_schema(spec, &header.schema, place, diagnostics);
                let problems = text_style::header_problems(spec, &header.schema, header.explode);
                report(&header.schema, &problems, place, None, diagnostics);
            }
        }
    }
}

fn check_parameter(spec: &Spec, parameter: &Parameter, diagnostics: &Diagnostics) {
    let place = "a parameter";
    if parameter.style != Style::Json {
        check_schema(spec, &parameter.schema, place, diagnostics);
    }
    let (_, _, problems) = text_style::of_parameter(spec, parameter);
    report(&parameter.schema, &problems, place, parameter.explode_span, diagnostics);
    if let Some(span) = parameter.allow_empty
        && parameter.required
    {
        let message = "`allowEmptyValue` has no effect on a required parameter";
        diagnostics.warning(span, message, "remove one of the two; an empty text is a string");
    }
    if parameter.required && spec.default_of(&parameter.schema).is_some() {
        diagnostics.warning(
            parameter.span,
            format!("the default of the required parameter `{}` has no effect", parameter.name),
            "remove the default or `required`",
        );
    }
}

/// Warns of keywords that have no effect on text.
fn check_schema(spec: &Spec, schema: &Schema, place: &str, diagnostics: &Diagnostics) {
    if matches!(spec.resolve(schema).kind, SchemaKind::Invalid) {
        return;
    }
    if spec.is_nullable(schema) {
        let message = format!("`nullable` has no effect on {place}: text is never null");
        diagnostics.warning(schema.span, message, "remove it");
    }
    let one_way = |schema: &Schema| match schema.own_access() {
        Access::ReadWrite => None,
        Access::ReadOnly => Some("readOnly"),
        Access::WriteOnly => Some("writeOnly"),
    };
    if let Some(keyword) = spec.find(schema, one_way) {
        let message = format!("`{keyword}` has no effect on {place}");
        diagnostics.warning(schema.span, message, "remove it; it applies to properties");
    }
}

fn report(
    schema: &Schema,
    problems: &[Problem],
    place: &str,
    explode: Option<Span>,
    diagnostics: &Diagnostics,
) {
    if problems.contains(&Problem::StyleWithoutEffect) {
        let message = "the style has no effect on a single value";
        diagnostics.warning(schema.span, message, "remove it");
    }
    if problems.contains(&Problem::ExplodeWithoutEffect) {
        let message = format!("`explode` has no effect on {place} of this style and type");
        diagnostics.warning(explode.unwrap_or(schema.span), message, "remove it");
    }
    if problems.contains(&Problem::Unsupported) {
        diagnostics.error(
            schema.span,
            format!("unsupported type of {place}: its style cannot express every value"),
            "use a scalar, or an array or object of scalars; \
             or JSON: `content: { application/json: { schema: … } }` instead of `schema`",
        );
    } else if problems.contains(&Problem::Nested) {
        diagnostics.warning(
            schema.span,
            "OpenAPI does not define how arrays and objects within this value are written",
            "the server reads JSON, and arrays in objects as repeated parameters; \
             `content: { application/json: … }` is precise",
        );
    }
}
