//! The deployment: the built kustomizations and docker-compose.yml conform to the design, to the
//! schemas of Kubernetes, and are consistent. No test needs a cluster.

mod backup;
mod build;
mod cluster;
mod components;
mod compose;
mod design;
mod exposure;
mod images;
mod kustomize;
mod member;
mod monitoring;
mod network;
mod objects;
mod production;
mod references;
mod restricted;
mod workflows;

/// The services: name, port, database host and database name.
const SERVICES: [(&str, u16, &str, &str); 3] = [
    ("user-service", 3001, "mongodb-user", "userdb"),
    ("product-service", 3002, "mongodb-product", "productdb"),
    ("order-service", 3003, "mongodb-order", "orderdb"),
];

/// The variables that a service knows, and those that a deployment must set.
fn variables(service: &str) -> (Vec<&'static str>, Vec<&'static str>) {
    let known = match service {
        "user-service" => names(user_service::config::VARIABLES, |variable| variable.name),
        "product-service" => names(product_service::config::VARIABLES, |variable| variable.name),
        "order-service" => names(order_service::config::VARIABLES, |variable| variable.name),
        other => panic!("no such service: {other}"),
    };
    // Their defaults hold everywhere; those of the others are for a development machine.
    let safe = [
        "AUTH",
        "SERVICE_KEY",
        "JWT_RETIRED_KEYS",
        "ADMIN_EMAIL",
        "ADMIN_PASSWORD",
        "LOG_LEVEL",
        "TOKIO_WORKER_THREADS",
        "TRUSTED_PROXIES",
        "SHUTDOWN_DELAY",
    ];
    let is_safe = |name: &str| safe.contains(&name) || name.starts_with("OTEL_");
    let needed = known.iter().copied().filter(|name| !is_safe(name)).collect();
    (known, needed)
}

fn names<V>(variables: &[V], name: impl Fn(&V) -> &'static str) -> Vec<&'static str> {
    variables.iter().map(name).collect()
}

#[test]
fn variables_of_the_user_service_are_known() {
    let (known, needed) = variables("user-service");
    assert_eq!(
        known,
        [
            "PORT",
            "MONGO_URI",
            "JWT_SIGNING_KEY",
            "JWT_RETIRED_KEYS",
            "ADMIN_EMAIL",
            "ADMIN_PASSWORD",
            "AUTH",
            "SERVICE_KEY",
            "LOG_LEVEL",
            "TOKIO_WORKER_THREADS",
            "TRUSTED_PROXIES",
            "SHUTDOWN_DELAY",
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "OTEL_SDK_DISABLED",
            "OTEL_TRACES_SAMPLER",
            "OTEL_TRACES_SAMPLER_ARG"
        ]
    );
    assert_eq!(needed, ["PORT", "MONGO_URI", "JWT_SIGNING_KEY"]);
}
