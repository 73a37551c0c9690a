//! Swagger UI as people see it: a real browser opens each service's page,
//! finds every operation, and tries one out.
//!
//! It needs Chromium and its driver; without them it says so and passes. CI
//! installs both.

use std::process::Command;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use system::database::{accepts, free_port};
use system::home::on_path;
use system::process::Process;

use crate::support::{Api, run, services};

/// A browser, driven by the WebDriver protocol.
struct Browser {
    session: String,
    http: reqwest::Client,
    _driver: Process,
    _folder: tempfile::TempDir,
}

impl Browser {
    /// None where there is no browser.
    async fn start() -> Option<Self> {
        let driver = on_path("chromedriver")?;
        let chromium = on_path("chromium").or_else(|| on_path("google-chrome"))?;
        let (folder, port) = (tempfile::tempdir().unwrap(), free_port().unwrap());
        let log = folder.path().join("log");
        let mut driver = Process::start(
            "chromedriver",
            Command::new(driver).arg(format!("--port={port}")),
            &log,
        )
        .unwrap();
        driver.wait_until(Duration::from_secs(20), || accepts(port)).unwrap();
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
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert!(answer["value"]["error"].is_null(), "{text}");
        answer["value"].clone()
    }

    async fn script(&self, script: &str) -> Value {
        self.command("/execute/sync", json!({ "script": script, "args": [] })).await
    }

    /// Runs a script until it returns something true.
    async fn until(&self, what: &str, script: &str) -> Value {
        let start = Instant::now();
        loop {
            let value = self.script(script).await;
            if value != Value::Null && value != json!(false) && value != json!("") {
                return value;
            }
            assert!(start.elapsed() < Duration::from_secs(30), "{what} never came");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn close(self) {
        self.http.delete(&self.session).send().await.unwrap();
    }
}

#[test]
fn swagger_ui_shows_every_operation_and_tries_one_out() {
    run(async {
        let Some(browser) = Browser::start().await else {
            println!(
                "skipped: no chromium and chromedriver on the PATH (Debian: apt-get install chromium chromium-driver)"
            );
            return;
        };
        for api in services() {
            visit(&browser, &api).await;
        }
        browser.close().await;
    });
}

async fn visit(browser: &Browser, api: &Api) {
    browser.command("/url", json!({ "url": format!("{}/docs", api.url) })).await;
    browser.until("the page", "return document.querySelectorAll('.opblock').length > 0").await;
    let spec = api.get("/openapi.json").await.expect(200);
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

    // GET /health, tried out by clicking.
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
    let status = browser.until("the answer", &status).await;
    assert!(status.as_str().is_some_and(|status| status.starts_with("200")), "{status}");
}
