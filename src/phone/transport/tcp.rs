//! Accepts connections and reads messages out of them.
//!
//! A connection costs memory and a file descriptor for as long as the peer likes, so there are limits: connections of
//! all and of each peer, the time between messages, and the time to finish a message that was begun.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{timeout, timeout_at};

use super::{Shared, canonical};
use crate::phone::meters::Dropped;
use crate::phone::path::{Link, Source, Transport};
use crate::phone::reader::{Framer, Piece};
use crate::phone::running::Options;

/// Time for the peer to take an answer.
const WRITE_LIMIT: Duration = Duration::from_secs(5);
/// Answers that wait for a slow peer; more are dropped.
const ANSWERS_WAITING_MAX: usize = 256;
/// Rest after an error of accept, such as no file descriptors left.
const ERROR_REST: Duration = Duration::from_millis(50);

/// Counts connections, of all listeners together.
#[derive(Debug)]
pub(crate) struct Seats {
    per_peer_max: usize,
    all_max: usize,
    message_limit: Duration,
    idle_limit: Duration,
    /// Connections of each peer, and the last link number given.
    taken: Mutex<(HashMap<IpAddr, usize>, u64)>,
}

impl Seats {
    /// `first_link` is the first number that no UDP socket has.
    pub(crate) fn new(options: &Options, first_link: u64) -> Self {
        Self {
            per_peer_max: options.connections_per_peer_max,
            all_max: options.connections_max,
            message_limit: options.message_limit,
            idle_limit: options.idle_limit,
            taken: Mutex::new((HashMap::new(), first_link)),
        }
    }

    fn take(self: &Arc<Self>, peer: IpAddr) -> Option<Seat> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let (by_peer, last_link) = &mut *taken;
        if by_peer.values().sum::<usize>() >= self.all_max {
            return None;
        }
        let of_peer = by_peer.entry(peer).or_default();
        if *of_peer >= self.per_peer_max {
            return None;
        }
        *of_peer += 1;
        *last_link += 1;
        Some(Seat { seats: Arc::clone(self), peer, link: Link(*last_link) })
    }
}

/// One connection's place; given back when dropped.
struct Seat {
    seats: Arc<Seats>,
    peer: IpAddr,
    link: Link,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(of_peer) = taken.0.get_mut(&self.peer) {
            *of_peer -= 1;
            if *of_peer == 0 {
                taken.0.remove(&self.peer);
            }
        }
    }
}

/// Accepts until the task is dropped, and with it all its connections.
pub(crate) async fn listen(listener: TcpListener, seats: Arc<Seats>, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let (peer, now) = (canonical(peer), Instant::now());
                if !shared.door.knows(peer.ip(), now) {
                    continue;
                }
                match seats.take(peer.ip()) {
                    Some(seat) => drop(connections.spawn(serve(stream, peer, seat, Arc::clone(&shared)))),
                    None => shared.meters.dropped(Dropped::Connection),
                }
            }
            Err(error) => {
                tracing::debug!(%error, "accepting a connection");
                tokio::time::sleep(ERROR_REST).await;
            }
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(stream: TcpStream, peer: SocketAddr, seat: Seat, shared: Arc<Shared>) {
    let Ok(local) = stream.local_addr().map(canonical) else { return };
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection without nodelay");
    }
    let (reading, writing) = stream.into_split();
    let (sender, answers) = mpsc::channel(ANSWERS_WAITING_MAX);
    shared.wires.connect(seat.link, sender);
    // The writer ends when the last sender is gone: after the answers that were given before the peer closed.
    let writer = tokio::spawn(write(writing, answers));
    let _disconnect = Disconnect { shared: &shared, link: seat.link };
    let source = Source { transport: Transport::Tcp, link: seat.link, peer, local, at: Instant::now() };
    tokio::select! {
        () = read(reading, source, &seat.seats, &shared) => {}
        _ended = writer => {}
    }
}

/// Takes a connection off the wires however its task ends.
struct Disconnect<'a> {
    shared: &'a Shared,
    link: Link,
}

impl Drop for Disconnect<'_> {
    fn drop(&mut self) {
        self.shared.wires.disconnect(self.link);
    }
}

async fn write(mut stream: OwnedWriteHalf, mut answers: mpsc::Receiver<Bytes>) {
    while let Some(octets) = answers.recv().await {
        match timeout(WRITE_LIMIT, stream.write_all(&octets)).await {
            Ok(Ok(())) => {}
            _ => return,
        }
    }
}

/// Reads until the peer closes, breaks the framing, or takes too long.
async fn read(mut stream: OwnedReadHalf, mut source: Source, seats: &Seats, shared: &Shared) {
    let mut framer = Framer::default();
    let mut limit = tokio::time::Instant::now() + seats.idle_limit;
    let mut was_midway = false;
    loop {
        framer.buffer().reserve(4_096);
        match timeout_at(limit, stream.read_buf(framer.buffer())).await {
            Ok(Ok(octets)) if octets > 0 => {}
            Err(_too_late) if was_midway => return shared.meters.dropped(Dropped::Connection),
            _ => return,
        }
        source.at = Instant::now();
        let mut handed_out = false;
        loop {
            match framer.cut() {
                Ok(Some(Piece::Message(octets))) => {
                    handed_out = true;
                    if shared.door.is_within_rate(source.peer.ip(), &octets, source.at) {
                        shared.take(source, &octets);
                    }
                }
                Ok(Some(Piece::Ping)) => drop(shared.wires.send(source.back(), Bytes::from_static(b"\r\n"))),
                Ok(None) => break,
                Err(refusal) => {
                    return shared.refuse(source, framer.rest(), refusal.code, refusal.why);
                }
            }
        }
        let is_midway = framer.is_midway();
        if !is_midway || handed_out || !was_midway {
            limit = tokio::time::Instant::now() + if is_midway { seats.message_limit } else { seats.idle_limit };
        }
        was_midway = is_midway;
    }
}
