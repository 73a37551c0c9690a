//! The endpoints of a path, by method.

use std::collections::BTreeMap;
use std::sync::Arc;

use poem::endpoint::BoxEndpoint;
use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Body, Endpoint, EndpointExt, PathPattern, Request, Response};

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
            known.push(MethodEndpoint {
                method,
                template: PathPattern(Arc::clone(&template)),
                endpoint,
            });
        }
    }
    routes.into_values()
}

/// The template of the path that a response's request matched, as the spec writes it.
pub(crate) fn matched_path(response: &Response) -> Option<&Arc<str>> {
    response.data::<PathPattern>().map(|PathPattern(template)| template)
}

/// The methods of one path. poem's own `RouteMethod` would box every request once more, and its
/// 405 lacks the header `Allow`.
pub(crate) struct MethodRouter {
    endpoints: Vec<MethodEndpoint>,
    /// For responses to other methods.
    template: PathPattern,
    allowed: String,
    allow_header: HeaderValue,
    errors: ErrorResponder,
}

struct MethodEndpoint {
    method: Method,
    /// Set on every response. poem adds its own pattern only where this is missing.
    template: PathPattern,
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
            template: PathPattern(Arc::clone(template)),
            endpoints,
            errors,
        }
    }

    fn endpoint(&self, method: &Method) -> Option<&MethodEndpoint> {
        self.endpoints.iter().find(|known| known.method == *method)
    }

    fn method_not_allowed(&self) -> ApiError {
        let message = format!("Method not allowed; allowed: {}", self.allowed);
        ApiError::new(StatusCode::METHOD_NOT_ALLOWED, codes::METHOD_NOT_ALLOWED, message)
            .with_header(header::ALLOW, self.allow_header.clone())
    }
}

impl Endpoint for MethodRouter {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let own = self.endpoint(request.method());
        // HEAD is GET without the body (RFC 9110, 9.3.2).
        let get = match own {
            None if request.method() == Method::HEAD => self.endpoint(&Method::GET),
            _ => None,
        };
        let (mut response, template) = match own.or(get) {
            Some(known) => (known.endpoint.call(request).await?, &known.template),
            None => {
                let error = self.method_not_allowed();
                (Box::pin(self.errors.respond(error)).await, &self.template)
            }
        };
        if get.is_some() {
            response.set_body(Body::empty());
        }
        response.set_data(template.clone());
        Ok(response)
    }
}
