//! Swagger UI in a real browser: the page of each service shows all operations, and executes one.
//!
//! The test needs Chromium and ChromeDriver. Without them it is skipped, except in CI, where it
//! fails.

use std::process::Command;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use system::ports::{free_port, is_listening};
use system::process::Process;

use crate::support::{Api, program_or_skip, run, services};

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
    browser.command("/url", json!({ "url": format!("{}/docs", api.url) })).await;
    browser.until("the page", "return document.querySelectorAll('.opblock').length > 0").await;
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

    // Execute GET /health.
    let block = "const block = document.querySelector('[id$=\"-checkHealth\"]');";
    browser
        .script(&format!("{block} block.querySelector('.opblock-summary-control').click()"))
        .await;
    let try_out = format!(
        "{block} const b = block.querySelector('.try-out__btn'); if (b) b.click(); return !!b"
    );
    browser.until("Try it out", &try_out).await;
    let execute =
        format!("{block} const b = block.querySelector('.execute'); if (b) b.click(); return !!b");
    browser.until("Execute", &execute).await;
    let status = format!(
        "{block} const s = block.querySelector('.live-responses-table tbody .response-col_status'); return s && s.innerText"
    );
    let status = browser.until("the response", &status).await;
    assert!(status.as_str().is_some_and(|status| status.starts_with("200")), "{status}");
}
