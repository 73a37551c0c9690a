//! The behaviours of a mock, and the responses of those that complete one.

use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// Returns every requested resource.
    Found,
    /// Answers with 404.
    NotFound,
    /// Returns every requested resource after a delay.
    Slow(Duration),
    /// Returns products whose names have this many characters.
    LongName(usize),
    /// Answers with this status and an error envelope.
    Status(u16),
    /// Answers with this status and body.
    Body(u16, &'static str),
    /// Answers with 200 and a body that is not JSON.
    Garbage,
    /// Answers with 200 and an endless body, with or without a content length.
    Endless { announced: bool },
    /// Answers with 200 and one byte of the body per second.
    Drip,
    /// Returns another resource than the requested one.
    WrongId,
    /// Never responds.
    Hang,
    /// Closes the connection in the middle of the body.
    DropBody,
    /// Closes the connection in the middle of the head.
    DropHead,
    /// Closes connections without a response. Persistent connections are closed before the next
    /// request, which therefore uses a new connection and is not retried.
    Disconnect,
    /// Returns every requested resource, and closes the connection afterwards without announcing
    /// it.
    CloseIdle,
    /// Returns the resource of a connection's first request, and closes the connection at the
    /// second.
    CloseReused,
}

impl Behaviour {
    /// Status and body of the response to a request, or `None` if there is no complete response.
    /// `index` is the number of earlier requests on the connection.
    pub async fn respond(
        self,
        request: &str,
        index: usize,
        product_name: Option<String>,
    ) -> Option<(u16, String)> {
        let id = request.rsplit('/').next().unwrap_or_default();
        let name = product_name.unwrap_or_else(|| format!("Product {id}"));
        match self {
            Self::Found | Self::CloseIdle => Some((200, resource(id, &name))),
            Self::CloseReused => (index == 0).then(|| (200, resource(id, &name))),
            Self::Slow(delay) => {
                tokio::time::sleep(delay).await;
                Some((200, resource(id, &name)))
            }
            Self::LongName(length) => Some((200, resource(id, &"ü".repeat(length)))),
            Self::WrongId => Some((200, resource("000000000000000000000000", &name))),
            Self::NotFound => {
                let kind = if request.starts_with("GET /users/") { "user" } else { "product" };
                Some((404, not_found(kind, id)))
            }
            Self::Status(status) => Some((status, envelope("INTERNAL_ERROR"))),
            Self::Body(status, body) => Some((status, body.to_owned())),
            Self::Garbage => Some((200, "<html>".to_owned())),
            Self::Endless { .. }
            | Self::Drip
            | Self::Hang
            | Self::Disconnect
            | Self::DropBody
            | Self::DropHead => None,
        }
    }
}

/// A resource with the fields of users and of products; clients ignore unknown fields.
fn resource(id: &str, name: &str) -> String {
    format!(
        r#"{{"id":"{id}","email":"a@example.com","name":"{name}","price":0.1,"stock":1,"role":"customer","createdAt":"2026-01-02T03:04:05.678Z","more":"to be ignored"}}"#
    )
}

/// The body of a service's 404.
fn not_found(kind: &str, id: &str) -> String {
    format!(
        r#"{{"error":{{"code":"NOT_FOUND","message":"The {kind} {id} does not exist","details":{{"resource":"{kind}","id":"{id}"}}}}}}"#
    )
}

fn envelope(code: &str) -> String {
    format!(r#"{{"error":{{"code":"{code}","message":"x"}}}}"#)
}
