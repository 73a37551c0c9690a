//! Schemas, one type per JSON type with the constraints that apply to it.

use serde_json::{Number, Value};

use super::{Access, ObjectConstraints, Spanned};
use crate::diagnostic::Span;

/// A schema of `components/schemas`.
#[derive(Debug)]
pub(crate) struct NamedSchema {
    pub name: String,
    pub span: Span,
    pub schema: Schema,
}

#[derive(Debug, Clone)]
pub(crate) struct Schema {
    pub span: Span,
    pub title: Option<String>,
    pub description: Option<String>,
    pub nullable: bool,
    pub read_only: bool,
    pub write_only: bool,
    pub deprecated: bool,
    pub default: Option<Spanned>,
    pub example: Option<Spanned>,
    /// Whether a reference is written as `allOf` with a single branch, which can have siblings.
    pub is_wrapped: bool,
    /// Whether the value is JSON that can contain a password or what only requests have.
    pub has_untyped_secret: bool,
    /// The values of `enum`. Those of strings are in [`StringConstraints`].
    pub values: Vec<Value>,
    pub kind: SchemaKind,
    /// What values have to satisfy besides. It does not change their Rust type.
    pub composition: Composition,
}

/// Constraints by other schemas, which are only validated.
#[derive(Debug, Clone, Default)]
pub(crate) struct Composition {
    /// The keywords of a schema without `type`, by the JSON type whose values they apply to.
    pub untyped: Vec<Schema>,
    pub all_of: Vec<Schema>,
    pub one_of: Vec<Schema>,
    pub any_of: Vec<Schema>,
    pub not: Option<Box<Schema>>,
}

impl Composition {
    pub fn is_empty(&self) -> bool {
        self.children().next().is_none()
    }

    pub fn children(&self) -> impl Iterator<Item = &Schema> {
        let lists = [&self.untyped, &self.all_of, &self.one_of, &self.any_of];
        lists.into_iter().flatten().chain(self.not.as_deref())
    }

    pub fn children_mut(&mut self) -> impl Iterator<Item = &mut Schema> {
        let lists = [&mut self.untyped, &mut self.all_of, &mut self.one_of, &mut self.any_of];
        lists.into_iter().flatten().chain(self.not.as_deref_mut())
    }
}

