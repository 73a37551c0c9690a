//! Valid specs that older versions refused.

use std::collections::HashMap;

use super::{HEAD, RESPONSES, accepted, document, operation, schemas, secured};

/// Words with a meaning in Rust are no names of generated types.
#[test]
fn enum_values_can_be_any_words() {
    let words = "none, ok, type, server, some, err, box, send, string, option, self, Self, result";
    let rust = accepted(&schemas(&format!("S: {{ type: string, enum: [{words}] }}")));
    let file = syn::parse_file(&rust).unwrap();
    let variants = file.items.iter().find_map(|item| match item {
        syn::Item::Enum(item) if item.ident == "S" => Some(&item.variants),
        _ => None,
    });
    let names: Vec<String> = variants.unwrap().iter().map(|v| v.ident.to_string()).collect();
    let expected = [
        "None", "Ok", "Type", "Server", "Some", "Err", "Box", "Send", "String", "Option", "Self_",
        "Self2", "Result",
    ];
    assert_eq!(names, expected);
}

#[test]
fn enum_values_can_differ_in_casing_only() {
    let rust = accepted(&schemas("S: { type: string, enum: [asc, ASC, a-b, a_b] }"));
    for variant in ["Asc,", "Asc2,", "AB,", "AB2,"] {
        assert!(rust.contains(&format!("\n    {variant}")), "{variant}: {rust}");
    }
}

#[test]
fn text_of_a_parameter_can_have_any_media_type() {
    for (media_type, schema, ty) in [
        ("application/sparql-query", "{ type: string }", "String"),
        ("text/plain", "{ type: integer }", "i64"),
    ] {
        let content = format!("content: {{ {media_type}: {{ schema: {schema} }} }}");
        let parameter = format!("      parameters: [{{ name: q, in: query, {content} }}]\n");
        let rust = accepted(&operation(&parameter));
        assert!(rust.contains(&format!("q: Option<{ty}>")), "{rust}");
    }
}

#[test]
fn a_schema_can_contain_itself() {
    let rust = accepted(&schemas(
        r##"Node: { type: object, properties: { next: { $ref: "#/components/schemas/Node" }, leaf: { $ref: "#/components/schemas/C" }, all: { type: array, items: { $ref: "#/components/schemas/Node" } } } }
A: { type: object, properties: { inner: { type: object, properties: { b: { $ref: "#/components/schemas/B" } } } } }
B: { type: object, required: [a], properties: { a: { $ref: "#/components/schemas/A" } } }
C: { type: object, properties: { b: { $ref: "#/components/schemas/B" } } }"##,
    ));
    for field in [
        "pub next: Option<Box<Node>>",
        "pub leaf: Option<C>",
        "pub all: Option<Vec<Node>>",
        "pub b: Option<Box<B>>",
        "pub a: Box<A>",
        "pub b: Option<B>",
    ] {
        assert!(rust.contains(field), "{field}: {rust}");
    }
}

#[test]
fn operations_without_an_id_are_named_after_method_and_path() {
    let rust = accepted(&format!(
        "{HEAD}paths:\n  /a/{{id}}/b-c:\n    parameters: [{{ name: id, in: path, required: true, schema: {{ type: string }} }}]\n    get:\n{RESPONSES}    put:\n      operationId: get_a_id_b_c\n{RESPONSES}  /a/id/b/c:\n    get:\n{RESPONSES}"
    ));
    for function in
        ["async fn get_a_id_b_c(", "async fn get_a_id_b_c_2(", "async fn get_a_id_b_c_3("]
    {
        assert!(rust.contains(function), "{function}: {rust}");
    }
}

#[test]
fn an_operation_id_can_have_any_characters() {
    for (id, name) in [
        ("list-data-sets", "list_data_sets"),
        ("find pet by id", "find_pet_by_id"),
        ("v2.0", "v2_0"),
    ] {
        let rust = accepted(&document("").replace("operationId: a", &format!("operationId: {id}")));
        assert!(rust.contains(&format!("async fn {name}(")), "{id}: {rust}");
    }
}

/// Each copy has its own type, like every inline schema.
#[test]
fn an_alias_is_a_copy() {
    let alias = accepted(&schemas(
        "A: { type: object, properties: { &key a: &text { type: string, maxLength: 3 }, b: *text, c: { type: string, enum: [*key] } } }",
    ));
    let copy = accepted(&schemas(
        "A: { type: object, properties: { a: { type: string, maxLength: 3 }, b: { type: string, maxLength: 3 }, c: { type: string, enum: [a] } } }",
    ));
    assert_eq!(alias, copy);
}

