//! HTTP/1 over TCP: the listener, its connections, and the proxies in front of it.

pub(crate) mod connection;
pub(crate) mod proxy;
pub(crate) mod serve;
