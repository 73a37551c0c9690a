//! Diagnostics as JSON.

use openapi_stubgen::{Diagnostic, Report, Span};
use serde_json::{Value, json};

/// Every diagnostic of all specs.
pub fn diagnostics(reports: &[Report]) -> Value {
    let each = |report: &Report| -> Vec<Value> {
        report.diagnostics().iter().map(|known| diagnostic(report, known)).collect()
    };
    reports.iter().flat_map(each).collect()
}

fn diagnostic(report: &Report, diagnostic: &Diagnostic) -> Value {
    let Diagnostic { severity, span, message, help, related } = diagnostic;
    let mut value = place(report, *span);
    value["severity"] = json!(severity.as_str());
    value["message"] = json!(message);
    value["help"] = json!(help);
    if let Some((span, role)) = related {
        value["related"] = place(report, *span);
        value["related"]["message"] = json!(role);
    }
    value
}

/// Lines and columns are counted from 1, columns in characters; the end is exclusive.
fn place(report: &Report, span: Span) -> Value {
    json!({
        "file": report.file_of(span),
        "line": span.start.line,
        "column": span.start.column,
        "endLine": span.end.line,
        "endColumn": span.end.column,
    })
}
