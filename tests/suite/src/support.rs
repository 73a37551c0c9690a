//! The running system and a plain HTTP client for it. The client checks what
//! must hold for every answer, so each test checks it too.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use openapi_server::{ServeOptions, Shutdown};
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use system::database::{Database, Source, database_uri, free_port};
use system::system::{Ports, Service, healthy};
use tokio::runtime::Runtime;

/// One runtime for services and tests: connections outlive a single test.
pub static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// Runs an async test.
pub fn run<F: Future>(test: F) -> F::Output {
    RUNTIME.block_on(test)
}

/// The key that signs tokens here.
pub const JWT_SECRET: &[u8] = b"a secret of at least thirty-two bytes";

/// The three services with their databases.
pub struct Live {
    /// Where they are.
    pub ports: Ports,
    /// The database server.
    pub mongo: String,
    /// Ends the databases' names.
    pub suffix: String,
    /// Ours, if no other was given.
    _database: Option<Database>,
}

/// The running system, started by whoever asks first.
pub static LIVE: LazyLock<Live> = LazyLock::new(|| {
    let (mongo, database) = mongo();
    let suffix = format!("_{:08x}", fastrand::u32(..));
    let ports = Ports([free_port().unwrap(), free_port().unwrap(), free_port().unwrap()]);
    let uri = |service: Service| mongo_uri(&mongo, service, &suffix).parse().unwrap();
    let log_level = "off".to_owned();
    RUNTIME.spawn(user_service::run(
        user_service::config::Config {
            port: ports.of(Service::User),
            mongo: uri(Service::User),
            jwt_secret: JWT_SECRET.to_vec().into(),
            log_level: log_level.clone(),
            worker_threads: None,
            serve: ServeOptions::default(),
        },
        Shutdown::new(),
    ));
    RUNTIME.spawn(product_service::run(
        product_service::config::Config {
            port: ports.of(Service::Product),
            mongo: uri(Service::Product),
            log_level: log_level.clone(),
            worker_threads: None,
            serve: ServeOptions::default(),
        },
        Shutdown::new(),
    ));
    RUNTIME.spawn(order_service::run(
        order_service::config::Config {
            port: ports.of(Service::Order),
            mongo: uri(Service::Order),
            users: ports.url(Service::User),
            products: ports.url(Service::Product),
            upstream_breaker: false,
            log_level,
            worker_threads: None,
            serve: ServeOptions::default(),
        },
        Shutdown::new(),
    ));
    let start = Instant::now();
    while !Service::ALL.iter().all(|service| healthy(ports.of(*service))) {
        assert!(start.elapsed() < Duration::from_secs(60), "the services do not come up");
        std::thread::sleep(Duration::from_millis(20));
    }
    Live { ports, mongo, suffix, _database: database }
});

/// The database server that `cargo dev test` started, or one of our own.
pub fn mongo() -> (String, Option<Database>) {
    match std::env::var("TEST_MONGO_URI") {
        Ok(uri) => (uri, None),
        Err(_) => {
            let source = Source::find().unwrap_or_else(|stop| panic!("{stop}"));
            let database =
                Database::start_temporary(&source).unwrap_or_else(|stop| panic!("{stop}"));
            (database.server().to_owned(), Some(database))
        }
    }
}

/// The connection string of a service's database.
pub fn mongo_uri(server: &str, service: Service, suffix: &str) -> String {
    database_uri(server, &format!("{}{suffix}", service.database()))
}

/// The collection of a service as the database has it.
pub async fn collection(
    service: Service,
    name: &str,
) -> mongodb::Collection<mongodb::bson::Document> {
    let uri = mongo_uri(&LIVE.mongo, service, &LIVE.suffix);
    let client = mongodb::Client::with_uri_str(&uri).await.unwrap();
    client.default_database().unwrap().collection(name)
}

/// A plain client of one service.
#[derive(Clone)]
pub struct Api {
    /// Where the service is.
    pub url: String,
}

