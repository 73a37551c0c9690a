//! Parameters: text from the path, the query, headers and cookies, parsed into JSON values so that
//! one validator checks parameters and bodies.
//!
//! `lookup` finds the text of a parameter, `value` reads it in a style, `object` those of objects,
//! and `path_style` those that only paths have. How each style writes a value is defined by OpenAPI
//! 3.0.3 ("Style Values") and RFC 6570, 3.2.

mod head;
mod lookup;
mod malformed;
mod object;
mod path_style;
mod value;

use serde_json::Value;

use crate::operation::Parameter;
use crate::spec::ValueStyle;
use crate::violation::Report;
pub(crate) use head::Head;
use malformed::Malformed;

/// Reads one parameter. `None` if it is absent, or if it is malformed, which is then reported.
pub(crate) fn read(parameter: &Parameter, head: &Head<'_>, report: &mut Report) -> Option<Value> {
    let spec = parameter.spec;
    let read = match spec.values {
        ValueStyle::Properties { fields, is_open } => {
            object::properties(spec, fields, is_open, head, report)
        }
        ValueStyle::Deep(fields) => object::deep(spec, fields, head),
        _ => value::from_texts(parameter, head, report),
    };
    match read {
        Ok(None) if spec.required => {
            report.required(&spec.path());
            None
        }
        Ok(value) => value,
        Err(Malformed { rule, message }) => {
            report.add(&spec.path(), rule, message);
            None
        }
    }
}
