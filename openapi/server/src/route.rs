//! The endpoints of a path, by method.

use std::collections::HashMap;
use std::sync::Arc;

use poem::endpoint::BoxEndpoint;
use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Body, Endpoint, PathPattern, Request, Response};

use crate::codes;
use crate::error::ApiError;
use crate::error_responder::ErrorResponder;
use crate::route_table::RouteTable;
use crate::router::Router;

/// The router for a table.
pub(crate) fn router(table: RouteTable, errors: &ErrorResponder) -> Router<MethodRouter> {
    let mut router = Router::default();
    for (template, endpoints) in table {
        let endpoint = MethodRouter::new(&template, endpoints, errors.clone());
        router.add(&template, endpoint);
    }
    router
}

/// The template of the path that a response's request matched, as the spec writes it.
pub(crate) fn matched_path(response: &Response) -> Option<&Arc<str>> {
    response.data::<PathPattern>().map(|PathPattern(template)| template)
}

/// The methods of one path. poem's own `RouteMethod` would box every request once more, and its
/// 405 lacks the header `Allow`.
pub(crate) struct MethodRouter {
    endpoints: Vec<(Method, BoxEndpoint<'static>)>,
    /// Set on every response. poem adds its own pattern only where this is missing.
    matched_path: PathPattern,
    allowed: String,
    allow_header: HeaderValue,
    errors: ErrorResponder,
}

impl MethodRouter {
    fn new(
        template: &str,
        endpoints: HashMap<Method, BoxEndpoint<'static>>,
        errors: ErrorResponder,
    ) -> Self {
        let mut allowed: Vec<&str> = endpoints.keys().map(Method::as_str).collect();
        if allowed.contains(&"GET") && !allowed.contains(&"HEAD") {
            allowed.push("HEAD");
        }
        allowed.sort_unstable();
        let allowed = allowed.join(", ");
        let allow_header = HeaderValue::try_from(&allowed);
        Self {
            endpoints: endpoints.into_iter().collect(),
            matched_path: PathPattern(template.into()),
            allow_header: allow_header.expect("methods are tokens, which headers allow"),
            allowed,
            errors,
        }
    }

    fn endpoint(&self, method: &Method) -> Option<&BoxEndpoint<'static>> {
        self.endpoints.iter().find(|(known, _)| known == method).map(|(_, endpoint)| endpoint)
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
        let mut response = match own.or(get) {
            Some(endpoint) => endpoint.call(request).await?,
            None => Box::pin(self.errors.respond(self.method_not_allowed())).await,
        };
        if get.is_some() {
            response.set_body(Body::empty());
        }
        response.set_data(self.matched_path.clone());
        Ok(response)
    }
}
