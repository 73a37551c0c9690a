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
        ("auth.rs", &["user", "product", "order"][..]),
        ("auth/cache.rs", &["user", "product", "order"]),
        ("auth/claims.rs", &["user", "product", "order"]),
        ("auth/ed25519.rs", &["user", "product", "order"]),
        ("auth/key_ring.rs", &["user", "product", "order"]),
        ("auth/key_set.rs", &["user", "product", "order"]),
        ("auth/keys.rs", &["product", "order"]),
        ("auth/mode.rs", &["user", "product", "order"]),
        ("auth/principal.rs", &["user", "product", "order"]),
        ("auth/service_key.rs", &["user", "product", "order"]),
        ("auth/verify.rs", &["user", "product", "order"]),
        ("config/auth.rs", &["user", "product", "order"]),
        ("config/jwks_url.rs", &["product", "order"]),
        ("config/environment.rs", &["user", "product", "order"]),
        ("config/traces.rs", &["user", "product", "order"]),
        ("database.rs", &["user", "product", "order"]),
        ("database/command.rs", &["user", "product", "order"]),
        ("database/connect.rs", &["user", "product", "order"]),
        ("database/deadline.rs", &["user", "product", "order"]),
        ("database/error.rs", &["user", "product", "order"]),
        ("database/insert.rs", &["user", "product", "order"]),
        ("database/metrics.rs", &["user", "product", "order"]),
        ("database/operation.rs", &["user", "product", "order"]),
        ("database/replace.rs", &["user", "product", "order"]),
        ("database/validator.rs", &["user", "product", "order"]),
        ("document/with_capacity.rs", &["user", "product", "order"]),
        ("document/version.rs", &["user", "product", "order"]),
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