#[derive(Debug, Clone)]
pub(crate) enum SchemaKind {
    /// The name of a component schema. `allOf` with a single reference is one as well.
    Reference(String),
    /// Without `type`: any JSON value.
    Any,
    Boolean,
    String(StringConstraints),
    /// `integer` and `number`.
    Number(NumberConstraints),
    Array(ArrayConstraints),
    Object(ObjectConstraints),
    OneOf(OneOf),
    /// A file of a `multipart/form-data` body.
    File,
    /// The branches, which `resolve` merges into an object or makes part of the composition.
    AllOf(Vec<Schema>),
    /// A schema with an error, which has been reported.
    Invalid,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct StringConstraints {
    pub format: Option<&'static str>,
    pub pattern: Option<String>,
    pub min_length: Option<u64>,
    pub max_length: Option<u64>,
    /// Empty without `enum`. A `null` in the list is represented by `Schema::nullable`.
    pub enum_values: Vec<String>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct NumberConstraints {
    pub integer: bool,
    pub format: Option<&'static str>,
    pub minimum: Option<Number>,
    pub exclusive_minimum: bool,
    pub maximum: Option<Number>,
    pub exclusive_maximum: bool,
    pub multiple_of: Option<Number>,
}

#[derive(Debug, Clone)]
pub(crate) struct ArrayConstraints {
    pub items: Box<Schema>,
    pub min_items: Option<u64>,
    pub max_items: Option<u64>,
    pub unique_items: bool,
}

/// `oneOf` with a discriminator.
#[derive(Debug, Clone)]
pub(crate) struct OneOf {
    /// The `propertyName` of the discriminator.
    pub discriminator: String,
    /// The span of the discriminator.
    pub span: Span,
    pub variants: Vec<OneOfVariant>,
    /// Whether the spec has an explicit `mapping`.
    pub has_mapping: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct OneOfVariant {
    /// The value of the discriminator.
    pub value: String,
    pub span: Span,
    /// The name of the component schema.
    pub schema: String,
}

impl Schema {
    pub fn new(span: Span, kind: SchemaKind) -> Self {
        Self {
            span,
            title: None,
            description: None,
            nullable: false,
            read_only: false,
            write_only: false,
            deprecated: false,
            default: None,
            example: None,
            is_wrapped: false,
            has_untyped_secret: false,
            values: Vec::new(),
            kind,
            composition: Composition::default(),
        }
    }

    /// `not: {}`, which no value satisfies.
    pub fn without_values(span: Span) -> Self {
        let mut schema = Self::new(span, SchemaKind::Any);
        schema.composition.not = Some(Box::new(Self::new(span, SchemaKind::Any)));
        schema
    }

    /// What the keywords of this schema say, without what it consists of.
    pub fn own_access(&self) -> Access {
        match (self.read_only, self.write_only) {
            (true, _) => Access::ReadOnly,
            (false, true) => Access::WriteOnly,
            (false, false) => Access::ReadWrite,
        }
    }

    pub fn is_scalar(&self) -> bool {
        matches!(self.kind, SchemaKind::Boolean | SchemaKind::String(_) | SchemaKind::Number(_))
    }

    /// Whether values are files or arrays of files.
    pub fn is_file(&self) -> bool {
        match &self.kind {
            SchemaKind::Array(array) => matches!(array.items.kind, SchemaKind::File),
            kind => matches!(kind, SchemaKind::File),
        }
    }

    /// Whether a schema allows every value.
    pub fn is_unconstrained(&self) -> bool {
        matches!(self.kind, SchemaKind::Any)
            && self.values.is_empty()
            && self.composition.is_empty()
    }

    /// The schemas that the Rust type consists of.
    pub fn parts(&self) -> Vec<&Self> {
        match &self.kind {
            SchemaKind::Array(array) => vec![&array.items],
            SchemaKind::Object(object) => object.parts().collect(),
            SchemaKind::AllOf(branches) => branches.iter().collect(),
            _ => Vec::new(),
        }
    }

    /// The schemas within this one, after `resolve` has merged every `allOf`; references are not
    /// followed.
    pub fn children_mut(&mut self) -> Vec<&mut Self> {
        let mut children: Vec<&mut Self> = match &mut self.kind {
            SchemaKind::Array(array) => vec![&mut array.items],
            SchemaKind::Object(object) => object.parts_mut().collect(),
            _ => Vec::new(),
        };
        children.extend(self.composition.children_mut());
        children
    }

    /// Calls `visit` for this schema and those within it; references are not followed.
    pub fn visit<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        visit(self);
        for child in self.parts().into_iter().chain(self.composition.children()) {
            child.visit(visit);
        }
    }

    pub fn visit_mut(&mut self, visit: &mut dyn FnMut(&mut Self)) {
        visit(self);
        for child in self.children_mut() {
            child.visit_mut(visit);
        }
    }
}

impl NumberConstraints {
    /// The least and the greatest value of the type, unless they are those of JSON numbers, which
    /// are doubles.
    pub fn range(&self) -> Option<(Number, Number)> {
        if !self.integer {
            return match self.format {
                Some("float") => {
                    Number::from_f64(f32::MIN.into()).zip(Number::from_f64(f32::MAX.into()))
                }
                _ => None,
            };
        }
        Some(match self.format {
            Some("int8") => (i8::MIN.into(), i8::MAX.into()),
            Some("int16") => (i16::MIN.into(), i16::MAX.into()),
            Some("int32") => (i32::MIN.into(), i32::MAX.into()),
            Some("uint8") => (u8::MIN.into(), u8::MAX.into()),
            Some("uint16") => (u16::MIN.into(), u16::MAX.into()),
            Some("uint32") => (u32::MIN.into(), u32::MAX.into()),
            Some("uint64") => (u64::MIN.into(), u64::MAX.into()),
            _ => (i64::MIN.into(), i64::MAX.into()),
        })
    }
}
