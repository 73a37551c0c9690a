//! The spec itself, and Swagger UI for it. Both are the hand-written document:
//! what a reader sees is what the server was generated from.

use std::sync::OnceLock;

use bytes::Bytes;
use poem::endpoint::make_sync;
use poem::http::{Method, header};
use poem::{EndpointExt, Response};
use poem_openapi::OpenApiService;

use crate::app::RouteTable;
use crate::description::Description;

/// Adds `/openapi.yaml`, `/openapi.json` and `/docs`.
pub(crate) fn add_routes(description: &'static Description, routes: &mut RouteTable) {
    let mut add = |path: &str, content_type, page: Box<dyn Fn() -> Bytes + Send + Sync>| {
        let endpoint = make_sync(move |_| {
            Response::builder()
                .content_type(content_type)
                // Revalidated, so that a new version shows at once.
                .header(header::CACHE_CONTROL, "no-cache")
                .body(page())
        });
        routes.entry(path.to_owned()).or_default().insert(Method::GET, endpoint.boxed());
    };
    let fixed = |text: &'static str| Box::new(move || Bytes::from_static(text.as_bytes()));
    add("/openapi.yaml", "application/yaml", fixed(description.spec_yaml));
    add("/openapi.json", "application/json", fixed(description.spec_json));
    // Made when first asked for and kept, so that start-up does not pay for it.
    let page = OnceLock::new();
    add(
        "/docs",
        "text/html; charset=utf-8",
        Box::new(move || page.get_or_init(|| swagger_ui(description)).clone()),
    );
}

/// The page with everything in it, 1.6 MB: it loads nothing from elsewhere.
fn swagger_ui(description: &Description) -> Bytes {
    // poem-openapi makes the page for the document it derives; an empty API
    // has a short one, in whose place the hand-written one is put.
    let empty = OpenApiService::new((), description.title, description.version);
    // `</script>` in a description would end the script it stands in.
    let spec = description.spec_json.replace("</", "<\\/");
    let page = empty.swagger_ui_html().replacen(&empty.spec(), &spec, 1);
    page.replacen("<title>Swagger UI</title>", &format!("<title>{}</title>", description.title), 1)
        .into()
}
