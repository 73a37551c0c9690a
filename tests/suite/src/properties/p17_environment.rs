use proptest::prelude::*;
use system::services::{Ports, Service};

use super::inputs::object_id;
use super::{check, order};
use crate::support::mock::{Behaviour, upstreams};
use crate::support::{ServiceProcess, mongo_uri};

// Feature: product-order-system, Property 17: Configuration loaded from environment variables
#[test]
fn configuration_is_read_from_the_environment() {
    let (users, products, upstreams) = upstreams();
    let service = prop::sample::select(Service::ALL.to_vec());
    check((service, "[a-z]{8}", object_id()), async |(service, suffix, id)| {
        // Every value differs from its default.
        let uri = mongo_uri(service, &format!("_{suffix}"));
        let mut ports = Ports::free().unwrap();
        if service == Service::Order {
            ports.0[..2].copy_from_slice(&upstreams.0[..2]);
        }
        let configuration = ServiceProcess::configure(service).ports(ports).mongo_uri(&uri);
        let start = tokio::task::spawn_blocking(|| configuration.start());
        let process = start.await.unwrap();
        let database =
            mongodb::Client::with_uri_str(&uri).await.unwrap().default_database().unwrap();
        // The service has created its collection, with indexes, in the configured database.
        let collection = service.database().replace("db", "s");
        prop_assert!(database.list_collection_names().await.unwrap().contains(&collection));
        if service == Service::Order {
            users.behave(Behaviour::Found);
            products.behave(Behaviour::Found);
            let body = order(&id, &[(id.clone(), 1)]);
            process.api.post("/orders", body).await.assert_status(201);
            prop_assert_eq!((users.requests().len(), products.requests().len()), (1, 1));
        }
        drop(process);
        database.drop().await.unwrap();
        Ok(())
    });
}
