//! The endpoints of an API: generated code adds one for each operation.

use std::sync::Arc;

use poem::{Endpoint, EndpointExt, IntoResponse, Request, Response};

use crate::error::ApiError;
use crate::error_responder;
use crate::limit::ConcurrencyLimit;
use crate::operation::Operation;
use crate::panic;
use crate::request::RequestContext;
use crate::route_table::RouteTable;
use crate::schema::Schemas;
use crate::spec::OperationSpec;

/// How an error becomes the response that the spec describes.
pub type ErrorFunction<A> = fn(&A, ApiError) -> Response;

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
        self.insert(spec, handler, None);
    }

    /// Adds the endpoint of an operation whose errors have another body than the envelope.
    ///
    /// # Panics
    /// If the schemas are not those of the operation.
    pub fn add_with_errors<F, Fut>(
        &mut self,
        spec: &'static OperationSpec,
        handler: F,
        errors: ErrorFunction<A>,
    ) where
        F: Fn(Arc<A>, RequestContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Response, ApiError>> + Send,
    {
        self.insert(spec, handler, Some(errors));
    }

    /// Answers the errors outside of operations, such as an unknown path.
    pub fn answer_errors(&mut self, errors: ErrorFunction<A>) {
        let api = Arc::clone(&self.api);
        error_responder::insert(self.table, move |error| errors(&api, error));
    }

    fn insert<F, Fut>(
        &mut self,
        spec: &'static OperationSpec,
        handler: F,
        errors: Option<ErrorFunction<A>>,
    ) where
        F: Fn(Arc<A>, RequestContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Response, ApiError>> + Send,
    {
        let endpoint = OperationEndpoint {
            operation: Arc::new(Operation::compile(spec, &self.schemas, self.limit.clone())),
            api: Arc::clone(&self.api),
            handler,
            errors,
        };
        let methods = self.table.entry(spec.path.to_owned()).or_default();
        methods.insert(spec.method.clone(), endpoint.boxed());
    }
}

struct OperationEndpoint<A, F> {
    operation: Arc<Operation>,
    api: Arc<A>,
    handler: F,
    errors: Option<ErrorFunction<A>>,
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
        let work = (self.handler)(Arc::clone(&self.api), context);
        let Some(errors) = self.errors else {
            return Ok(work.await.unwrap_or_else(IntoResponse::into_response));
        };
        // The application catches panics too, but does not know the errors of this operation.
        let outcome = panic::catch(work).await;
        let outcome =
            outcome.unwrap_or_else(|panicked| Err(ApiError::internal().with_source(panicked)));
        Ok(outcome.unwrap_or_else(|error| errors(&self.api, error)))
    }
}
