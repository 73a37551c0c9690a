//! The variants of a body that can have several media types.

use super::casing::{upper_camel_case, variants};
use crate::model::Content;

/// `Json`, `Form`, `Text` or the like, all distinct.
pub(crate) fn content_variants(contents: &[Content]) -> Vec<String> {
    let names: Vec<String> = contents.iter().map(|content| name(&content.media_type)).collect();
    variants(names.iter().map(String::as_str))
}

fn name(media_type: &str) -> String {
    let media_type = media_type.to_ascii_lowercase();
    let known = match media_type.as_str() {
        "*/*" => "Any",
        "text/plain" => "Text",
        "application/x-www-form-urlencoded" => "Form",
        "multipart/form-data" => "Multipart",
        "application/octet-stream" => "Binary",
        _ => return upper_camel_case(of_subtype(&media_type)),
    };
    known.to_owned()
}

/// The subtype, or the type of a range: `text` for `text/*`.
fn of_subtype(media_type: &str) -> &str {
    match media_type.split_once('/') {
        Some((kind, "*")) => kind,
        Some((_, subtype)) => subtype.trim_start_matches("*+"),
        None => media_type,
    }
}
