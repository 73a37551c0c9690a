//! The spec itself, and Swagger UI for it. Both are the hand-written document:
//! what a reader sees is what the server was generated from.

use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use poem::endpoint::make_sync;
use poem::http::{HeaderValue, Method, header};
use poem::{EndpointExt, Response};
use poem_openapi::OpenApiService;
use sha2::{Digest, Sha256};

use crate::app::RouteTable;
use crate::description::ApiDescription;

/// Adds `/openapi.yaml`, `/openapi.json` and `/docs`.
pub(crate) fn add_routes(description: &'static ApiDescription, routes: &mut RouteTable) {
    let mut add = |path: &str, page: Box<dyn Fn() -> Response + Send + Sync>| {
        let endpoint = make_sync(move |_| page());
        routes.entry(path.to_owned()).or_default().insert(Method::GET, endpoint.boxed());
    };
    let fixed = |content_type: &'static str, text: &'static str| {
        Box::new(move || document(content_type, Bytes::from_static(text.as_bytes())))
    };
    add("/openapi.yaml", fixed("application/yaml", description.spec_yaml));
    add("/openapi.json", fixed("application/json", description.spec_json));
    // Made when first asked for and kept, so that start-up does not pay for it.
    let page = OnceLock::new();
    add("/docs", Box::new(move || page.get_or_init(|| Page::swagger_ui(description)).response()));
}

fn document(content_type: &'static str, body: Bytes) -> Response {
    Response::builder()
        .content_type(content_type)
        // Revalidated, so that a new version shows immediately.
        .header(header::CACHE_CONTROL, "no-cache")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(body)
}

/// The page with everything in it, 1.6 MB: it loads nothing from elsewhere.
struct Page {
    html: Bytes,
    policy: HeaderValue,
}

impl Page {
    fn swagger_ui(description: &ApiDescription) -> Self {
        // poem-openapi makes the page for the document it derives; an empty API
        // has a short one, in whose place the hand-written one is put.
        let empty = OpenApiService::new((), description.title, description.version);
        // `</script>` in a description would end the script that holds the spec, and
        // `<!--<script>` would keep it from ending. Only strings of JSON have a `<`.
        let spec = description.spec_json.replace('<', "\\u003c");
        let html = empty.swagger_ui_html().replacen(&empty.spec(), &spec, 1);
        let title = format!("<title>{}</title>", description.title);
        let html = html.replacen("<title>Swagger UI</title>", &title, 1);
        Self { policy: policy(&html), html: html.into() }
    }

    fn response(&self) -> Response {
        let mut response = document("text/html; charset=utf-8", self.html.clone());
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, self.policy.clone());
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        response
    }
}

/// A Content-Security-Policy under which a page runs its own scripts and no
/// others, asks no server but its own, and is shown in no other page.
fn policy(html: &str) -> HeaderValue {
    let (scripts, styles) = (hashes(html, "script"), hashes(html, "style"));
    let policy = format!(
        "default-src 'none'; script-src{scripts}; style-src{styles}; img-src 'self' data:; \
         connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    // Nothing in it can be refused; if it were, a page without scripts is the safe one.
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

/// The hash of each inline element of this name, as a policy lists them.
fn hashes(html: &str, element: &str) -> String {
    let (open, close) = (format!("<{element}"), format!("</{element}>"));
    let mut rest = html;
    let mut hashes = String::new();
    while let Some((_, after)) = rest.split_once(&open) {
        let Some((_, content)) = after.split_once('>') else { break };
        let Some((content, after)) = content.split_once(&close) else { break };
        hashes += &format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(content)));
        rest = after;
    }
    hashes
}

#[cfg(test)]
mod tests {
    use super::{Page, policy};
    use crate::description::ApiDescription;

    #[test]
    fn the_policy_allows_exactly_the_scripts_and_styles_of_the_page() {
        // The hash of `alert(1)` as browsers print it.
        let policy = policy(r#"<style a="b">x</style><script>alert(1)</script>"#);
        let policy = policy.to_str().unwrap_or_default();
        let script = "script-src 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI=';";
        assert!(policy.contains(script), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
    }

    #[test]
    fn no_text_of_the_spec_ends_or_extends_the_script_of_the_page() {
        let description = ApiDescription {
            name: "test",
            title: "Test",
            version: "1",
            spec_yaml: "",
            spec_json: r#"{"description":"<!--<script> </script>"}"#,
            routes: &[],
        };
        let page = Page::swagger_ui(&description);
        let html = String::from_utf8_lossy(&page.html);
        assert!(html.contains(r#"{"description":"\u003c!--\u003cscript> \u003c/script>"}"#));
    }
}
