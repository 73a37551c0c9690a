//! The mock server, over HTTP.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

const SPEC: &str = r##"openapi: 3.0.3
info: { title: Shop, version: "1" }
paths:
  /items/{id}:
    get:
      parameters:
        - { name: id, in: path, required: true, schema: { type: integer } }
        - { name: filter, in: query, style: deepObject, schema: { type: object, properties: { max: { type: integer } } } }
      responses:
        "200":
          description: An item
          headers: { X-Tags: { required: true, schema: { type: array, items: { type: string, enum: [new] } } } }
          content:
            application/json:
              schema: { $ref: "#/components/schemas/Item" }
              example: { name: Chair, price: 5 }
        "400": { description: Invalid, content: { application/json: { schema: { $ref: "#/components/schemas/Problem" } } } }
  /items:
    post:
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: "#/components/schemas/Item" } } }
      responses:
        "201": { description: Created, content: { application/json: { schema: { $ref: "#/components/schemas/Item" } } } }
        default: { description: Any error, content: { text/plain: { schema: { type: string } } } }
  /badge:
    get:
      security: [{ key: [] }]
      responses:
        "200":
          description: A badge
          content:
            application/json:
              schema: { $ref: "#/components/schemas/Badge" }
              example: { code: AC0001, secret: a }
components:
  securitySchemes: { key: { type: apiKey, in: query, name: key } }
  schemas:
    Badge:
      required: [code]
      properties:
        code: { type: string, pattern: "^AC[0-9]{4}$" }
        secret: { type: string, writeOnly: true }
        link: { type: string, format: uri, example: none }
        either: { oneOf: [{ type: integer, not: { minimum: 1 } }, { type: boolean }] }
    Item:
      type: object
      required: [name, price]
      additionalProperties: false
      properties:
        name: { type: string, minLength: 8 }
        price: { type: number, minimum: 2.5 }
        secret: { type: string, writeOnly: true }
    Problem:
      type: object
      required: [title]
      properties: { title: { type: string, minLength: 1 } }
"##;

/// A running server, which ends with the test.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("shop.yaml");
        // The example has a name that is too short, so a warning.
        fs::write(&file, SPEC).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_openapi-stubgen"));
        command.arg("serve").arg(&file).args(["--port", "0"]);
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("http://").unwrap().to_owned();
        Self { process, address }
    }

    /// The response to a request, as text.
    fn send(&self, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        write!(
            stream,
            "{head} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        response
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

#[test]
fn valid_requests_get_examples_or_made_up_values() {
    let server = Server::start();
    let response = server.send("GET /items/1?filter[max]=5", "");
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    assert!(response.contains("x-tags: new\r\n"), "{response}");
    // The example is too short.
    assert!(response.ends_with(r#"{"name":"stringst","price":3}"#), "{response}");
    let response = server.send("POST /items", r#"{"name":"Armchair","price":3,"secret":"a"}"#);
    assert!(response.starts_with("HTTP/1.1 201"), "{response}");
}

/// The example has a property that only requests have, and one of the properties has an invalid one.
#[test]
fn made_up_values_satisfy_the_schema_of_the_response() {
    let server = Server::start();
    let response = server.send("GET /badge?key=secret", "");
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    assert!(
        response.ends_with(r#"{"code":"AC0000","either":true,"link":"https://example.com/"}"#),
        "{response}"
    );
}

#[test]
fn invalid_requests_get_the_errors_of_the_spec() {
    let server = Server::start();
    for (head, body) in [("GET /items/x", ""), ("GET /items/1?filter[max]=x", "")] {
        let response = server.send(head, body);
        assert!(response.starts_with("HTTP/1.1 400"), "{response}");
        assert!(response.ends_with(r#"{"title":"string"}"#), "{response}");
    }
    let response = server.send("POST /items", r#"{"name":"Armchair","price":2}"#);
    assert!(response.starts_with("HTTP/1.1 400") && response.contains("text/plain"), "{response}");
    assert!(server.send("GET /other", "").starts_with("HTTP/1.1 404"));
}

#[test]
fn a_spec_with_errors_is_not_served() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.yaml");
    fs::write(&file, SPEC.replace("type: number", "type: numbre")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_openapi-stubgen"));
    let output = command.arg("serve").arg(&file).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("unknown type `numbre`"));
}
