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
    let help = match service {
        "user-service" => user_service::config::HELP,
        "product-service" => product_service::config::HELP,
        "order-service" => order_service::config::HELP,
        other => panic!("no such service: {other}"),
    };
    let known: Vec<&str> = help.lines().filter_map(|line| line.split_whitespace().next()).collect();
    // Their defaults are right wherever the service runs; the others' are for one machine.
    let safe = ["LOG_LEVEL", "ENVIRONMENT"];
    let needed = known.iter().copied().filter(|name| !safe.contains(name)).collect();
    (known, needed)
}

#[test]
fn the_variables_of_a_service_are_known() {
    let (known, needed) = variables("user-service");
    assert_eq!(known, ["PORT", "MONGO_URI", "JWT_SECRET", "ENVIRONMENT", "LOG_LEVEL"]);
    assert_eq!(needed, ["PORT", "MONGO_URI", "JWT_SECRET"]);
}
