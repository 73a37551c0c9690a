//! Collisions: two names of the spec that become the same Rust name in the same scope.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::model::{AdditionalProperties, NamedSchema, Operation, Schema, SchemaKind, Spec};
use crate::names::{self, snake_case, upper_camel_case};

/// The names that generated code uses without a path.
const RESERVED: [&str; 16] = [
    "Option", "Some", "None", "Result", "Ok", "Err", "String", "Vec", "Box", "Send", "Sync",
    "Future", "Self", "Type", "Into", "Server",
];

pub(super) fn check(spec: &Spec, diagnostics: &Diagnostics) {
    let scope = || Scope { names: BTreeMap::new(), diagnostics };
    let mut types = scope();
    let title = spec.info.title_span;
    types.insert(&names::service(spec), title, "the trait");
    types.insert(&names::server(spec), title, "the server");
    for named in &spec.schemas {
        insert_component(&mut types, named);
    }
    let mut functions = scope();
    for scheme in &spec.security_schemes {
        functions.insert(&snake_case(&scheme.name), scheme.span, &scheme.name);
    }
    for operation in &spec.operations {
        let Operation { id, span, .. } = operation;
        // Otherwise the names of the responses are the same as well.
        if functions.insert(&snake_case(id), *span, id) {
            types.insert(&names::response(operation), *span, &format!("the responses of `{id}`"));
        }
        check_arguments(operation, scope());
        check_response_fields(operation, &scope);
        for (name, schema) in names::operation_schemas(operation) {
            insert_inline(&mut types, schema, &name, schema.span);
        }
    }
}

fn insert_component(types: &mut Scope, named: &NamedSchema) {
    let name = upper_camel_case(&named.name);
    types.insert(&name, named.span, &named.name);
    if named.schema.nullable && names::needs_type(&named.schema) {
        let role = format!("the value of the nullable `{}`", named.name);
        types.insert(&names::non_null(&name), named.span, &role);
    }
    insert_children(types, &named.schema, &name);
}

/// Adds the type of an inline schema; `span` is the construct that its name comes from.
fn insert_inline(types: &mut Scope, schema: &Schema, name: &str, span: Span) {
    if names::needs_type(schema) {
        types.insert(name, span, &format!("the inline schema `{name}`"));
    }
    insert_children(types, schema, name);
}

/// Checks the fields of a type, and adds the types within it. Variants need no check: those with
/// the same name are numbered.
fn insert_children(types: &mut Scope, schema: &Schema, name: &str) {
    match &schema.kind {
        SchemaKind::Array(array) => {
            insert_inline(types, &array.items, &names::item(name), array.items.span);
        }
        SchemaKind::Object(object) => {
            let mut fields = types.nested();
            for property in &object.properties {
                fields.insert(&snake_case(&property.name), property.span, &property.name);
                let member = names::member(name, &property.name);
                insert_inline(types, &property.schema, &member, property.span);
            }
            if let AdditionalProperties::Schema(values) = &object.additional_properties {
                let field = "additional_properties";
                fields.insert(field, values.span, "additionalProperties");
                insert_inline(types, values, &names::value(name), values.span);
            }
        }
        _ => {}
    }
}

fn check_arguments(operation: &Operation, mut arguments: Scope) {
    for scheme in &operation.security {
        // Two schemes of one name have been reported as functions.
        if !arguments.names.contains_key(&snake_case(scheme)) {
            arguments.insert(&snake_case(scheme), operation.span, scheme);
        }
    }
    if operation.body.is_some() {
        arguments.insert("body", operation.span, "the body");
    }
    for parameter in &operation.parameters {
        arguments.insert(&snake_case(&parameter.name), parameter.span, &parameter.name);
    }
}

fn check_response_fields<'a>(operation: &Operation, scope: &dyn Fn() -> Scope<'a>) {
    for response in &operation.responses {
        let mut fields = scope();
        fields.insert("body", response.span, "the body");
        for header in response.handler_headers() {
            fields.insert(&snake_case(&header.name), header.span, &header.name);
        }
    }
}

/// The Rust names of a scope, each with the spec's name that it comes from.
struct Scope<'a> {
    names: BTreeMap<String, (String, Span)>,
    diagnostics: &'a Diagnostics,
}

impl Scope<'_> {
    /// An empty scope.
    fn nested(&self) -> Self {
        Self { names: BTreeMap::new(), diagnostics: self.diagnostics }
    }

    /// Returns whether the name is free.
    fn insert(&mut self, rust: &str, span: Span, name: &str) -> bool {
        let name = if name.contains(' ') { name.to_owned() } else { format!("`{name}`") };
        if RESERVED.contains(&rust) {
            self.diagnostics.error(
                span,
                format!("{name} would be named `{rust}`, which is reserved for generated code"),
                "rename it",
            );
            return false;
        }
        match self.names.get(rust) {
            None => {
                self.names.insert(rust.to_owned(), (name, span));
                true
            }
            Some((other, first)) => {
                let message = format!("{name} and {other} would both be named `{rust}`");
                let error = Diagnostic::error(span, message, "rename one of the two");
                let error = error.related_to(*first, format!("{other} is here"));
                self.diagnostics.report(error.into());
                false
            }
        }
    }
}
