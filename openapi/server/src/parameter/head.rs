//! The head of a request, where parameters are.

use poem::Request;

use crate::spec::{Location, OperationSpec, ParameterSpec, SecurityScheme, ValueStyle};
use crate::text::Pair;

/// The head of a request.
pub(crate) struct Head<'a> {
    pub operation: &'static OperationSpec,
    pub request: &'a Request,
    pub query: Vec<Pair<'a>>,
}

impl Head<'_> {
    /// Whether the operation has a parameter or credential of this name in the query.
    pub fn declares(&self, name: &str) -> bool {
        let mut keys = self.operation.security.iter().filter_map(SecurityScheme::query_key);
        self.query_parameters().any(|parameter| parameter.has_query_name(name))
            || keys.any(|key| key == name)
    }

    /// The same, or whether an object takes all other names.
    pub fn is_known(&self, name: &str) -> bool {
        let is_open = |parameter: &ParameterSpec| {
            matches!(parameter.values, ValueStyle::Properties { is_open: true, .. })
        };
        self.declares(name) || self.query_parameters().any(is_open)
    }

    fn query_parameters(&self) -> impl Iterator<Item = &'static ParameterSpec> {
        let parameters = self.operation.parameters.iter();
        parameters.filter(|parameter| parameter.location == Location::Query)
    }
}
