//! The Rust names of everything that is generated from a spec.
//!
//! Names of the spec keep their words and get Rust's [casing]; an inline type is named after what
//! contains it. Two properties, components or operations of the same name in Rust are an error,
//! which only the author of the spec can resolve. Everything else that meets a name that is taken
//! gives way: the trait of a spec whose title is also a component becomes `PetApi`, an inline type
//! gets a number.

mod casing;
mod contents;
mod errors;
mod scope;
mod security;
mod types;

use std::collections::HashMap;

pub(crate) use casing::{snake_case, status, upper_camel_case, variants};
pub(crate) use contents::content_variants;
use scope::Scope;
pub(crate) use security::{CredentialsNames, SecurityNames};
pub(crate) use types::needs_type;

use crate::diagnostic::Diagnostics;
use crate::model::{Content, Header, Location, Operation, Parameter, Property, Schema, Spec};

/// The number of parameters from which a trait function takes them as one struct.
const STRUCT_FROM: usize = 3;

/// The names of a spec. Each is looked up by the address of its construct, so they are valid for
/// the spec that they were assigned to.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// The trait.
    pub api: String,
    /// The struct that serves an implementation of the trait.
    pub server: String,
    /// The implementation that answers 501.
    pub unimplemented: String,
    names: HashMap<(Role, *const ()), String>,
    operations: HashMap<*const Operation, OperationNames>,
    /// What belongs to authentication.
    pub security: SecurityNames,
    types: Scope,
}

/// What a name is for; a construct can have several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Role {
    /// The type of a component or an inline schema.
    Type,
    /// The type of a nullable component's value when it is not null.
    NonNull,
    /// The field for the properties that an object does not declare.
    AdditionalProperties,
    /// A field, an argument, or a function of the trait.
    Value,
    /// The function that makes the body of an error.
    Error,
    /// The enum of a body that can have several media types.
    Content,
}

#[derive(Debug)]
pub(crate) struct OperationNames {
    pub function: String,
    pub response: String,
    /// The struct of the parameters, unless they are few.
    pub parameters: Option<String>,
    pub body: String,
    /// The argument for who the request comes from, if the operation takes credentials.
    pub principal: Option<String>,
}

impl Names {
    /// Assigns all names, and reports those that are not distinct.
    pub fn assign(spec: &Spec, diagnostics: &Diagnostics) -> Self {
        let mut names = Self::default();
        names.name_components(spec, diagnostics);
        names.name_api(spec);
        let functions = names.name_functions(spec, diagnostics);
        names.name_inline_types(spec, diagnostics);
        names.name_error_functions(spec, functions);
        names
    }

    /// Whether a type of the spec has this name.
    pub fn is_type(&self, name: &str) -> bool {
        self.types.contains(name)
    }

    pub fn schema(&self, schema: &Schema) -> &str {
        self.get(Role::Type, schema)
    }

    /// Whether the schema has a type.
    pub fn has_type(&self, schema: &Schema) -> bool {
        self.names.contains_key(&(Role::Type, std::ptr::from_ref(schema).cast()))
    }

    pub fn non_null(&self, schema: &Schema) -> &str {
        self.get(Role::NonNull, schema)
    }

    pub fn additional_properties(&self, object: &Schema) -> &str {
        self.get(Role::AdditionalProperties, object)
    }

    pub fn property(&self, property: &Property) -> &str {
        self.get(Role::Value, property)
    }

    pub fn parameter(&self, parameter: &Parameter) -> &str {
        self.get(Role::Value, parameter)
    }

    pub fn header(&self, header: &Header) -> &str {
        self.get(Role::Value, header)
    }

    /// The enum of a body, if it can have several media types.
    pub fn content(&self, contents: &[Content]) -> Option<&str> {
        let first = contents.first()?;
        let name = self.names.get(&(Role::Content, std::ptr::from_ref(first).cast()));
        name.map(String::as_str)
    }

    /// The function of the trait that makes an error's body of this schema.
    /// None if the server has a body by itself.
    pub fn error_function(&self, schema: &Schema) -> Option<&str> {
        self.names.get(&(Role::Error, std::ptr::from_ref(schema).cast())).map(String::as_str)
    }

    pub fn operation(&self, operation: &Operation) -> &OperationNames {
        &self.operations[&std::ptr::from_ref(operation)]
    }

    fn get<T>(&self, role: Role, construct: &T) -> &str {
        &self.names[&(role, std::ptr::from_ref(construct).cast())]
    }

    fn set<T>(&mut self, role: Role, construct: &T, name: String) {
        self.names.insert((role, std::ptr::from_ref(construct).cast()), name);
    }

    fn name_api(&mut self, spec: &Spec) {
        let title = upper_camel_case(&spec.info.title);
        self.api = self.types.choose([title.clone(), format!("{title}Api")]);
        self.server = self.types.choose([format!("{}Server", self.api)]);
        self.unimplemented = self.types.choose(["Unimplemented".to_owned()]);
    }

    /// The functions of the trait, with their arguments and the types that belong to them.
    fn name_functions(&mut self, spec: &Spec, diagnostics: &Diagnostics) -> Scope {
        let mut functions = Scope::default();
        for operation in &spec.operations {
            let id = &operation.id;
            let function = functions.claim(snake_case(id), id, operation.span, diagnostics);
            self.name_operation(operation, function, diagnostics);
        }
        self.security = SecurityNames::assign(spec, &mut self.types, &mut functions, diagnostics);
        functions
    }

    fn name_operation(
        &mut self,
        operation: &Operation,
        function: String,
        diagnostics: &Diagnostics,
    ) {
        let prefix = upper_camel_case(&operation.id);
        let response = self.types.choose([format!("{prefix}Response")]);
        let has_struct = operation.parameters.len() >= STRUCT_FROM;
        let parameters = has_struct.then(|| self.types.choose([format!("{prefix}Parameters")]));
        let mut arguments = Scope::default();
        let body = arguments.choose(["body".to_owned()]);
        let takes_credentials = !operation.security.is_empty();
        let principal = takes_credentials.then(|| arguments.choose(["principal".to_owned()]));
        if has_struct {
            arguments = Scope::default();
        }
        self.name_parameters(operation, arguments, diagnostics);
        for response in &operation.responses {
            self.name_headers(response, diagnostics);
        }
        let names = OperationNames { function, response, parameters, body, principal };
        self.operations.insert(operation, names);
    }

    /// A parameter whose name is taken is named after its location as well.
    fn name_parameters(
        &mut self,
        operation: &Operation,
        mut arguments: Scope,
        diagnostics: &Diagnostics,
    ) {
        let mut by_location: HashMap<Location, Scope> = HashMap::new();
        for parameter in &operation.parameters {
            let Parameter { name, span, location, .. } = parameter;
            let scope = by_location.entry(*location).or_default();
            let argument = scope.claim(snake_case(name), name, *span, diagnostics);
            let with_location = format!("{}_{argument}", location.name());
            let argument = arguments.choose([argument, with_location]);
            self.set(Role::Value, parameter, argument);
        }
    }

    fn name_headers(&mut self, response: &crate::model::Response, diagnostics: &Diagnostics) {
        let mut headers = Scope::default();
        let mut fields = Scope::default();
        fields.choose(["body".to_owned()]);
        for header in response.handler_headers() {
            let Header { name, span, .. } = header;
            let field = headers.claim(snake_case(name), name, *span, diagnostics);
            let field = fields.choose([field.clone(), format!("header_{field}")]);
            self.set(Role::Value, header, field);
        }
    }
}
