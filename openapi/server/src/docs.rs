//! The endpoints that serve the spec, and Swagger UI for it. Both show the hand-written document
//! from which the server was generated.

use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use poem::endpoint::make_sync;
use poem::http::{HeaderValue, header};
use poem::{EndpointExt, Response};
use poem_openapi::OpenApiService;
use sha2::{Digest, Sha256};

use crate::description::ApiDescription;
use crate::route_table::{RouteTable, add_default};

/// Adds `/openapi.yaml`, `/openapi.json` and `/docs`.
pub(crate) fn add_routes(description: &'static ApiDescription, routes: &mut RouteTable) {
    let mut add = |path: &str, page: Box<dyn Fn() -> Response + Send + Sync>| {
        let endpoint = make_sync(move |_| page());
        add_default(routes, path, endpoint.boxed());
    };
    let fixed = |content_type: &'static str, text: &'static str| {
        Box::new(move || document(content_type, Bytes::from_static(text.as_bytes())))
    };
    add("/openapi.yaml", fixed("application/yaml", description.spec_yaml));
    add("/openapi.json", fixed("application/json", description.spec_json));
    // Built on the first request, so that it does not delay the start.
    let page = OnceLock::new();
    add("/docs", Box::new(move || page.get_or_init(|| Page::swagger_ui(description)).response()));
}

fn document(content_type: &'static str, body: Bytes) -> Response {
    Response::builder()
        .content_type(content_type)
        // Caches must revalidate, so that a new version shows immediately.
        .header(header::CACHE_CONTROL, "no-cache")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .body(body)
}

/// The page, 1.6 MB. It is self-contained and loads nothing from elsewhere.
struct Page {
    html: Bytes,
    policy: HeaderValue,
}

impl Page {
    fn swagger_ui(description: &ApiDescription) -> Self {
        // poem-openapi builds the page for a spec that it derives. That of an empty API is short;
        // it is replaced by the hand-written one.
        let empty = OpenApiService::new((), description.title, description.version);
        // `</script>` in a description would end the script that contains the spec, and
        // `<!--<script>` would keep it from ending. In JSON, `<` only occurs in strings.
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

/// A Content-Security-Policy that allows only the page's own scripts and styles, requests to its
/// own server, and no embedding in other pages.
fn policy(html: &str) -> HeaderValue {
    let scripts = hashes(html, "script");
    let styles = hashes(html, "style");
    let policy = format!(
        "default-src 'none'; script-src{scripts}; style-src{styles}; img-src 'self' data:; \
         connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).expect("the policy consists of ASCII text and base64")
}

/// The hashes of the inline elements of this name, in the syntax of a policy.
fn hashes(html: &str, element: &str) -> String {
    let open = format!("<{element}");
    let close = format!("</{element}>");
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
    fn policy_allows_only_the_scripts_and_styles_of_the_page() {
        // The hash of `alert(1)` as browsers print it.
        let policy = policy(r#"<style a="b">x</style><script>alert(1)</script>"#);
        let policy = policy.to_str().unwrap_or_default();
        let script = "script-src 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI=';";
        assert!(policy.contains(script), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
    }

    #[test]
    fn text_of_the_spec_cannot_end_or_extend_the_script() {
        let description = ApiDescription {
            name: "test",
            title: "Test",
            version: "1",
            spec_yaml: "",
            spec_json: r#"{"description":"<!--<script> </script>"}"#,
        };
        let page = Page::swagger_ui(&description);
        let html = String::from_utf8_lossy(&page.html);
        assert!(html.contains(r#"{"description":"\u003c!--\u003cscript> \u003c/script>"}"#));
    }
}
