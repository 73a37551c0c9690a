//! The answer to a request whose head cannot be read. hyper's own has no
//! body; this one has the form of all errors.

use std::net::IpAddr;
use std::time::SystemTime;

use poem::IntoResponse;
use poem::http::{StatusCode, header};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::error::{ApiError, codes};
use crate::limits::{LINGER_BYTES, LINGER_TIMEOUT, MAX_HEAD_BYTES, WRITE_TIMEOUT};
use crate::request_id::RequestId;

/// Answers and logs a head that was refused, then closes the connection.
pub(super) async fn refuse(socket: TcpStream, status: StatusCode, client: Option<IpAddr>) {
    let id = RequestId::random();
    tracing::info!(
        status = status.as_u16(),
        client = client.map(tracing::field::display),
        requestId = id.as_str(),
        "request head refused"
    );
    let answer = answer(status, &id).await;
    // A client that does not read its refusal has been refused all the same.
    let _ = tokio::time::timeout(WRITE_TIMEOUT, write(socket, &answer)).await;
}

async fn write(mut socket: TcpStream, answer: &[u8]) -> std::io::Result<()> {
    socket.write_all(answer).await?;
    socket.shutdown().await?;
    // Closing with bytes unread would reset the connection, and the answer
    // might be lost with it.
    let rest = async {
        let mut rest = socket.take(LINGER_BYTES);
        let mut buffer = [0; 4096];
        while matches!(rest.read(&mut buffer).await, Ok(read) if read > 0) {}
    };
    let _ = tokio::time::timeout(LINGER_TIMEOUT, rest).await;
    Ok(())
}

async fn answer(status: StatusCode, id: &RequestId) -> Vec<u8> {
    let mut response = failure(status).into_response();
    response.headers_mut().insert("x-request-id", id.header());
    let body = response.take_body().into_vec().await.unwrap_or_default();
    let mut answer = format!(
        "HTTP/1.1 {status}\r\n{}: {}\r\n{}: {}\r\n{}: close\r\n",
        header::DATE,
        chrono::DateTime::<chrono::Utc>::from(SystemTime::now()).format("%a, %d %b %Y %T GMT"),
        header::CONTENT_LENGTH,
        body.len(),
        header::CONNECTION,
    )
    .into_bytes();
    for (name, value) in response.headers() {
        answer.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    answer.extend(b"\r\n");
    answer.extend(body);
    answer
}

fn failure(status: StatusCode) -> ApiError {
    match status {
        StatusCode::REQUEST_TIMEOUT => ApiError::new(
            status,
            codes::REQUEST_TIMEOUT,
            "The request's head did not arrive in time",
        ),
        StatusCode::URI_TOO_LONG => {
            ApiError::new(status, codes::URI_TOO_LONG, "The request's target is too long")
        }
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => ApiError::new(
            status,
            codes::HEADERS_TOO_LARGE,
            format!("The request's head is too large; at most {MAX_HEAD_BYTES} bytes are read"),
        ),
        _ => ApiError::new(
            StatusCode::BAD_REQUEST,
            codes::BAD_REQUEST,
            "Malformed HTTP request head",
        ),
    }
}
