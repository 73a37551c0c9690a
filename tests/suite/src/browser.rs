//! Swagger UI in a real browser: the page of each service shows all operations, and executes one;
//! after *Authorize* its requests carry the token.
//!
//! The test needs Chromium and ChromeDriver. Without them it is skipped, except in CI, where it
//! fails.

use std::process::Command;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use system::ports::{free_port, is_listening};
use system::process::Process;
use system::services::Service;

use crate::authorization::stack::{Credential, Stack};
use crate::support::{Api, NO_ID, program_or_skip, run, services};

/// A browser that is controlled by the WebDriver protocol.
struct Browser {
    session: String,
    http: reqwest::Client,
    _driver: Process,
    _folder: tempfile::TempDir,
}

impl Browser {
    /// Starts a browser, or skips the test.
    async fn start() -> Option<Self> {
        let driver = program_or_skip(&["chromedriver"], "Debian: apt-get install chromium-driver")?;
        let names = ["chromium", "google-chrome"];
        let chromium = program_or_skip(&names, "Debian: apt-get install chromium")?;
        let folder = tempfile::tempdir().unwrap();
        let port = free_port().unwrap();
        let log = folder.path().join("log");
        let mut driver = Process::start(
            "chromedriver",
            Command::new(driver).arg(format!("--port={port}")),
            &log,
        )
        .unwrap();
        driver.wait_until(Duration::from_secs(20), || is_listening(port)).unwrap();
        let profile = format!("--user-data-dir={}", folder.path().join("profile").display());
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--window-size=1200,2000",
            &profile,
        ];
        let options = json!({ "binary": chromium, "args": arguments });
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut browser = Self {
            session: format!("http://127.0.0.1:{port}/session"),
            http,
            _driver: driver,
            _folder: folder,
        };
        let wanted =
            json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": options } } });
        let made = browser.command("", wanted).await;
        browser.session =
            format!("{}/{}", browser.session, made["sessionId"].as_str().expect("a session"));
        Some(browser)
    }

    async fn command(&self, path: &str, body: Value) -> Value {
        let request = self
            .http
            .request(Method::POST, format!("{}{path}", self.session))
            .body(body.to_string());
        let text = request.send().await.unwrap().text().await.unwrap();
        let response: Value = serde_json::from_str(&text).unwrap();
        assert!(response["value"]["error"].is_null(), "{text}");
        response["value"].clone()
    }

    async fn script(&self, script: &str) -> Value {
        self.command("/execute/sync", json!({ "script": script, "args": [] })).await
    }

    /// Runs a script until it returns a truthy value.
    async fn until(&self, what: &str, script: &str) -> Value {
        let start = Instant::now();
        loop {
            let value = self.script(script).await;
            if value != Value::Null && value != json!(false) && value != json!("") {
                return value;
            }
            assert!(start.elapsed() < Duration::from_secs(30), "{what} does not appear");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn open_docs(&self, api: &Api) {
        self.command("/url", json!({ "url": format!("{}/docs", api.url) })).await;
        self.until("the page", "return document.querySelectorAll('.opblock').length > 0").await;
    }

    /// Clicks on what `expression` finds, once it is there.
    async fn click(&self, expression: &str) {
        let script =
            format!("const found = {expression}; if (found) found.click(); return !!found");
        self.until(expression, &script).await;
    }

    /// Types into the field that a CSS selector finds.
    async fn type_text(&self, selector: &str, text: &str) {
        let found = format!("return !!document.querySelector({})", json!(selector));
        self.until(selector, &found).await;
        let using = json!({ "using": "css selector", "value": selector });
        let element = self.command("/element", using).await;
        let id = element.as_object().unwrap().values().next().unwrap().as_str().unwrap();
        self.command(&format!("/element/{id}/value"), json!({ "text": text })).await;
    }

    /// Executes an operation that needs no input; returns the status.
    async fn execute(&self, operation: &str) -> String {
        let block = format!("document.querySelector('[id$=\"-{operation}\"]')");
        self.click(&format!("{block}?.querySelector('.opblock-summary-control')")).await;
        self.click(&format!("{block}?.querySelector('.try-out__btn')")).await;
        self.click(&format!("{block}?.querySelector('.execute')")).await;
        let status = format!(
            "const cell = {block}?.querySelector('.live-responses-table tbody .response-col_status'); return cell && cell.innerText"
        );
        let status = self.until("the response", &status).await;
        status.as_str().unwrap().chars().take(3).collect()
    }

    /// Enters a bearer token with *Authorize*.
    async fn authorize(&self, token: &str) {
        self.click("document.querySelector('.btn.authorize')").await;
        self.type_text("#auth-bearer-value", token).await;
        let form = "document.querySelector('#auth-bearer-value')?.closest('form')";
        self.click(&format!("{form}?.querySelector('.authorize')")).await;
        self.click("document.querySelector('.modal-ux .btn-done')").await;
    }

    async fn close(self) {
        self.http.delete(&self.session).send().await.unwrap();
    }
}

#[test]
fn swagger_ui_shows_all_operations_and_executes_one() {
    run(async {
        let Some(browser) = Browser::start().await else { return };
        for api in services() {
            visit(&browser, &api).await;
        }
        browser.close().await;
    });
}

async fn visit(browser: &Browser, api: &Api) {
    browser.open_docs(api).await;
    let spec = api.get("/openapi.json").await.assert_status(200);
    let methods = ["get", "put", "post", "delete"];
    let mut expected: Vec<String> = Vec::new();
    for (path, item) in spec["paths"].as_object().unwrap() {
        expected.extend(
            methods
                .iter()
                .filter(|method| item.get(**method).is_some())
                .map(|method| format!("{} {path}", method.to_uppercase())),
        );
    }
    let shown = browser
        .script("return [...document.querySelectorAll('.opblock')].map(o => o.querySelector('.opblock-summary-method').innerText + ' ' + o.querySelector('[data-path]').dataset.path)")
        .await;
    let mut shown: Vec<String> = serde_json::from_value(shown).unwrap();
    expected.sort();
    shown.sort();
    assert_eq!(shown, expected);
    assert_eq!(browser.execute("checkHealth").await, "200");
}

#[test]
fn requests_of_swagger_ui_carry_the_token_of_authorize() {
    run(async {
        let Some(browser) = Browser::start().await else { return };
        let stack = Stack::start().await;
        let users = stack.api(Service::User);
        browser.open_docs(users).await;
        assert_eq!(browser.execute("listUsers").await, "401");
        browser.open_docs(users).await;
        browser.authorize(&stack.token(Credential::Admin, NO_ID)).await;
        assert_eq!(browser.execute("listUsers").await, "200");
        browser.close().await;
    });
}
