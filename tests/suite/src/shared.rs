//! Files that the services share as copies are identical.

use std::path::Path;

#[test]
fn copies_are_identical() {
    let services = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../services");
    let read = |service: &str, file: &str| {
        let path = services.join(service).join("src").join(file);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    for (file, copies) in [
        ("config/environment.rs", &["user", "product", "order"][..]),
        ("config/traces.rs", &["user", "product", "order"]),
        ("database.rs", &["user", "product", "order"]),
        ("database/connect.rs", &["user", "product", "order"]),
        ("database/deadline.rs", &["user", "product", "order"]),
        ("database/error.rs", &["user", "product", "order"]),
        ("database/metrics.rs", &["user", "product", "order"]),
        ("database/operation.rs", &["user", "product", "order"]),
        ("document.rs", &["user", "product", "order"]),
        ("document/integer.rs", &["user", "product", "order"]),
        ("id.rs", &["user", "product", "order"]),
        ("readiness.rs", &["user", "product", "order"]),
        ("cursor.rs", &["product", "order"]),
        ("decimal128.rs", &["product", "order"]),
        ("money.rs", &["product", "order"]),
        ("page.rs", &["product", "order"]),
    ] {
        let first = read(copies[0], file);
        for copy in &copies[1..] {
            assert!(read(copy, file) == first, "{file} differs between {} and {copy}", copies[0]);
        }
    }
}
