//! The phone as it runs: tasks that read sockets, and one task that owns the [`Exchange`] and drives it.
//!
//! ```text
//! socket tasks (read, parse) -> queue -> core task (exchange) -> sockets
//!                                          |  ^
//!                                  ring() v  | answer      one task per question to the desk
//!                                         desk -> ended()  one task per end, started after the answer is in
//! ```
//!
//! Everything dies with the [`Phone`]: dropping it aborts all tasks at once, [`Phone::stop`] ends open calls first.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use super::call::{Answer, Desk, Ending, IncomingCall};
use super::exchange::{Bounds, Exchange, Output};
use super::meters::{Dropped, Meters};
use super::path::Link;
use super::transaction::TxId;
use super::transport::door::Door;
use super::transport::queue::Queue;
use super::transport::tcp::{self, Seats};
use super::transport::{Shared, Wires, canonical, udp};
use crate::base::{Error, Result};

/// Packets that are handled before timers and answers get their turn.
const PACKETS_AT_ONCE: usize = 64;
/// How long [`Phone::stop`] waits for the desk.
const STOP_LIMIT: Duration = Duration::from_secs(2);

/// Sockets that listen already: bound by us, by systemd, or to port 0 by a test.
#[derive(Debug, Default)]
pub struct Sockets {
    /// For datagrams.
    pub udp: Vec<std::net::UdpSocket>,
    /// For connections.
    pub tcp: Vec<std::net::TcpListener>,
}

/// Limits of a phone. The defaults are right for anything from one line to a big PBX.
#[derive(Debug, Clone)]
pub struct Options {
    /// Bounds of calls and transactions.
    pub bounds: Bounds,
    /// INVITEs and other messages that begin work, a second from each known source. The default is far beyond any
    /// trunk that rings people, and a bound for one that runs wild.
    pub known_per_second: u32,
    /// Messages between sockets and core: a fraction of a second of work, for a longer queue would only make answers late.
    pub queue_messages_max: usize,
    /// Connections of all peers together.
    pub connections_max: usize,
    /// Connections of one peer.
    pub connections_per_peer_max: usize,
    /// Time to finish a message that was begun on a connection.
    pub message_limit: Duration,
    /// Time without any message before a connection is closed.
    pub idle_limit: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            bounds: Bounds::default(),
            known_per_second: 5_000,
            queue_messages_max: 4_096,
            connections_max: 512,
            connections_per_peer_max: 64,
            message_limit: Duration::from_secs(5),
            idle_limit: Duration::from_secs(300),
        }
    }
}

/// A phone that listens.
#[derive(Debug)]
pub struct Phone {
    stop: oneshot::Sender<()>,
    core: JoinSet<()>,
    readers: JoinSet<()>,
    udp: Vec<SocketAddr>,
    tcp: Vec<SocketAddr>,
}

impl Phone {
    /// Starts to listen. Must be called within a tokio runtime.
    pub fn start(sockets: Sockets, desk: Arc<dyn Desk>, options: Options, meters: Meters) -> Result<Self> {
        let failed = |error: std::io::Error| Error::internal("listening for SIP", error);
        let mut senders = Vec::with_capacity(sockets.udp.len());
        for socket in &sockets.udp {
            udp::prepare(socket).map_err(failed)?;
            senders.push(socket.try_clone().map_err(failed)?);
        }
        let shared = Arc::new(Shared {
            door: Door::new(Arc::clone(&desk), meters.clone(), options.known_per_second),
            queue: Queue::new(options.queue_messages_max),
            wires: Wires::new(senders),
            meters: meters.clone(),
        });
        let (mut readers, mut udp, mut tcp) = (JoinSet::new(), Vec::new(), Vec::new());
        for (link, socket) in (0..).map(Link).zip(sockets.udp) {
            let local = canonical(socket.local_addr().map_err(failed)?);
            udp.push(local);
            let socket = UdpSocket::from_std(socket).map_err(failed)?;
            readers.spawn(udp::listen(socket, local, link, Arc::clone(&shared)));
        }
        let first_link = u64::try_from(udp.len()).unwrap_or(u64::MAX);
        let seats = Arc::new(Seats::new(&options, first_link));
        for listener in sockets.tcp {
            listener.set_nonblocking(true).map_err(failed)?;
            tcp.push(canonical(listener.local_addr().map_err(failed)?));
            let listener = TcpListener::from_std(listener).map_err(failed)?;
            readers.spawn(tcp::listen(listener, Arc::clone(&seats), Arc::clone(&shared)));
        }
        let (stop, stopped) = oneshot::channel();
        let mut core = JoinSet::new();
        core.spawn(Core::new(desk, options.bounds, shared).run(stopped));
        Ok(Self { stop, core, readers, udp, tcp })
    }

    /// The addresses that datagrams can be sent to, in the order of [`Sockets::udp`].
    pub fn udp_addresses(&self) -> &[SocketAddr] {
        &self.udp
    }

    /// The addresses that can be connected to, in the order of [`Sockets::tcp`].
    pub fn tcp_addresses(&self) -> &[SocketAddr] {
        &self.tcp
    }

