//! The schema `Error`, if it is the envelope that `openapi-server` writes errors in.

use super::{Content, Property, Schema, SchemaKind, Spec};

/// The component that can be the envelope.
const NAME: &str = "Error";

impl Spec {
    /// Whether the content is the envelope, as the server writes it.
    pub fn is_envelope_content(&self, content: &Content) -> bool {
        self.is_envelope(&content.schema) && (content.is_plain_json() || content.is_range())
    }

    /// Whether the schema refers to the envelope.
    fn is_envelope(&self, schema: &Schema) -> bool {
        matches!(&schema.kind, SchemaKind::Reference(name) if self.is_envelope_name(name))
    }

    /// Whether the component of this name is the envelope:
    /// `{error: {code: string, message: string, details?: object}}`.
    pub fn is_envelope_name(&self, name: &str) -> bool {
        name == NAME && self.schema(NAME).is_some_and(|schema| self.has_envelope_form(schema))
    }

    fn has_envelope_form(&self, schema: &Schema) -> bool {
        let Some([error]) = self.required(schema) else { return false };
        let Some([code, message]) = self.required(&error.schema) else { return false };
        let is_string = |property: &Property| {
            matches!(self.resolve(&property.schema).kind, SchemaKind::String(_))
        };
        let mut names = [code.name.as_str(), message.name.as_str()];
        names.sort_unstable();
        let details = self.property(&error.schema, "details").map(|schema| &schema.kind);
        error.name == "error"
            && names == ["code", "message"]
            && is_string(code)
            && is_string(message)
            && matches!(details, Some(SchemaKind::Object(_)))
    }

    /// The required properties of an object, if there are exactly `N`.
    fn required<'a, const N: usize>(&'a self, schema: &'a Schema) -> Option<[&'a Property; N]> {
        let SchemaKind::Object(object) = &self.resolve(schema).kind else { return None };
        let required: Vec<_> =
            object.properties.iter().filter(|property| property.required).collect();
        required.try_into().ok()
    }

    fn property<'a>(&'a self, schema: &'a Schema, name: &str) -> Option<&'a Schema> {
        let SchemaKind::Object(object) = &self.resolve(schema).kind else { return None };
        let property = object.property(name).filter(|property| !property.required)?;
        Some(self.resolve(&property.schema))
    }
}
