//! What the generator writes down about a whole service.

/// A service as its spec describes it.
#[derive(Debug)]
pub struct ApiDescription {
    /// The spec file's name without its ending, which is the service's name in logs.
    pub name: &'static str,
    /// `info.title`.
    pub title: &'static str,
    /// `info.version`.
    pub version: &'static str,
    /// The hand-written spec, byte for byte.
    pub spec_yaml: &'static str,
    /// The same as JSON.
    pub spec_json: &'static str,
    /// Every path.
    pub routes: &'static [Route],
}

/// One path of a spec.
#[derive(Debug)]
pub struct Route {
    /// As the spec writes it: `/users/{id}`.
    pub path: &'static str,
    /// As poem writes it: `/users/:id`.
    pub pattern: &'static str,
}

impl ApiDescription {
    /// The route that poem has matched.
    pub(crate) fn route(&self, pattern: &str) -> Option<&'static Route> {
        self.routes.iter().find(|route| route.pattern == pattern)
    }
}
