//! readOnly and writeOnly reach the properties through every way, or are refused.

use super::{HEAD, accepted, schemas};

/// The generated fields of the properties, each with its attribute.
fn fields(definitions: &str) -> Vec<String> {
    let rust = accepted(&schemas(definitions));
    let file = syn::parse_file(&rust).unwrap();
    let mut fields = Vec::new();
    for item in file.items {
        let syn::Item::Struct(item) = item else { continue };
        for field in item.fields.iter().filter(|field| field.ident.is_some()) {
            let name = field.ident.as_ref().unwrap();
            let hidden = rust_of(&field.attrs).contains("skip_serializing)");
            let role = if hidden { "hidden" } else { "sent" };
            fields.push(format!("{}.{name} {role}", item.ident));
        }
    }
    fields
}

fn rust_of(attributes: &[syn::Attribute]) -> String {
    let lists = attributes.iter().filter_map(|attribute| attribute.meta.require_list().ok());
    lists.map(|list| format!("{})", list.tokens)).collect()
}

#[test]
fn write_only_reaches_properties_of_every_level() {
    let found = fields(
        r##"Secret: { type: string, writeOnly: true }
Alias: { $ref: "#/components/schemas/Secret" }
List: { type: array, items: { $ref: "#/components/schemas/Alias" } }
Map: { type: object, additionalProperties: { $ref: "#/components/schemas/List" } }
S:
  type: object
  properties:
    reference: { $ref: "#/components/schemas/Alias" }
    list: { $ref: "#/components/schemas/List" }
    map: { $ref: "#/components/schemas/Map" }
    inline: { type: array, items: { type: array, items: { type: string, writeOnly: true } } }
    nullable: { type: string, nullable: true, writeOnly: true }
    open: { type: string }
    object: { type: object, properties: { map: { $ref: "#/components/schemas/Map" }, open: {} } }
    objects: { type: array, items: { type: object, properties: { list: { $ref: "#/components/schemas/List" } } } }
Merged:
  allOf:
    - $ref: "#/components/schemas/S"
    - { type: object, properties: { own: { $ref: "#/components/schemas/Alias" } } }"##,
    );
    for field in ["reference", "list", "map", "inline", "nullable"] {
        for object in ["S", "Merged"] {
            let hidden = format!("{object}.{field} hidden");
            assert!(found.contains(&hidden), "{hidden}: {found:?}");
        }
    }
    for field in [
        "S.open sent",
        "S.object sent",
        "S.objects sent",
        "SObject.map hidden",
        "SObject.open sent",
        "SObjectsItem.list hidden",
        "Merged.own hidden",
    ] {
        assert!(found.contains(&field.to_owned()), "{field}: {found:?}");
    }
}

/// Every branch applies, whether it is merged or only validated.
#[test]
fn properties_inherit_from_the_branches_of_all_of() {
    let found = fields(
        r##"Secret: { type: string, writeOnly: true }
Object: { type: object, properties: { a: { type: string } } }
Text: { type: string }
S:
  type: object
  properties:
    annotated: { allOf: [{ $ref: "#/components/schemas/Text" }, { writeOnly: true }] }
    typed: { allOf: [{ $ref: "#/components/schemas/Text" }, { type: string, writeOnly: true }] }
    inherited: { allOf: [{ $ref: "#/components/schemas/Secret" }, { type: string, minLength: 1 }] }
    object: { allOf: [{ $ref: "#/components/schemas/Object" }, { writeOnly: true }] }
    nested: { allOf: [{ allOf: [{ $ref: "#/components/schemas/Text" }, { writeOnly: true }] }, { minLength: 1 }] }
    open: { allOf: [{ $ref: "#/components/schemas/Text" }, { description: x }] }"##,
    );
    for field in ["annotated", "typed", "inherited", "object", "nested"] {
        let hidden = format!("S.{field} hidden");
        assert!(found.contains(&hidden), "{hidden}: {found:?}");
    }
    assert!(found.contains(&"S.open sent".to_owned()), "{found:?}");
}

#[test]
fn a_branch_can_have_the_default() {
    let rust = accepted(&schemas(
        r##"Colour: { type: string, enum: [red, blue] }
Car: { type: object, properties: { colour: { allOf: [{ $ref: "#/components/schemas/Colour" }, { default: red }] } } }"##,
    ));
    assert!(rust.contains("pub colour: Colour,"), "{rust}");
}

