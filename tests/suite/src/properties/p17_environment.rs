//! Property 17 of the design.

use std::time::Duration;

use proptest::prelude::*;
use system::process::Process;
use system::system::{Ports, Service, command, healthy};

use super::inputs::object_id;
use super::mock::{Behaviour, Mock};
use super::{check, order};
use crate::support::{Api, LIVE, free_ports, mongo_uri};

// Feature: product-order-system, Property 17: Configuration loaded from environment variables
#[test]
fn environment() {
    let folder = tempfile::tempdir().unwrap();
    let (users, products) = (Mock::start(), Mock::start());
    let service = prop::sample::select(Service::ALL.to_vec());
    check((service, "[a-z]{8}", object_id()), async |(service, suffix, id)| {
        // Every value differs from its default.
        let uri = mongo_uri(&LIVE.mongo, service, &format!("_env_{suffix}"));
        let port = free_ports().of(service);
        let mut ports = Ports([users.port, products.port, 0]);
        ports.0[service as usize] = port;
        let mut process = Process::start(
            service.name(),
            &mut command(service, ports, &uri, false),
            &folder.path().join("log"),
        )
        .unwrap();
        let ready = tokio::task::spawn_blocking(move || {
            let ready = process.wait_until(Duration::from_secs(10), || healthy(port));
            ready.map(|()| process)
        });
        let process = ready.await.unwrap();
        prop_assert!(process.is_ok(), "{:?}", process.err());
        let database =
            mongodb::Client::with_uri_str(&uri).await.unwrap().default_database().unwrap();
        // The service has made its collection, with indexes, in the database that it was told.
        prop_assert_eq!(database.list_collection_names().await.unwrap().len(), 1);
        if service == Service::Order {
            users.behave(Behaviour::Found);
            products.behave(Behaviour::Found);
            let api = Api { url: ports.url(service) };
            api.post("/orders", order(&id, &[(id.clone(), 1)])).await.expect(201);
            prop_assert_eq!((users.calls().len(), products.calls().len()), (1, 1));
        }
        drop(process);
        database.drop().await.unwrap();
        Ok(())
    });
}
