//! The endpoints of a path, by method.

use std::collections::BTreeMap;
use std::sync::Arc;

use poem::endpoint::BoxEndpoint;
use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Body, Endpoint, EndpointExt, Request, Response};

use crate::codes;
use crate::error::ApiError;
use crate::error_responder::ErrorResponder;
use crate::route_table::RouteTable;
use crate::router::{Router, WithParameterNames, parse_template};

/// The router for a table.
pub(crate) fn router(table: RouteTable, errors: &ErrorResponder) -> Router<MethodRouter> {
    let mut router = Router::default();
    for (template, endpoints) in routes(table) {
        let endpoint = MethodRouter::new(&template, endpoints, errors.clone());
        router.add(&template, endpoint);
    }
    router
}

/// The endpoints of each route, with its template. Templates that differ only in the names of their
/// parameters are one route, in which each endpoint gets the names in its template.
fn routes(table: RouteTable) -> impl Iterator<Item = (Arc<str>, Vec<MethodEndpoint>)> {
    let mut routes: BTreeMap<String, (Arc<str>, Vec<MethodEndpoint>)> = BTreeMap::new();
    let table: BTreeMap<_, _> = table.into_iter().collect();
    for (template, endpoints) in table {
        let (route, names) = parse_template(&template);
        let template: Arc<str> = template.into();
        let (first, known) =
            routes.entry(route).or_insert_with(|| (Arc::clone(&template), Vec::new()));
        for (method, endpoint) in endpoints {
            let endpoint = if *first == template {
                endpoint
            } else {
                WithParameterNames { names: Arc::clone(&names), endpoint }.boxed()
            };
            known.push(MethodEndpoint { method, template: Arc::clone(&template), endpoint });
        }
    }
    routes.into_values()
}

/// The methods of one path. poem's own `RouteMethod` would box every request once more, and its
/// 405 lacks the header `Allow`.
pub(crate) struct MethodRouter {
    endpoints: Vec<MethodEndpoint>,
    /// The template for methods that the path does not allow.
    template: Arc<str>,
    allowed: String,
    allow_header: HeaderValue,
    errors: ErrorResponder,
}

struct MethodEndpoint {
    method: Method,
    template: Arc<str>,
    endpoint: BoxEndpoint<'static>,
}

impl MethodRouter {
    fn new(template: &Arc<str>, endpoints: Vec<MethodEndpoint>, errors: ErrorResponder) -> Self {
        let methods = endpoints.iter().map(|endpoint| endpoint.method.as_str());
        let mut allowed: Vec<&str> = methods.collect();
        if allowed.contains(&"GET") && !allowed.contains(&"HEAD") {
            allowed.push("HEAD");
        }
        allowed.sort_unstable();
        let allowed = allowed.join(", ");
        let allow_header = HeaderValue::try_from(&allowed);
        Self {
            allow_header: allow_header.expect("methods are tokens, which headers allow"),
            allowed,
            template: Arc::clone(template),
            endpoints,
            errors,
        }
    }

    /// The template of the path, as the spec has it for the method.
    pub fn template(&self, method: &Method) -> &Arc<str> {
        self.endpoint(method).map_or(&self.template, |endpoint| &endpoint.template)
    }

    fn endpoint(&self, method: &Method) -> Option<&MethodEndpoint> {
        let find =
            |method: &Method| self.endpoints.iter().find(|endpoint| endpoint.method == *method);
        // HEAD is GET without the body (RFC 9110, 9.3.2).
        find(method).or_else(|| if *method == Method::HEAD { find(&Method::GET) } else { None })
    }

    fn method_not_allowed(&self) -> ApiError {
        let message = format!("Method not allowed; allowed: {}", self.allowed);
        ApiError::new(StatusCode::METHOD_NOT_ALLOWED, codes::METHOD_NOT_ALLOWED, message)
            .with_header(header::ALLOW, self.allow_header.clone())
    }

    pub async fn call(&self, request: Request) -> poem::Result<Response> {
        let Some(known) = self.endpoint(request.method()) else {
            return Ok(Box::pin(self.errors.respond(self.method_not_allowed())).await);
        };
        let has_body = known.method == *request.method();
        let mut response = known.endpoint.call(request).await?;
        if !has_body {
            response.set_body(Body::empty());
        }
        Ok(response)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use poem::endpoint::make_sync;

    use super::*;

    #[test]
    fn the_template_of_a_route_is_that_of_the_method() {
        let endpoint = || make_sync(|_| ()).map_to_response().boxed();
        let mut table = RouteTable::from([
            ("/pets/{id}".to_owned(), HashMap::from([(Method::PUT, endpoint())])),
            ("/pets/{name}".to_owned(), HashMap::from([(Method::GET, endpoint())])),
        ]);
        let errors = ErrorResponder::take(&mut table);
        let router = router(table, &errors);
        let methods = router.find(&mut Request::builder().uri_str("/pets/1").finish()).unwrap();
        for (method, template) in [
            (Method::PUT, "/pets/{id}"),
            (Method::GET, "/pets/{name}"),
            (Method::HEAD, "/pets/{name}"),
            (Method::DELETE, "/pets/{id}"),
        ] {
            assert_eq!(&**methods.template(&method), template, "{method}");
        }
    }
}