#[test]
fn properties_inherit_through_long_chains_and_cycles_of_references() {
    let chain: String = (0..60)
        .map(|level| format!("A{level}: {{ $ref: \"#/components/schemas/A{}\" }}\n", level + 1))
        .collect();
    let found = fields(&format!(
        r##"{chain}A60: {{ type: string, writeOnly: true }}
Loop: {{ type: array, items: {{ $ref: "#/components/schemas/Loop" }} }}
S: {{ type: object, properties: {{ a: {{ $ref: "#/components/schemas/A0" }}, b: {{ $ref: "#/components/schemas/Loop" }} }} }}"##
    ));
    assert_eq!(found, ["S.a hidden", "S.b sent"]);
}

/// The default of a readOnly property is for clients.
#[test]
fn defaults_apply_to_what_a_request_can_have() {
    let rust = accepted(&schemas(
        "S: { type: object, properties: { a: { type: string, default: x, writeOnly: true }, b: { type: string, default: y, readOnly: true } } }",
    ));
    assert!(rust.contains("default = \"S::default_a\", skip_serializing"), "{rust}");
    assert!(rust.contains("pub a: Option<String>"), "{rust}");
    assert!(!rust.contains("default_b"), "{rust}");
}

/// An example can be of a request or of a response.
#[test]
fn examples_need_only_the_properties_that_every_message_has() {
    let object = |example: &str| {
        schemas(&format!(
            "S: {{ type: object, required: [a, b, c], properties: {{ a: {{ type: string, readOnly: true }}, b: {{ type: string, writeOnly: true }}, c: {{ type: string }} }}, example: {example} }}"
        ))
    };
    accepted(&object("{ c: x }"));
    accepted(&object("{ a: x, b: x, c: x }"));
    let report = openapi_stubgen::check_str("spec.yaml", &object("{ a: x, b: x }")).to_string();
    assert!(report.contains("\"c\" is a required property"), "{report}");
}

#[test]
fn what_no_message_can_have_is_reported() {
    let body = |keyword: &str, place: &str| {
        let schema = format!("{{ type: array, items: {{ type: string, {keyword}: true }} }}");
        let content =
            |schema: &str| format!("content: {{ application/json: {{ schema: {schema} }} }}");
        let (request, response) = match place {
            "request" => (content(&schema), content("{}")),
            _ => (content("{}"), content(&schema)),
        };
        format!(
            "{HEAD}paths:\n  /a:\n    post:\n      operationId: a\n      requestBody: {{ {request} }}\n      responses: {{ default: {{ description: x }}, \"200\": {{ description: x, {response} }} }}\n"
        )
    };
    accepted(&body("writeOnly", "request"));
    accepted(&body("readOnly", "response"));
    let inherited = schemas(
        r##"Out: { type: string, readOnly: true }
S:
  type: object
  properties:
    branches: { readOnly: true, allOf: [{ type: string }, { writeOnly: true }] }
    both: { writeOnly: true, allOf: [{ $ref: "#/components/schemas/Out" }] }
    twice: { type: string, readOnly: true, writeOnly: true }"##,
    );
    let values = schemas(
        "S: { type: object, properties: { a: {} }, additionalProperties: { type: string, writeOnly: true } }",
    );
    let variant = schemas(
        r##"Cat: { type: object, readOnly: true, required: [k], properties: { k: { type: string } } }
S: { oneOf: [{ $ref: "#/components/schemas/Cat" }], discriminator: { propertyName: k } }"##,
    );
    let branch = schemas(
        r##"Cat: { type: object, properties: { k: { type: string } } }
Wrapped: { nullable: true, allOf: [{ $ref: "#/components/schemas/Cat" }] }
S: { allOf: [{ $ref: "#/components/schemas/Wrapped" }, { type: object }] }"##,
    );
    assert_rendered!([
        ("a readOnly request body", body("readOnly", "request")),
        ("a writeOnly response body", body("writeOnly", "response")),
        ("readOnly and writeOnly", inherited),
        ("writeOnly values beside properties", values),
        ("a readOnly variant", variant),
        ("a nullable branch through a reference", branch),
    ]);
}

/// What is wrong with the values is reported where they are.
#[test]
fn an_object_does_not_inherit_from_its_other_values() {
    super::assert_schema(
        "{ type: object, properties: { o: { writeOnly: true, type: object, properties: { a: {} }, additionalProperties: ▸{ type: string, readOnly: true } } } }",
        "readOnly values of additionalProperties beside `properties`",
    );
}
