//! What the generator records about a service as a whole.

/// A service as its spec describes it.
#[derive(Debug)]
pub struct ApiDescription {
    /// The spec's file name without its extension. It names the service in logs.
    pub name: &'static str,
    /// `info.title`.
    pub title: &'static str,
    /// `info.version`.
    pub version: &'static str,
    /// The hand-written spec, byte for byte.
    pub spec_yaml: &'static str,
    /// The hand-written spec as JSON.
    pub spec_json: &'static str,
}
