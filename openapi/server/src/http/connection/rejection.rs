//! The response to a request whose head cannot be read. hyper's has no body; this one is in the
//! error envelope.

use std::net::IpAddr;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use poem::http::{StatusCode, header};
use poem::{IntoResponse, Response};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::closing;
use crate::codes;
use crate::error::ApiError;
use crate::limits::{MAX_HEAD_BYTES, WRITE_TIMEOUT};
use crate::request_id::{RequestId, X_REQUEST_ID};

/// Responds to a rejected head, logs it, and closes the connection.
pub(super) async fn reject(socket: TcpStream, status: StatusCode, client: IpAddr) {
    let id = RequestId::random();
    tracing::info!(
        status = status.as_u16(),
        %client,
        request_id = id.as_str(),
        "request head rejected"
    );
    let response = encode(error(status).into_response(), &id).await;
    // The client is rejected whether or not it reads the response.
    let _ = tokio::time::timeout(WRITE_TIMEOUT, write(socket, &response)).await;
}

async fn write(mut socket: TcpStream, response: &[u8]) -> std::io::Result<()> {
    socket.write_all(response).await?;
    closing::close(socket).await
}

/// The response as HTTP/1.1.
async fn encode(mut response: Response, id: &RequestId) -> Vec<u8> {
    response.headers_mut().insert(X_REQUEST_ID, id.header());
    let body = response.take_body().into_vec().await.unwrap_or_default();
    let mut message = format!(
        "HTTP/1.1 {}\r\n{}: {}\r\n{}: {}\r\n{}: close\r\n",
        response.status(),
        header::DATE,
        DateTime::<Utc>::from(SystemTime::now()).format("%a, %d %b %Y %T GMT"),
        header::CONTENT_LENGTH,
        body.len(),
        header::CONNECTION,
    )
    .into_bytes();
    for (name, value) in response.headers() {
        message.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    message.extend(b"\r\n");
    message.extend(body);
    message
}

fn error(status: StatusCode) -> ApiError {
    let too_large =
        format!("The request head is too large; expected at most {MAX_HEAD_BYTES} bytes");
    let (status, code, message) = match status {
        StatusCode::REQUEST_TIMEOUT => {
            (status, codes::REQUEST_TIMEOUT, "The request head did not arrive in time")
        }
        StatusCode::URI_TOO_LONG => (status, codes::URI_TOO_LONG, "The request target is too long"),
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => {
            (status, codes::HEADERS_TOO_LARGE, &*too_large)
        }
        _ => (StatusCode::BAD_REQUEST, codes::BAD_REQUEST, "Malformed HTTP request head"),
    };
    ApiError::new(status, code, message)
}
