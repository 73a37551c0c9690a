//! Fingerprints of requests, by which a repeated idempotency key is recognised as a repetition of
//! the same request.

use sha2::{Digest, Sha256};

use crate::id::Id;
use crate::rules::lines::Line;

/// A digest of what the client ordered. It covers the meaning, not the text: the case of ids and
/// the notation of numbers make no difference, the order of the lines does.
pub fn fingerprint(user_id: Id, lines: &[Line]) -> String {
    let mut digest = Sha256::new();
    digest.update(user_id.object_id().bytes());
    for Line { product_id, quantity } in lines {
        digest.update(product_id.object_id().bytes());
        digest.update(quantity.to_be_bytes());
    }
    const_hex::encode(digest.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u8) -> Id {
        format!("{number:024X}").parse().unwrap()
    }

    fn of(user: u8, lines: &[(u8, i32)]) -> String {
        let line = |(product, quantity): &(u8, i32)| Line {
            product_id: id(*product),
            quantity: *quantity,
        };
        fingerprint(id(user), &lines.iter().map(line).collect::<Vec<_>>())
    }

    #[test]
    fn differs_with_user_products_quantities_and_order() {
        let first = of(1, &[(2, 1), (3, 1)]);
        assert_eq!(first, of(1, &[(2, 1), (3, 1)]));
        for other in [
            of(2, &[(2, 1), (3, 1)]),
            of(1, &[(3, 1), (2, 1)]),
            of(1, &[(2, 2), (3, 1)]),
            of(1, &[(2, 1)]),
            of(1, &[(2, 1), (3, 1), (3, 1)]),
        ] {
            assert_ne!(first, other);
        }
    }
}