#[test]
fn header_and_cookie_names_can_be_any_tokens() {
    let parameters = ["`odd", "0-a", "$x", "!"].map(|name| {
        ["header", "cookie"]
            .map(|place| format!("{{ name: {name:?}, in: {place}, schema: {{ type: string }} }}"))
            .join(", ")
    });
    let headers = "\"000-foo\": { schema: { type: string } }";
    let responses = RESPONSES.replace(
        "{ description: Fine }",
        &format!("{{ description: Fine, headers: {{ {headers} }} }}"),
    );
    let spec = format!(
        "{HEAD}paths:\n  /a:\n    get:\n      operationId: a\n      parameters: [{}]\n{responses}",
        parameters.join(", ")
    );
    let rust = accepted(&spec);
    assert!(rust.contains("n_000_foo: Option<String>"), "{rust}");
}

#[test]
fn a_document_without_operations_has_types_only() {
    let spec =
        format!("{HEAD}paths: {{}}\ncomponents: {{ schemas: {{ 404.A: {{ type: string }} }} }}\n");
    let generated = openapi_stubgen::generate_from_str("spec.yaml", &spec).unwrap();
    assert_eq!(generated.warnings.diagnostics().len(), 1, "{}", generated.warnings);
    assert!(generated.rust.contains("pub struct N404A("), "{}", generated.rust);
}

#[test]
fn a_title_can_have_any_characters() {
    for (title, name) in [
        ("Swagger Petstore - OpenAPI 3.0", "SwaggerPetstoreOpenApi30"),
        ("3scale API", "N3scaleApi"),
        ("Größe", "GrE"),
    ] {
        let rust = accepted(&document("").replace("title: T", &format!("title: {title}")));
        assert!(rust.contains(&format!("pub trait {name}:")), "{title}: {rust}");
    }
}

#[test]
fn server_variables_are_accepted() {
    accepted(&document(
        "servers: [{ url: \"https://{host}/\", variables: { host: { default: a, enum: [a, b] } } }]\n",
    ));
}

/// The only form in which OpenAPI 3.0 allows a description beside a reference.
#[test]
fn an_all_of_with_one_reference_is_the_type_of_the_reference() {
    let rust = accepted(&schemas(
        r##"Colour: { type: string, enum: [red] }
Paint: { description: Of a car, allOf: [{ $ref: "#/components/schemas/Colour" }] }
Car:
  type: object
  properties:
    colour: { description: Of the paint, allOf: [{ $ref: "#/components/schemas/Colour" }] }
    trim: { default: red, allOf: [{ $ref: "#/components/schemas/Colour" }] }
    roof: { nullable: true, allOf: [{ $ref: "#/components/schemas/Colour" }] }
    paint: { $ref: "#/components/schemas/Paint" }"##,
    ));
    for line in [
        "/// Of the paint",
        "pub colour: Option<Colour>",
        "pub trim: Colour",
        "pub roof: Option<Option<Colour>>",
        "pub struct Paint(Colour);",
        "pub paint: Option<Paint>",
    ] {
        assert!(rust.contains(line), "{line}: {rust}");
    }
}

#[test]
fn all_of_is_merged_on_every_level() {
    let merged = r##"{ allOf: [{ $ref: "#/components/schemas/A" }, { required: [a], type: object, properties: { b: { type: string } } }] }"##;
    let spec = schemas(&format!(
        "A: {{ type: object, properties: {{ a: {{ type: string }} }} }}
Map: {{ type: object, additionalProperties: {merged} }}
List: {{ type: array, items: {merged} }}
Object: {{ type: object, properties: {{ inner: {merged} }} }}
Branch: {{ allOf: [{{ type: object, properties: {{ inner: {merged} }} }}, {{ type: object }}] }}"
    ));
    let content = format!("content: {{ application/json: {{ schema: {merged} }} }}");
    let spec = spec.replace("description: Fine", &format!("description: Fine, {content}"));
    let rust = accepted(&spec);
    let structs = structs(&rust);
    for name in ["MapValue", "ListItem", "ObjectInner", "BranchInner", "AOkBody"] {
        assert_eq!(structs[name], ["a: String", "b: Option"], "{name}");
    }
}

