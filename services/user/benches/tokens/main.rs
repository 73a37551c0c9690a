//! The cost of accepting a token: the first time, when its signature is verified, and afterwards,
//! when it is remembered. Run with `cargo bench --package user-service`.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use tokio::runtime::{Builder, Runtime};
use user_service::AuthMode;
use user_service::{Authenticator, Id, JwtIssuer, Keys, Role, ServiceKey, SigningKey};

struct Tokens {
    issuer: JwtIssuer,
    authenticator: Authenticator,
    runtime: Runtime,
}

impl Tokens {
    fn new() -> Self {
        let key = SigningKey::generate().expect("the operating system has random bytes");
        let issuer = JwtIssuer::new(&key, Vec::new());
        let mode = AuthMode::Required(ServiceKey::new("a service key that is never sent"));
        let authenticator = Authenticator::new(mode, Keys::new(issuer.published_keys()));
        let runtime = Builder::new_current_thread().build();
        let runtime = runtime.expect("a current-thread runtime needs no resources");
        Self { issuer, authenticator, runtime }
    }

    /// A token that no other call returns.
    fn issue(&self) -> String {
        self.issuer.issue(Id::generate(), Role::Customer).expect("a token is signed")
    }

    fn accept(&self, token: &str) {
        let principal = self.runtime.block_on(self.authenticator.token(black_box(token)));
        assert!(black_box(principal).is_ok());
    }
}

fn tokens(criterion: &mut Criterion) {
    let tokens = Tokens::new();
    let mut group = criterion.benchmark_group("token");
    group.measurement_time(Duration::from_secs(3));
    group.bench_function("first sight", |bencher| {
        bencher.iter_batched(
            || tokens.issue(),
            |token| tokens.accept(&token),
            BatchSize::SmallInput,
        );
    });
    let token = tokens.issue();
    group.bench_function("remembered", |bencher| bencher.iter(|| tokens.accept(&token)));
    group.finish();
}

criterion_group!(benches, tokens);
criterion_main!(benches);
