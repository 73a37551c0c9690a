//! Connections to the database over TLS, with the certificate authority that the connection string
//! names.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::json;
use system::services::Service;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::support::{RUNTIME, ServiceProcess, database_address, run};

/// The database behind a proxy that speaks TLS, with a certificate for `localhost`.
struct TlsDatabase {
    port: u16,
    authority: CertifiedIssuer<'static, KeyPair>,
    accepting: JoinHandle<()>,
}

impl TlsDatabase {
    fn start() -> Self {
        let authority = authority();
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(["localhost".to_owned()]).unwrap();
        let certificate = certificate.signed_by(&key, &authority).unwrap();
        let acceptor = acceptor(certificate.der().clone(), key.serialize_der());
        let listener = run(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        Self { port, authority, accepting: RUNTIME.spawn(accept(listener, acceptor)) }
    }

    /// A connection string with the authority whose certificate is in the file.
    fn uri(&self, authority: &Path) -> String {
        let (port, authority) = (self.port, authority.display());
        format!(
            "mongodb://localhost:{port}/tls?directConnection=true&tls=true&tlsCAFile={authority}"
        )
    }
}

impl Drop for TlsDatabase {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut parameters = CertificateParams::default();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap()
}

fn acceptor(certificate: CertificateDer<'static>, key: Vec<u8>) -> TlsAcceptor {
    let key = PrivateKeyDer::try_from(key).unwrap();
    let config = ServerConfig::builder().with_no_client_auth();
    Arc::new(config.with_single_cert(vec![certificate], key).unwrap()).into()
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor) {
    while let Ok((client, _)) = listener.accept().await {
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            let mut client = acceptor.accept(client).await?;
            let mut server = TcpStream::connect(database_address()).await?;
            copy_bidirectional(&mut client, &mut server).await
        });
    }
}

fn write_certificate(
    authority: &CertifiedIssuer<'static, KeyPair>,
    folder: &tempfile::TempDir,
) -> PathBuf {
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, authority.pem()).unwrap();
    file
}

#[test]
fn database_is_reached_over_tls_with_a_private_authority() {
    let database = TlsDatabase::start();
    let folder = tempfile::tempdir().unwrap();
    let uri = database.uri(&write_certificate(&database.authority, &folder));
    let service = ServiceProcess::configure(Service::Product).mongo_uri(&uri).start();
    let product = json!({ "name": "Teapot", "price": 0.1, "stock": 1 });
    run(service.api.post("/products", product)).assert_status(201);
}

#[test]
fn database_with_a_certificate_of_another_authority_is_not_trusted() {
    let database = TlsDatabase::start();
    let folder = tempfile::tempdir().unwrap();
    let uri = database.uri(&write_certificate(&authority(), &folder));
    let service = ServiceProcess::configure(Service::Product).mongo_uri(&uri).start_unhealthy();
    let failure = service.wait_for_log(|line| line["message"] == "database connection failed");
    let error = failure["error"].as_str().unwrap();
    assert!(error.contains("certificate"), "{error}");
}
