//! The responses of a mock server.

use openapi_server::{
    ApiError, Response, StatusCode, Value, empty_response, insert_exploded_header, insert_header,
    insert_json_header, json_response_as, text_response,
};
use openapi_stubgen::mock::{MockHeader, MockResponse, MockStatus};

/// The responses of an operation.
pub struct Responses(Vec<Prepared>);

struct Prepared {
    status: MockStatus,
    headers: Vec<(&'static str, MockHeader)>,
    /// The body that is sent.
    content: Option<Content>,
}

struct Content {
    media_type: &'static str,
    is_json: bool,
    body: Option<Value>,
}

impl Responses {
    pub fn new(responses: Vec<MockResponse>) -> Self {
        Self(responses.into_iter().map(prepare).collect())
    }

    /// The response to a valid request: that of the first status that means success.
    pub fn success(&self) -> Response {
        let is_success = |prepared: &&Prepared| match prepared.status {
            MockStatus::Code(code) => code < 400,
            MockStatus::Class(class) => class < 4,
            MockStatus::Default => false,
        };
        let success = self.0.iter().find(is_success);
        let success = success.or_else(|| self.of_status(StatusCode::OK)).or(self.0.first());
        let Some(prepared) = success else { return empty_response(StatusCode::OK) };
        let code = match prepared.status {
            MockStatus::Code(code) => code,
            MockStatus::Class(class) => class * 100,
            MockStatus::Default => 200,
        };
        prepared.response(StatusCode::from_u16(code).unwrap_or(StatusCode::OK))
    }

    /// The response to an error of the run-time crate: with the body of the spec, which is the
    /// envelope unless it is made up.
    pub fn error(&self, error: ApiError) -> Response {
        let content = self.of_status(error.status()).and_then(|known| known.content.as_ref());
        match content {
            Some(Content { media_type, is_json: true, body: Some(body) }) if !is_envelope(body) => {
                error.into_json(media_type, body)
            }
            Some(Content { media_type, is_json: false, .. }) => error.into_message(media_type),
            _ => error.into_envelope(),
        }
    }

    /// The response that is declared for a status.
    fn of_status(&self, status: StatusCode) -> Option<&Prepared> {
        let find = |wanted: MockStatus| self.0.iter().find(|prepared| prepared.status == wanted);
        find(MockStatus::Code(status.as_u16()))
            .or_else(|| find(MockStatus::Class(status.as_u16() / 100)))
            .or_else(|| find(MockStatus::Default))
    }
}

/// Whether a body has the form of `openapi_server::ErrorBody`.
fn is_envelope(body: &Value) -> bool {
    body["error"]["code"].is_string() && body["error"]["message"].is_string()
}

fn prepare(response: MockResponse) -> Prepared {
    let MockResponse { status, headers, content } = response;
    let headers = headers.into_iter();
    let headers = headers.map(|(name, value)| (&*name.to_ascii_lowercase().leak(), value));
    let mut content = content.into_iter().map(|content| Content {
        media_type: content.media_type.leak(),
        is_json: content.is_json,
        body: content.body,
    });
    Prepared { status, headers: headers.collect(), content: content.next() }
}

impl Prepared {
    fn response(&self, status: StatusCode) -> Response {
        let mut response = match &self.content {
            None => empty_response(status),
            Some(Content { body: None, .. }) => {
                let source = "no example satisfies the schema of the response; add one to the spec";
                return ApiError::internal().with_source(source).into_envelope();
            }
            Some(Content { media_type, is_json: true, body: Some(body) }) => {
                json_response_as(status, media_type, body)
            }
            Some(Content { media_type, body: Some(body), .. }) => {
                text_response(status, media_type, body)
            }
        };
        for (name, value) in &self.headers {
            match value {
                MockHeader::Simple(value) => insert_header(&mut response, name, value),
                MockHeader::Exploded(value) => insert_exploded_header(&mut response, name, value),
                MockHeader::Json(value) => insert_json_header(&mut response, name, value),
            }
        }
        response
    }
}
