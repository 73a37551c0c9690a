//! A table of the crate's documentation lists the keywords of every object with what the generator
//! does. The table of schemas has a separate test.

use openapi_stubgen::{GeneratedCode, check_str, generate_from_str};

/// The keywords of OpenAPI 3.0.3: the object, the keyword, and a text that adds it at a place of the
/// document below. Without a text, the document has the keyword already.
const KEYWORDS: &str = include_str!("keywords.txt");

const DOCUMENT: &str = r##"
openapi: 3.0.3
info: { title: T, version: "1" @info }
paths:
  /a/{id}:
    parameters: [ { name: id, in: path, required: true, schema: { type: string } } ]
    post:
      @operation
      requestBody: { content: { application/json: { schema: { type: string } @media type } @content } @request body }
      responses:
        "200":
          description: Fine
          content: { text/plain: { schema: { type: string } } }
          @response
        "202": { description: Fine, headers: { X-B: { schema: { type: string } @header } } }
        @responses
        default: { description: Any error }
    @path
  /linked:
    get:
      operationId: linked
      parameters: [ { name: p, in: query, schema: { type: string } @parameter } @parameters ]
      responses: { default: { description: Any error } }
  @paths
components:
  securitySchemes: { key: { type: http, scheme: basic @security scheme }, @security schemes }
  @components
security: [ { key: [] }, { other: [] } ]
@document
"##;

const OTHER_SCHEME: &str = "other: { type: http, scheme: bearer }";

/// What the texts refer to.
const COMPONENTS: [(&str, &str); 7] = [
    ("responses/R", "responses: { R: { description: d } }"),
    ("parameters/P", "parameters: { P: { name: r, in: query, schema: { type: string } } }"),
    ("examples/E", "examples: { E: { value: e } }"),
    ("requestBodies/B", "requestBodies: { B: { content: { text/plain: {} } } }"),
    ("headers/H", "headers: { H: { schema: { type: string } } }"),
    ("links/L", "links: { L: { operationRef: / } }"),
    (
        "callbacks/C",
        "callbacks: { C: { \"{$url}\": { post: { responses: { default: { description: d } } } } } }",
    ),
];

/// The document with a text at a place.
fn document(place: &str, text: &str) -> String {
    let components = COMPONENTS.iter().find(|(path, _)| text.contains(path));
    let mut document = DOCUMENT.to_owned();
    if !text.is_empty() {
        // A place whose name begins like that of another one is followed by something else.
        let ends = [" ", "\n"].map(|end| (format!("{place}{end}"), format!("{text}{end}")));
        let (mark, replacement) =
            ends.into_iter().find(|(mark, _)| document.contains(mark)).expect(place);
        document = document.replacen(&mark, &replacement, 1);
    }
    document = document.replace("@components", components.map_or("", |(_, definition)| definition));
    document = document.replace("@security schemes", OTHER_SCHEME);
    let marks = [
        "@info",
        "@operation",
        "@media type",
        "@content",
        "@request body",
        "@responses",
        "@response",
        "@header",
        "@paths",
        "@path",
        "@parameters",
        "@parameter",
        "@security scheme",
        "@document",
    ];
    marks.into_iter().fold(document, |document, mark| document.replace(mark, ""))
}

/// What the server does: the types and routes without comments and the description for
/// poem-openapi, and the schemas.
fn behaviour(generated: &GeneratedCode) -> String {
    let comments = |line: &&str| !line.trim_start().starts_with("///");
    let rust: Vec<&str> = generated.rust.lines().filter(comments).collect();
    let server = generated.server_rust.split("// Description").next().unwrap_or_default();
    [rust.join("\n").as_str(), server, &generated.schemas_json].concat()
}

#[test]
fn the_document_of_the_test_has_no_problems() {
    let report = check_str("spec.yaml", &document("", ""));
    assert!(report.is_empty(), "{report}");
}

#[test]
fn the_documented_class_of_each_keyword_is_what_the_generator_does() {
    let table = include_str!("../../src/keywords.md");
    let mut problems = Vec::new();
    for line in KEYWORDS.lines() {
        let columns: Vec<&str> = line.splitn(4, '|').map(str::trim).collect();
        let row = format!("| {} | ", columns[0]);
        let mut rows = table.lines().filter(|line| line.starts_with(&row));
        let row = rows.find(|row| row.contains(&format!("`{}`", columns[1])));
        let documented = row.and_then(|row| row.trim_end_matches(" |").rsplit("| ").next());
        let class = match columns[..] {
            [_, _, place, text] => class(place, text),
            _ => "enforced",
        };
        // What an object must have need not be enforced.
        let is_required = columns.len() == 2 && documented == Some("documentation");
        if documented != Some(class) && !is_required {
            problems.push(format!("{line}\n  is {class}, documented as {documented:?}"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// What the generator does with what a text adds to the document, or with the part of it in `[[ ]]`.
fn class(place: &str, text: &str) -> &'static str {
    let without = match (text.split_once("[["), text.split_once("]]")) {
        (Some((before, _)), Some((_, after))) => format!("{before}{after}"),
        _ => String::new(),
    };
    let spec = document(place, &text.replace("[[", "").replace("]]", ""));
    let report = check_str("spec.yaml", &spec);
    if report.errors() > 0 {
        return "refused";
    }
    if report.warnings() > 0 {
        return "noted";
    }
    let [with, without] = [spec, document(place, &without)]
        .map(|spec| behaviour(&generate_from_str("spec.yaml", &spec).unwrap()));
    if with == without { "documentation" } else { "enforced" }
}
