//! A TCP load balancer that works like a Kubernetes Service: each new connection is forwarded to
//! one of the ready replicas.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

pub struct Balancer {
    pub address: SocketAddr,
    ready: Arc<Mutex<Vec<SocketAddr>>>,
    task: AbortHandle,
}

impl Balancer {
    /// Starts a balancer without replicas.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let ready = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&ready);
        let task = tokio::spawn(accept(listener, shared)).abort_handle();
        Ok(Self { address, ready, task })
    }

    /// Forwards new connections to this replica as well.
    pub fn add(&self, replica: SocketAddr) {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner).push(replica);
    }

    /// Forwards no new connections to this replica; existing ones remain.
    pub fn remove(&self, replica: SocketAddr) {
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        ready.retain(|known| *known != replica);
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Chooses replicas round-robin. As with iptables, a refused connection is not retried elsewhere.
async fn accept(listener: TcpListener, ready: Arc<Mutex<Vec<SocketAddr>>>) {
    let mut turn = 0_usize;
    while let Ok((client, _)) = listener.accept().await {
        let replica = {
            let ready = ready.lock().unwrap_or_else(PoisonError::into_inner);
            (!ready.is_empty()).then(|| ready[turn % ready.len()])
        };
        turn = turn.wrapping_add(1);
        if let Some(replica) = replica {
            tokio::spawn(forward(client, replica));
        }
    }
}

async fn forward(mut client: TcpStream, replica: SocketAddr) -> std::io::Result<()> {
    let mut replica = TcpStream::connect(replica).await?;
    client.set_nodelay(true)?;
    replica.set_nodelay(true)?;
    tokio::io::copy_bidirectional(&mut client, &mut replica).await?;
    Ok(())
}
