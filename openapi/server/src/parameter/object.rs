//! Parameters that are objects.

use std::borrow::Cow;

use serde_json::Value;

use super::head::Head;
use super::malformed::Malformed;
use crate::brackets;
use crate::form::Object;
use crate::spec::{FieldSpec, FieldStyle, Location, ParameterSpec};
use crate::text::{Pair, cookies};
use crate::violation::Report;

/// An object whose properties are parameters. It is absent if all of them are.
pub(super) fn properties(
    spec: &ParameterSpec,
    fields: &[FieldSpec],
    is_open: bool,
    head: &Head<'_>,
    report: &mut Report,
) -> Result<Option<Value>, Malformed> {
    let is_property = |name: &str| {
        fields.iter().any(|field| field.name == name) || (is_open && !head.declares(name))
    };
    with_pairs(spec, head, |pairs| {
        let mut object = Object::new(spec.path());
        let mut is_present = false;
        for pair in pairs.iter().filter(|pair| is_property(&pair.name)) {
            let text = pair.text.decoded().ok_or_else(|| Malformed::characters(spec.location))?;
            object.add(&(Cow::Borrowed(&*pair.name), text), fields, report);
            is_present = true;
        }
        Ok(is_present.then(|| Value::Object(object.finish(fields))))
    })
}

/// An object or array in brackets.
pub(super) fn deep(
    spec: &ParameterSpec,
    fields: &'static [FieldSpec],
    head: &Head<'_>,
) -> Result<Option<Value>, Malformed> {
    with_pairs(spec, head, |pairs| {
        let mut value = Value::Null;
        for pair in pairs.iter().filter(|pair| spec.has_query_name(&pair.name)) {
            let text = pair.text.decoded().ok_or_else(|| Malformed::characters(spec.location))?;
            let text = Value::String(text.into_owned());
            if !brackets::insert(&mut value, &pair.name[spec.name.len()..], text) {
                return Err(Malformed::duplicate());
            }
        }
        let field = FieldSpec { name: spec.name, style: FieldStyle::Deep(fields), text: spec.text };
        Ok((!value.is_null()).then(|| brackets::typed(value, &field)))
    })
}

fn with_pairs<T>(
    spec: &ParameterSpec,
    head: &Head<'_>,
    read: impl FnOnce(&[Pair<'_>]) -> Result<T, Malformed>,
) -> Result<T, Malformed> {
    match spec.location {
        Location::Cookie => {
            let cookies = cookies(head.request);
            read(&cookies.ok_or_else(|| Malformed::characters(spec.location))?)
        }
        _ => read(&head.query),
    }
}

/// An object in one text, from its parts: names and values in turn, or `name=value`.
pub(super) fn from_parts<'a>(
    spec: &ParameterSpec,
    fields: &[FieldSpec],
    has_names: bool,
    mut parts: impl Iterator<Item = Cow<'a, str>>,
    report: &mut Report,
) -> Result<Value, Malformed> {
    let mut object = Object::new(spec.path());
    while let Some(part) = parts.next() {
        let (name, text) = if has_names {
            let pair = part.split_once('=');
            let pair = pair.map(|(name, text)| (name.to_owned().into(), text.to_owned().into()));
            pair.ok_or_else(|| Malformed::style("must be properties in the form `name=value`"))?
        } else {
            let text = parts.next();
            let missing = || Malformed::style("must be names and values in turn");
            (part, text.ok_or_else(missing)?)
        };
        object.add(&(name, text), fields, report);
    }
    Ok(Value::Object(object.finish(fields)))
}
