//! Parameters and response headers, whose values are text.

use super::{Schema, Spanned};
use crate::diagnostic::Span;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Location {
    Path,
    Query,
    Header,
    Cookie,
}

impl Location {
    /// As in the spec.
    pub fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }

    /// The styles of parameters here; the first is the default.
    pub fn styles(self) -> &'static [Style] {
        match self {
            Self::Path => &[Style::Simple, Style::Label, Style::Matrix],
            Self::Query => {
                &[Style::Form, Style::SpaceDelimited, Style::PipeDelimited, Style::DeepObject]
            }
            Self::Header => &[Style::Simple],
            Self::Cookie => &[Style::Form],
        }
    }
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Simple,
    Label,
    Matrix,
    Form,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
    /// As JSON, because the spec has `content` instead of `schema`.
    Json,
}

impl Style {
    /// As in the spec.
    pub fn name(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Label => "label",
            Self::Matrix => "matrix",
            Self::Form => "form",
            Self::SpaceDelimited => "spaceDelimited",
            Self::PipeDelimited => "pipeDelimited",
            Self::DeepObject => "deepObject",
            Self::Json => "JSON",
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    pub name: String,
    pub span: Span,
    pub location: Location,
    pub description: Option<String>,
    pub required: bool,
    pub deprecated: bool,
    pub style: Style,
    /// Whether each item or property is written with its name.
    pub explode: bool,
    /// The span of the keyword.
    pub explode_span: Option<Span>,
    /// The span of `allowEmptyValue: true`.
    pub allow_empty: Option<Span>,
    pub schema: Schema,
    pub examples: Vec<Spanned>,
}

impl Parameter {
    /// Location and name identify a parameter. The names of headers are case-insensitive.
    pub fn has_same_key(&self, other: &Self) -> bool {
        let has_same_name = match self.location {
            Location::Header => self.name.eq_ignore_ascii_case(&other.name),
            Location::Path | Location::Query | Location::Cookie => self.name == other.name,
        };
        self.location == other.location && has_same_name
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Header {
    pub name: String,
    pub span: Span,
    pub description: Option<String>,
    pub required: bool,
    pub deprecated: bool,
    /// Simple or JSON.
    pub style: Style,
    /// Whether objects are written as `R=100,G=200` instead of `R,100,G,200`.
    pub explode: bool,
    pub schema: Schema,
    pub examples: Vec<Spanned>,
}

impl Header {
    /// Whether `openapi-server` sends this header with every response.
    pub fn is_set_by_runtime(&self) -> bool {
        self.name.eq_ignore_ascii_case("x-request-id")
    }
}
