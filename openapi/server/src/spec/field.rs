//! Fields of forms, and properties of parameters.

/// A field of a form, or a property of a parameter.
#[derive(Debug)]
pub struct FieldSpec {
    /// The name. It is empty for those that the spec does not name, and `[]` for the items of an
    /// array in brackets.
    pub name: &'static str,
    /// How its value is written.
    pub style: FieldStyle,
    /// The type of its value, or of each item.
    pub text: PrimitiveType,
}

/// How the value of a field is written.
#[derive(Debug, Clone, Copy)]
pub enum FieldStyle {
    /// A single value.
    Single,
    /// An array, of which each item is a field of this name.
    Repeated,
    /// An array, whose items are separated by this character.
    Separated(char),
    /// JSON.
    Json,
    /// JSON for each item of an array.
    JsonItems,
    /// An object or array in brackets: `filter[name]=a`, `items[]=1`, `lines[0][price]=5`. With
    /// what it contains.
    Deep(&'static [FieldSpec]),
    /// A file of one of these media types, or of any if there are none.
    File(&'static [&'static str]),
    /// Several such files of this name.
    Files(&'static [&'static str]),
}

/// How the text of a parameter becomes a JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrimitiveType {
    /// Unchanged.
    String,
    /// In the syntax of a JSON number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A number or a boolean if it is one, or else a string.
    Any,
}
