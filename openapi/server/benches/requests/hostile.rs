//! Bodies made to cost as much as they can. One of 64 KiB, the largest that is read, may occupy its
//! worker for at most 2 ms (measured here), and the cost must not grow faster than the length
//! (tested beside the petstore, which includes this file).

/// Bodies of nearly this length that `/echo` of the petstore refuses, with their names.
pub fn refused(length: usize) -> Vec<(&'static str, String)> {
    [objects(length), numbers(length), arrays(length), strings(length), others(length)].concat()
}

/// Properties, known and unknown, and nesting.
fn objects(length: usize) -> Vec<(&'static str, String)> {
    vec![
        ("unknown properties", object(length, |index| format!(r#""{index}":0"#))),
        ("one long unknown property", format!(r#"{{"{}":0}}"#, "a".repeat(length - 6))),
        (
            "known properties, one unknown",
            inner(length, r#"{"free":{"#, |index| format!(r#""{index}":0"#), r#"},"x":0}"#),
        ),
        (
            "invalid items",
            inner(length, r#"{"tree":{"value":1,"children":["#, |_| "0".into(), "]}}"),
        ),
        (
            "items without their properties",
            inner(length, r#"{"tree":{"value":1,"children":["#, |_| "{}".into(), "]}}"),
        ),
        (
            "valid items, the last invalid",
            inner(
                length,
                r#"{"tree":{"value":1,"children":["#,
                |_| r#"{"value":1}"#.into(),
                ",0]}}",
            ),
        ),
        ("deep", deep(length)),
        (
            "duplicate at the end",
            inner(length, "{", |index| format!(r#""{index}":0"#), r#","1":0}"#),
        ),
    ]
}

/// Numbers that are expensive to parse or to divide.
fn numbers(length: usize) -> Vec<(&'static str, String)> {
    vec![
        ("long digits", format!(r#"{{"price":{}}}"#, "1".repeat(length - 10))),
        ("long fraction", format!(r#"{{"price":0.{}}}"#, "1".repeat(length - 12))),
        ("small numbers", inner(length, r#"{"prices":["#, |_| "0.001".into(), "]}")),
        ("odd numbers", inner(length, r#"{"prices":["#, |index| format!("{index}.015"), "]}")),
    ]
}

/// Arrays whose items must be unique.
fn arrays(length: usize) -> Vec<(&'static str, String)> {
    vec![
        ("distinct items", inner(length, r#"{"labels":["#, |index| index.to_string(), "]}")),
        ("equal items", inner(length, r#"{"labels":["#, |_| "{}".into(), "]}")),
        ("nested items", inner(length, r#"{"labels":["#, |index| format!("[[{index}]]"), "]}")),
    ]
}

/// Strings with patterns, formats and other rules.
fn strings(length: usize) -> Vec<(&'static str, String)> {
    vec![
        (
            "long string for a pattern",
            format!(r#"{{"labels":["{}!"]}}"#, "a b ".repeat(length / 4 - 6)),
        ),
        ("strings for a pattern", inner(length, r#"{"labels":["#, |_| r#""A""#.into(), "]}")),
        ("strings for a format", inner(length, r#"{"moments":["#, |_| r#""2""#.into(), "]}")),
        ("long string for e-mail", format!(r#"{{"email":"{}"}}"#, "a.".repeat(length / 2 - 8))),
        (
            "long quoted string for e-mail",
            format!(r#"{{"email":"\"{}\"@a"}}"#, "a ".repeat(length / 2 - 12)),
        ),
        ("long string for a URI", format!(r#"{{"home":"a://{}%"}}"#, "%aa".repeat(length / 3 - 8))),
        ("long string for an enum", format!(r#"{{"colour":"{}"}}"#, "a".repeat(length - 16))),
        (
            "strings for an enum",
            inner(length, r#"{"nested":{"deep-value":["#, |_| r#""c""#.into(), "]}}"),
        ),
        ("long string, too long", format!(r#"{{"text":"{}"}}"#, "ü".repeat(length / 2 - 8))),
    ]
}

/// Variants of a `oneOf`, escapes, and an error at the end.
fn others(length: usize) -> Vec<(&'static str, String)> {
    vec![
        ("oneOf without its kind", inner(length, r#"{"pets":["#, |_| "{}".into(), "]}")),
        (
            "oneOf of another kind",
            inner(length, r#"{"pets":["#, |_| r#"{"kind":"a"}"#.into(), "]}"),
        ),
        ("oneOf within oneOf", one_of(length, "0")),
        ("escapes", format!(r#"{{"text":"{}"}}"#, r"\u00e9".repeat(length / 6 - 4))),
        ("not JSON at the end", inner(length, r#"{"anything":["#, |_| "{}".into(), "}")),
    ]
}

/// Bodies that it accepts, so that they become typed values and are returned.
pub fn accepted(length: usize) -> Vec<(&'static str, String)> {
    vec![
        ("oneOf within oneOf", one_of(length, r#"{"kind":"dog","name":"a"}"#)),
        ("huge numbers", inner(length, r#"{"prices":["#, |_| "1e308".into(), "]}")),
        ("flat array", inner(length, r#"{"anything":["#, |_| "0".into(), "]}")),
        ("flat object", inner(length, r#"{"free":{"#, |index| format!(r#""{index}":0"#), "}}")),
        ("empty objects", inner(length, r#"{"anything":["#, |_| "{}".into(), "]}")),
    ]
}

/// An object with as many entries as fit.
fn object(length: usize, entry: impl Fn(usize) -> String) -> String {
    inner(length, "{", entry, "}")
}

/// As many items between `start` and `end` as fit.
fn inner(length: usize, start: &str, item: impl Fn(usize) -> String, end: &str) -> String {
    let mut text = start.to_owned();
    for index in 0.. {
        let item = item(index);
        if text.len() + item.len() + 1 + end.len() > length {
            break;
        }
        if index > 0 {
            text.push(',');
        }
        text.push_str(&item);
    }
    text + end
}

/// Nested trees, as deep as the parser allows; the innermost fills the length.
fn deep(length: usize) -> String {
    let levels = 60;
    let start = r#"{"value":1,"children":["#.repeat(levels);
    let end = "]}".repeat(levels);
    inner(
        length,
        &format!(r#"{{"tree":{start}"#),
        |_| r#"{"value":""}"#.into(),
        &format!("{end}}}"),
    )
}

/// Nested dogs; the innermost fills the length.
fn one_of(length: usize, last: &str) -> String {
    let levels = 60;
    let start = r#"{"kind":"dog","name":"a","puppies":["#.repeat(levels);
    let end = "]}".repeat(levels);
    inner(length, &format!(r#"{{"pets":[{start}"#), |_| last.into(), &format!("{end}]}}"))
}
