//! Reads datagrams.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use socket2::SockRef;
use tokio::net::UdpSocket;

use super::{Shared, canonical};
use crate::phone::path::{Link, Source, Transport};
use crate::phone::reader::lines::skip_line_ends;

/// What the kernel is asked to keep while we are busy: a second of a heavy flood. It may give less.
const SOCKET_BUFFER_OCTETS: usize = 4 * 1_024 * 1_024;
/// Rest after an error of the socket itself, so that a broken one doesn't eat a core.
const ERROR_REST: Duration = Duration::from_millis(10);

/// Makes a listening socket ready: non-blocking, with big buffers.
pub(crate) fn prepare(socket: &std::net::UdpSocket) -> io::Result<()> {
    let options = SockRef::from(socket);
    for granted in
        [options.set_recv_buffer_size(SOCKET_BUFFER_OCTETS), options.set_send_buffer_size(SOCKET_BUFFER_OCTETS)]
    {
        if let Err(error) = granted {
            tracing::debug!(%error, "the kernel keeps its own size of socket buffer");
        }
    }
    socket.set_nonblocking(true)
}

/// Reads from a socket until the task is dropped.
pub(crate) async fn listen(socket: UdpSocket, local: SocketAddr, link: Link, shared: Arc<Shared>) {
    let mut buffer = vec![0; 65_536];
    loop {
        match socket.recv_from(&mut buffer).await {
            Ok((octets, peer)) => {
                let (peer, at) = (canonical(peer), Instant::now());
                let source = Source { transport: Transport::Udp, link, peer, local, at };
                take(&shared, source, buffer.get(..octets).unwrap_or_default());
            }
            Err(error) => {
                tracing::debug!(%error, "reading from a UDP socket");
                tokio::time::sleep(ERROR_REST).await;
            }
        }
    }
}

fn take(shared: &Shared, source: Source, octets: &[u8]) {
    let from = source.peer.ip();
    if !shared.door.knows(from, source.at) || !shared.door.is_within_rate(from, octets, source.at) {
        return;
    }
    if !skip_line_ends(octets).is_empty() {
        return shared.take(source, octets);
    }
    // Nothing but line ends: a keep-alive. A double one wants a single one back (RFC 5626 section 4.4.1).
    if octets.len() >= 4 {
        shared.wires.send(source.back(), Bytes::from_static(b"\r\n"));
    }
}