    /// Answers open calls 480 and waits until the desk has heard of the end of each, at most 2 s; then closes.
    pub async fn stop(mut self) {
        // The core is gone only if it panicked, and then there is nothing to wait for.
        if self.stop.send(()).is_ok() {
            self.core.join_next().await;
        }
        self.readers.shutdown().await;
    }
}

/// The task that owns the exchange.
struct Core {
    desk: Arc<dyn Desk>,
    exchange: Exchange,
    shared: Arc<Shared>,
    /// Moment zero of the exchange's milliseconds.
    zero: Instant,
    /// Questions that the desk has not answered. As many as calls, so the channel of answers is bounded by that table.
    asked: HashSet<TxId>,
    answers: mpsc::UnboundedReceiver<(TxId, Answer)>,
    answer_sender: mpsc::UnboundedSender<(TxId, Answer)>,
    desk_tasks: JoinSet<()>,
}

impl Core {
    fn new(desk: Arc<dyn Desk>, bounds: Bounds, shared: Arc<Shared>) -> Self {
        let (answer_sender, answers) = mpsc::unbounded_channel();
        let exchange = Exchange::new(bounds, shared.meters.clone());
        let (zero, asked, desk_tasks) = (Instant::now(), HashSet::new(), JoinSet::new());
        Self { desk, exchange, shared, zero, asked, answers, answer_sender, desk_tasks }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.zero.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    async fn run(mut self, mut stopped: oneshot::Receiver<()>) {
        loop {
            tokio::select! {
                // Also when the phone was dropped without stop: then this task is aborted anyway.
                _ = &mut stopped => break,
                () = self.turn() => {}
            }
        }
        let now = self.now();
        self.exchange.stop(now);
        self.act();
        let drained = async {
            while !self.asked.is_empty() || !self.desk_tasks.is_empty() {
                self.turn().await;
            }
        };
        if tokio::time::timeout(STOP_LIMIT, drained).await.is_err() {
            tracing::warn!("stopped before the desk had heard of the end of every call");
        }
    }

    /// Waits for something to happen and does what follows from it. May be dropped while it waits.
    async fn turn(&mut self) {
        let timer = self.exchange.next_at().map(|at| self.zero + Duration::from_millis(at));
        let sleep = async {
            match timer {
                // One more millisecond, since the exchange counts whole ones.
                Some(at) => tokio::time::sleep_until((at + Duration::from_millis(1)).into()).await,
                None => std::future::pending().await,
            }
        };
        let queue_shared = Arc::clone(&self.shared);
        tokio::select! {
            biased;
            Some((id, answer)) = self.answers.recv() => self.answered(id, answer),
            Some(_ended) = self.desk_tasks.join_next() => {}
            () = queue_shared.queue.wait() => {}
            () = sleep => {}
        }
        while let Ok((id, answer)) = self.answers.try_recv() {
            self.answered(id, answer);
        }
        for packet in self.shared.queue.take(PACKETS_AT_ONCE) {
            let now = self.now();
            self.exchange.receive(now, &packet.source, &packet.message);
        }
        while self.desk_tasks.try_join_next().is_some() {}
        let now = self.now();
        self.exchange.tick(now);
        self.act();
    }

    fn answered(&mut self, id: TxId, answer: Answer) {
        self.asked.remove(&id);
        let now = self.now();
        self.exchange.answered(now, id, answer);
    }

    fn act(&mut self) {
        for output in self.exchange.take_outputs() {
            match output {
                Output::Send(target, octets) => {
                    if !self.shared.wires.send(target, octets) {
                        self.shared.meters.dropped(Dropped::Unsent);
                    }
                }
                Output::Ask(id, call) => self.ask(id, call),
                Output::Ended(call, ending) => self.tell_end(call, ending),
                Output::Rang(received) => self.shared.meters.rang_after(received.elapsed().as_secs_f64()),
            }
        }
    }

    fn ask(&mut self, id: TxId, call: Arc<IncomingCall>) {
        self.asked.insert(id);
        // If the desk panics, the call is refused and not forgotten: the guard answers when it is dropped.
        let refuse = Answer::Refuse { code: 500, retry_after_s: None };
        let guard = AnswerGuard { id, answer: refuse, sender: self.answer_sender.clone() };
        let desk = Arc::clone(&self.desk);
        self.desk_tasks.spawn(async move { guard.give(desk.ring(call).await) });
    }

    fn tell_end(&mut self, call: Arc<IncomingCall>, ending: Ending) {
        let desk = Arc::clone(&self.desk);
        self.desk_tasks.spawn(async move { desk.ended(call, ending).await });
    }
}

/// Sends the desk's answer when it is dropped.
struct AnswerGuard {
    id: TxId,
    answer: Answer,
    sender: mpsc::UnboundedSender<(TxId, Answer)>,
}

impl AnswerGuard {
    /// Takes itself, so that a task that uses it owns all of it and not only the answer.
    fn give(mut self, answer: Answer) {
        self.answer = answer;
    }
}

impl Drop for AnswerGuard {
    fn drop(&mut self) {
        if self.sender.send((self.id, self.answer)).is_err() {
            tracing::debug!("the desk answered after the phone was gone");
        }
    }
}
