//! What the system is deployed with says what it is meant to say: the
//! kustomizations are built, and what comes out is held against the design,
//! against Kubernetes' schemas, and against itself; docker-compose.yml too.
//!
//! Nothing here runs in a cluster.

mod build;
mod compose;
mod design;
mod images;
mod kustomize;
mod network;
mod objects;
mod production;
mod references;
mod restricted;

/// Each service with its port, its database and what that is called.
const SERVICES: [(&str, u16, &str, &str); 3] = [
    ("user-service", 3001, "mongodb-user", "userdb"),
    ("product-service", 3002, "mongodb-product", "productdb"),
    ("order-service", 3003, "mongodb-order", "orderdb"),
];

/// The variables of a service as it describes them, without those that it can
/// do without.
fn variables(service: &str) -> (Vec<&'static str>, Vec<&'static str>) {
    let known = match service {
        "user-service" => names(user_service::config::VARIABLES, |variable| variable.name),
        "product-service" => names(product_service::config::VARIABLES, |variable| variable.name),
        "order-service" => names(order_service::config::VARIABLES, |variable| variable.name),
        other => panic!("no such service: {other}"),
    };
    // Their defaults are right wherever the service runs; the others' are for one machine.
    let safe =
        ["LOG_LEVEL", "ENVIRONMENT", "TOKIO_WORKER_THREADS", "TRUSTED_PROXIES", "SHUTDOWN_DELAY"];
    let needed = known.iter().copied().filter(|name| !safe.contains(name)).collect();
    (known, needed)
}

fn names<V>(variables: &[V], name: impl Fn(&V) -> &'static str) -> Vec<&'static str> {
    variables.iter().map(name).collect()
}

#[test]
fn the_variables_of_a_service_are_known() {
    let (known, needed) = variables("user-service");
    assert_eq!(
        known,
        [
            "PORT",
            "MONGO_URI",
            "JWT_SECRET",
            "ENVIRONMENT",
            "LOG_LEVEL",
            "TOKIO_WORKER_THREADS",
            "TRUSTED_PROXIES",
            "SHUTDOWN_DELAY"
        ]
    );
    assert_eq!(needed, ["PORT", "MONGO_URI", "JWT_SECRET"]);
}