/// The fields of each struct, with the outermost type.
fn structs(rust: &str) -> HashMap<String, Vec<String>> {
    let field = |field: &syn::Field| {
        let syn::Type::Path(ty) = &field.ty else { return None };
        Some(format!("{}: {}", field.ident.as_ref()?, ty.path.segments.last()?.ident))
    };
    let structs = syn::parse_file(rust).unwrap().items.into_iter().filter_map(|item| match item {
        syn::Item::Struct(item) => {
            Some((item.ident.to_string(), item.fields.iter().filter_map(field).collect()))
        }
        _ => None,
    });
    structs.collect()
}

#[test]
fn all_of_can_be_nested_through_many_components() {
    let levels: String = (0..40)
        .map(|level| {
            let next = level + 1;
            format!(
                "A{level}: {{ allOf: [{{ $ref: \"#/components/schemas/A{next}\" }}, {{ type: object, properties: {{ p{level}: {{ type: string }} }} }}] }}\n"
            )
        })
        .collect();
    let rust = accepted(&schemas(&format!("{levels}A40: {{ type: object }}")));
    assert!(rust.contains("pub p39: Option<String>"));
}

/// The items would contain themselves without end if they were merged.
#[test]
fn all_of_can_lead_back_through_items_properties_and_values() {
    let back = r##"{ allOf: [{ $ref: "#/components/schemas/A" }, { type: object, properties: { x: { type: string } } }] }"##;
    let nested = format!("{{ allOf: [{back}, {{ type: object }}] }}");
    let a = r##"A: { allOf: [{ $ref: "#/components/schemas/B" }, { type: object, properties: { y: { type: string } } }] }"##;
    for (part, ty) in [
        (format!("{{ type: array, items: {back} }}"), "Vec<openapi_server::Value>"),
        (back.to_owned(), "openapi_server::Value"),
        (nested, "openapi_server::Value"),
        (
            format!("{{ type: object, additionalProperties: {back} }}"),
            "std::collections::BTreeMap<String, openapi_server::Value>",
        ),
    ] {
        let b = format!("B: {{ type: object, properties: {{ z: {part} }} }}");
        for definitions in [format!("{a}\n{b}"), format!("{b}\n{a}")] {
            let rust = accepted(&schemas(&definitions));
            let field = format!("pub z: Option<{ty}>,");
            assert!(rust.matches(&field).count() == 2 && rust.contains("pub struct A {"), "{rust}");
        }
    }
}

#[test]
fn a_component_can_be_a_reference() {
    let schemes = "k: { $ref: \"#/components/securitySchemes/j\" }
    j: { type: apiKey, in: header, name: X-B }";
    let components = "A: { $ref: \"#/components/schemas/B\" }
    B: { type: string }";
    let rust = accepted(&secured("[{ k: [] }]", schemes, components));
    assert!(rust.contains("pub struct A(B);"), "{rust}");
    assert!(rust.contains(" K(openapi_server::ApiKey)") && !rust.contains(" J("), "{rust}");
}

/// An absent parameter has no value either way.
#[test]
fn the_default_of_a_parameter_can_be_null() {
    let spec = operation(
        "      parameters: [{ name: p, in: query, schema: { type: string, nullable: true, default: null } }]\n",
    );
    let generated = openapi_stubgen::generate_from_str("spec.yaml", &spec).unwrap();
    assert!(generated.rust.contains("p: Option<String>"), "{}", generated.rust);
}

#[test]
fn a_description_cannot_change_the_direction_of_text() {
    let rust = accepted(&schemas("S: { type: string, description: \"a\\u202Eb\\u2066c\" }"));
    assert!(rust.contains("/// abc\n"), "{rust}");
}

#[test]
fn parts_without_effect_are_warnings() {
    let spec = operation(
        "      parameters: [{ name: X-A, in: header, explode: true, schema: { type: string } }]
components:
  parameters: { P: { name: p, in: query, schema: { type: string } } }
  securitySchemes: { s: { type: http, scheme: bearer } }
  schemas:
    S: { type: object, required: [a], properties: { a: { type: string, default: x } } }
",
    );
    let generated = openapi_stubgen::generate_from_str("spec.yaml", &spec).unwrap();
    assert_eq!(generated.warnings.warnings(), 4, "{}", generated.warnings);
}
