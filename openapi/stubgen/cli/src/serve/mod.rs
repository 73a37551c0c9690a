//! `openapi-stubgen serve`: a mock server. It validates requests as generated servers do, with the
//! same run-time crate, and answers with the examples of the spec or values made up from schemas.
//!
//! Credentials are not checked.

mod response;
mod specs;

use std::path::Path;
use std::sync::Arc;

use openapi_server::{
    ApiDescription, ApiRoutes, OperationSpec, RouteTable, ServeOptions, Shutdown, app, runtime,
};
use openapi_stubgen::mock::{MockApi, MockOperation, mock_from_str};
use openapi_stubgen::{Error, Report};
use poem_openapi::OpenApi;
use poem_openapi::registry::{MetaApi, Registry};
use response::Responses;

/// Serves a spec until the program is terminated. Returns the report of a spec with errors.
///
/// # Errors
/// If the file cannot be read, or the port cannot be used.
pub fn serve(file: &str, port: u16) -> Result<Option<Report>, Error> {
    let io_error = |error| Error::Io(file.into(), error);
    let text = std::fs::read_to_string(file).map_err(io_error)?;
    let api = match mock_from_str(file, &text) {
        Ok(api) => api,
        Err(report) => return Ok(Some(report)),
    };
    if !api.warnings.is_empty() {
        eprintln!("{}\n", api.warnings);
    }
    let stem = Path::new(file).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let description: &'static ApiDescription = Box::leak(Box::new(ApiDescription {
        name: stem.leak(),
        title: api.title.clone().leak(),
        version: api.version.clone().leak(),
        spec_yaml: text.leak(),
        spec_json: api.spec_json.clone().leak(),
    }));
    let address = |error| Error::Io(format!("127.0.0.1:{port}").into(), error);
    let runtime = runtime(None).map_err(address)?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.map_err(address)?;
        let local = listener.local_addr().map_err(address)?;
        println!("http://{local}");
        let app = app(description, Mock(api));
        let shutdown = Shutdown::on_signals().map_err(address)?;
        let options = ServeOptions::default();
        openapi_server::serve(listener, app, options, shutdown).await.map_err(address)
    })?;
    Ok(None)
}

/// The API that answers examples.
struct Mock(MockApi);

impl OpenApi for Mock {
    fn meta() -> Vec<MetaApi> {
        Vec::new()
    }

    fn register(_: &mut Registry) {}

    fn add_routes(self, table: &mut RouteTable) {
        let mut routes = ApiRoutes::new(table, (), &self.0.schemas_json);
        for operation in self.0.operations {
            add(&mut routes, operation);
        }
    }
}

fn add(routes: &mut ApiRoutes<'_, ()>, operation: MockOperation) {
    // A server has its operations as long as the program runs.
    let spec: &'static OperationSpec = Box::leak(Box::new(specs::operation(&operation)));
    let responses = Arc::new(Responses::new(operation.responses));
    routes.add(spec, move |_, mut context| {
        let responses = Arc::clone(&responses);
        async move {
            Ok(match context.read().await {
                Ok(_) => responses.success(),
                Err(error) => responses.error(error),
            })
        }
    });
}
