//! Security schemes, and what operations require of them.

use crate::diagnostic::Span;

/// The `security` of an operation, or of the document.
#[derive(Debug, Default)]
pub(crate) struct Security {
    /// One of these must be satisfied. Empty for an operation that takes no credentials.
    pub alternatives: Vec<Vec<RequiredScheme>>,
    /// Whether a request without credentials is allowed, too.
    pub is_optional: bool,
}

impl Security {
    /// Whether the operation takes credentials.
    pub fn is_empty(&self) -> bool {
        self.alternatives.is_empty()
    }

    /// The names of the schemes, each once.
    pub fn schemes(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for required in self.alternatives.iter().flatten() {
            if !names.contains(&required.name.as_str()) {
                names.push(required.name.as_str());
            }
        }
        names
    }
}

/// A scheme that an alternative requires.
#[derive(Debug)]
pub(crate) struct RequiredScheme {
    /// The name of the scheme.
    pub name: String,
    pub scopes: Vec<Scope>,
}

#[derive(Debug)]
pub(crate) struct Scope {
    pub name: String,
    pub span: Span,
}

#[derive(Debug)]
pub(crate) struct SecurityScheme {
    pub name: String,
    pub span: Span,
    pub description: Option<String>,
    pub kind: SecuritySchemeKind,
}

#[derive(Debug)]
pub(crate) enum SecuritySchemeKind {
    Bearer(TokenSource),
    Basic,
    /// Another scheme of `Authorization`.
    Http {
        scheme: String,
    },
    ApiKey {
        location: KeyLocation,
        name: String,
    },
}

/// Where bearer tokens come from. For documentation, except that only the first has no scopes.
#[derive(Debug)]
pub(crate) enum TokenSource {
    Http { format: Option<String> },
    Oauth2 { flows: Vec<OauthFlow> },
    OpenIdConnect { url: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyLocation {
    Header,
    Query,
    Cookie,
}

/// How clients get a token. For documentation.
#[derive(Debug)]
pub(crate) struct OauthFlow {
    /// As in the spec: `implicit`, `password`, `clientCredentials` or `authorizationCode`.
    pub name: &'static str,
    pub authorization_url: Option<String>,
    pub token_url: Option<String>,
    pub refresh_url: Option<String>,
    /// Names and descriptions.
    pub scopes: Vec<(String, String)>,
}
