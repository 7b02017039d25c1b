//! Lets containers reach a gateway that listens on the loopback address alone: a listener on their side of the machine
//! that hands connections on.

use std::{
    collections::HashSet,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use parking_lot::Mutex;
use ruststack_core::tasks::Tasks;
use tokio::net::{TcpListener, TcpStream};

/// The ports that are relayed, or need not be.
#[derive(Default)]
pub(super) struct Relays(Mutex<HashSet<u16>>);

impl Relays {
    /// Listens on `address` at a port of the loopback address's, unless somebody does.
    pub(super) async fn open(&self, address: IpAddr, port: u16, tasks: &Tasks) {
        if address.is_loopback() || address.is_unspecified() || !self.0.lock().insert(port) {
            return;
        }
        match TcpListener::bind(SocketAddr::new(address, port)).await {
            Ok(listener) => {
                tracing::info!(%address, port, "the gateway listens for containers too");
                tasks.spawn(accept(listener, port, tasks.clone()));
            }
            // The gateway listens there itself.
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {}
            Err(error) => tracing::warn!(%error, %address, port, "containers will not reach the gateway"),
        }
    }
}

async fn accept(listener: TcpListener, port: u16, tasks: Tasks) {
    loop {
        // A connection that broke before it was taken is nobody's concern.
        let Ok((mut outer, _)) = listener.accept().await else { continue };
        tasks.spawn(async move {
            // Where nobody listens, the connection ends.
            let Ok(mut inner) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await else { return };
            drop((outer.set_nodelay(true), inner.set_nodelay(true)));
            drop(tokio::io::copy_bidirectional(&mut outer, &mut inner).await);
        });
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn a_loopback_port_is_reached_by_another_address() {
        let gateway = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = gateway.local_addr().unwrap().port();
        let (relays, tasks) = (Relays::default(), Tasks::default());
        // All of 127.0.0.0/8 is loopback on Linux: this stands for the address of a bridge.
        let address = SocketAddr::new(Ipv4Addr::new(127, 0, 0, 2).into(), port);
        let Ok(listener) = TcpListener::bind(address).await else { return };
        tasks.spawn(accept(listener, port, tasks.clone()));
        relays.open(Ipv4Addr::LOCALHOST.into(), port, &tasks).await;
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(b"hello").await.unwrap();
        let (mut served, _) = gateway.accept().await.unwrap();
        let mut read = [0; 5];
        served.read_exact(&mut read).await.unwrap();
        assert_eq!(&read, b"hello");
    }
}