/// The user service.
pub fn users() -> Api {
    Api { url: LIVE.ports.url(Service::User) }
}

/// The product service.
pub fn products() -> Api {
    Api { url: LIVE.ports.url(Service::Product) }
}

/// The order service.
pub fn orders() -> Api {
    Api { url: LIVE.ports.url(Service::Order) }
}

/// The three services.
pub fn services() -> [Api; 3] {
    [users(), products(), orders()]
}

static HTTP: LazyLock<reqwest::Client> = LazyLock::new(|| {
    reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().unwrap()
});

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, null if there is none.
    pub body: Value,
}

impl Api {
    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    /// PUT with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let request = self.request(method, path);
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_string()),
            None => request,
        };
        self.answer(request).await
    }

    /// A request to be filled in.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        HTTP.request(method, format!("{}{path}", self.url))
    }

    /// Sends a request and checks what holds for every answer.
    pub async fn answer(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        assert!(headers.contains_key("x-request-id"), "no x-request-id");
        let body = if text.is_empty() {
            Value::Null
        } else {
            assert_eq!(headers["content-type"], "application/json", "{text}");
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
        };
        if status >= 400 {
            assert!(is_envelope(&body), "no envelope: {body}");
        }
        Answer { status, headers, body }
    }
}

/// `{"error":{"code":…,"message":…,"details":{…}?}}` and nothing else.
fn is_envelope(body: &Value) -> bool {
    let Some(error) = body["error"].as_object() else { return false };
    let text =
        |name: &str| error.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    let known = error.keys().all(|key| ["code", "message", "details"].contains(&key.as_str()));
    let details = error.get("details").is_none_or(Value::is_object);
    body.as_object().is_some_and(|body| body.len() == 1)
        && known
        && text("code")
        && text("message")
        && details
}

impl Answer {
    /// The body of an answer that must have this status.
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// The code of an error that must have this status.
    pub fn code(self, status: u16) -> String {
        self.expect(status)["error"]["code"].as_str().unwrap_or_default().to_owned()
    }

    /// `pointer rule` of each violation of a 400, sorted.
    pub fn violations(self) -> Vec<String> {
        let body = self.expect(400);
        assert_eq!(body["error"]["code"], "VALIDATION_ERROR");
        let text = |field: &Value, name: &str| field[name].as_str().unwrap_or_default().to_owned();
        let fields = body["error"]["details"]["fields"].as_array().cloned().unwrap_or_default();
        let mut found: Vec<String> = fields
            .iter()
            .map(|field| format!("{} {}", text(field, "pointer"), text(field, "rule")))
            .collect();
        found.sort();
        found
    }

    /// The id in the body.
    pub fn id(self, status: u16) -> String {
        self.expect(status)["id"].as_str().expect("an id").to_owned()
    }
}

/// An id that nothing has.
pub const NO_ID: &str = "ffffffffffffffffffffffff";

/// An e-mail address that nobody has.
pub fn new_email() -> String {
    format!("user{:016x}@example.com", fastrand::u64(..))
}

/// Registers a user.
pub async fn new_user() -> String {
    users()
        .post("/users", json!({ "email": new_email(), "password": "long enough", "name": "Ada" }))
        .await
        .id(201)
}

/// Creates a product.
pub async fn new_product(price: f64) -> String {
    products()
        .post("/products", json!({ "name": "Teapot", "price": price, "stock": 3 }))
        .await
        .id(201)
}

/// Places an order for one piece of each product.
pub async fn new_order(user: &str, products: &[&str]) -> String {
    let items: Vec<Value> =
        products.iter().map(|id| json!({ "productId": id, "quantity": 1 })).collect();
    orders().post("/orders", json!({ "userId": user, "items": items })).await.id(201)
}

/// Three ports that nothing listens on now.
pub fn free_ports() -> Ports {
    Ports([free_port().unwrap(), free_port().unwrap(), free_port().unwrap()])
}
