//! The endpoints of an API: generated code adds one for each operation.

use std::sync::Arc;

use poem::{Endpoint, EndpointExt, IntoResponse, Request, Response};

use crate::error::ApiError;
use crate::limit::ConcurrencyLimit;
use crate::operation::{Operation, OperationSpec};
use crate::request::RequestContext;
use crate::route::RouteTable;
use crate::schema::Schemas;

/// Adds the endpoints of an API to a route table. All of them share its implementation, its
/// schemas, and a limit on the requests processed simultaneously.
pub struct ApiRoutes<'a, A> {
    table: &'a mut RouteTable,
    api: Arc<A>,
    schemas: Schemas,
    limit: ConcurrencyLimit,
}

impl<'a, A: Send + Sync + 'static> ApiRoutes<'a, A> {
    /// Endpoints for `api`, to be added to `table`. `schemas` is the document that the generator
    /// wrote.
    ///
    /// # Panics
    /// If `schemas` is any other text.
    pub fn new(table: &'a mut RouteTable, api: A, schemas: &str) -> Self {
        Self {
            table,
            api: Arc::new(api),
            schemas: Schemas::parse(schemas),
            limit: ConcurrencyLimit::new(),
        }
    }

    /// Adds the endpoint of an operation. `handler` is the generated adapter to the trait.
    ///
    /// # Panics
    /// If the schemas are not those of the operation.
    pub fn add<F, Fut>(&mut self, spec: &'static OperationSpec, handler: F)
    where
        F: Fn(Arc<A>, RequestContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Response, ApiError>> + Send,
    {
        let endpoint = OperationEndpoint {
            operation: Arc::new(Operation::compile(spec, &self.schemas, self.limit.clone())),
            api: Arc::clone(&self.api),
            handler,
        };
        let methods = self.table.entry(spec.path.to_owned()).or_default();
        methods.insert(spec.method.clone(), endpoint.boxed());
    }
}

struct OperationEndpoint<A, F> {
    operation: Arc<Operation>,
    api: Arc<A>,
    handler: F,
}

impl<A, F, Fut> Endpoint for OperationEndpoint<A, F>
where
    A: Send + Sync + 'static,
    F: Fn(Arc<A>, RequestContext) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Response, ApiError>> + Send,
{
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let context = RequestContext::new(Arc::clone(&self.operation), request);
        let outcome = (self.handler)(Arc::clone(&self.api), context).await;
        Ok(outcome.unwrap_or_else(IntoResponse::into_response))
    }
}
