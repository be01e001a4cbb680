//! A desk that does as the test says, a phone on loopback, and a peer that speaks SIP to it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use deskbell::phone::{Answer, Bounds, Desk, Ending, IncomingCall, Meters, Options, Phone, Sockets};
use futures_util::future::BoxFuture;
use tokio::net::UdpSocket;
use tokio::sync::{Mutex, Semaphore, mpsc};
use tokio::time::timeout;

/// Long enough for any machine; nothing waits for it to pass unless the test fails.
pub const PATIENCE: Duration = Duration::from_secs(20);

type Ended = (Arc<IncomingCall>, Ending);

/// Knows the loopback addresses `127.0.0.1` and `::1` only; keeps a call when the gate lets it.
pub struct TestDesk {
    pub gate: Arc<Semaphore>,
    pub answer: Answer,
    rang: mpsc::UnboundedSender<Arc<IncomingCall>>,
    ended: mpsc::UnboundedSender<Ended>,
}

impl Desk for TestDesk {
    fn knows(&self, source: IpAddr) -> bool {
        [IpAddr::from([127, 0, 0, 1]), IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1])].contains(&source)
    }

    fn ring(&self, call: Arc<IncomingCall>) -> BoxFuture<'static, Answer> {
        let (gate, answer, rang) = (Arc::clone(&self.gate), self.answer, self.rang.clone());
        Box::pin(async move {
            assert!(!call.call_id.contains("panic"), "the test wants the desk to panic");
            rang.send(call).unwrap();
            gate.acquire().await.unwrap().forget();
            answer
        })
    }

    fn ended(&self, call: Arc<IncomingCall>, ending: Ending) -> BoxFuture<'static, ()> {
        let ended = self.ended.clone();
        Box::pin(async move { ended.send((call, ending)).unwrap() })
    }
}

pub struct TestPhone {
    phone: Phone,
    pub udp: SocketAddr,
    pub tcp: SocketAddr,
    pub meters: Meters,
    pub gate: Arc<Semaphore>,
    rang: Mutex<mpsc::UnboundedReceiver<Arc<IncomingCall>>>,
    pub ended: Mutex<mpsc::UnboundedReceiver<Ended>>,
}

impl TestPhone {
    /// With a desk that keeps every call at once.
    pub async fn start() -> Self {
        let phone = Self::start_with("127.0.0.1:0", Answer::Ring { limit: Duration::from_secs(180) }).await;
        phone.gate.add_permits(10_000);
        phone
    }

    /// With a desk that waits at the gate and then says `answer`.
    pub async fn start_with(address: &str, answer: Answer) -> Self {
        Self::start_within(address, answer, Options::default()).await
    }

    /// The same with limits of its own.
    pub async fn start_within(address: &str, answer: Answer, options: Options) -> Self {
        let sockets = Sockets {
            udp: vec![std::net::UdpSocket::bind(address).unwrap()],
            tcp: vec![std::net::TcpListener::bind(address).unwrap()],
        };
        let ((rang_sender, rang), (ended_sender, ended)) = (mpsc::unbounded_channel(), mpsc::unbounded_channel());
        let (gate, meters) = (Arc::new(Semaphore::new(0)), Meters::new().unwrap());
        let desk = Arc::new(TestDesk { gate: Arc::clone(&gate), answer, rang: rang_sender, ended: ended_sender });
        let bounds = Bounds { force_rport: true, ..Bounds::default() };
        let options = Options { bounds, connections_per_peer_max: 3, ..options };
        let phone = Phone::start(sockets, desk, options, meters.clone()).unwrap();
        let (udp, tcp) = (phone.udp_addresses()[0], phone.tcp_addresses()[0]);
        Self { phone, udp, tcp, meters, gate, rang: Mutex::new(rang), ended: Mutex::new(ended) }
    }

    pub async fn rang(&self) -> Arc<IncomingCall> {
        timeout(PATIENCE, self.rang.lock().await.recv()).await.unwrap().unwrap()
    }

    pub async fn ended(&self) -> Ended {
        timeout(PATIENCE, self.ended.lock().await.recv()).await.unwrap().unwrap()
    }

    /// Stops it, and returns the ends that the desk heard of and the test has not taken.
    pub async fn stop(self) -> Vec<Ended> {
        self.phone.stop().await;
        let mut ended = self.ended.into_inner();
        std::iter::from_fn(|| ended.try_recv().ok()).collect()
    }
}

/// A request of the call `id`.
pub fn request(method: &str, id: &str, more: &str) -> String {
    format!(
        "{method} sip:620@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK{id};rport\r\n\
         From: \"Erika\" <sip:+4930901820@127.0.0.1>;tag=f{id}\r\nTo: <sip:620@127.0.0.1>\r\nCall-ID: c{id}\r\n\
         CSeq: 1 {method}\r\n{more}Content-Length: 0\r\n\r\n"
    )
}

/// The status of a response.
pub fn code(response: &str) -> u16 {
    response.strip_prefix("SIP/2.0 ").unwrap().get(..3).unwrap().parse().unwrap()
}

/// A UDP peer on 127.0.0.1.
pub struct Peer(UdpSocket);

impl Peer {
    pub async fn new(phone: &TestPhone) -> Self {
        Self::at("127.0.0.1:0", phone).await
    }

    pub async fn at(address: &str, phone: &TestPhone) -> Self {
        let socket = UdpSocket::bind(address).await.unwrap();
        socket.connect(phone.udp).await.unwrap();
        Self(socket)
    }

    pub async fn send(&self, octets: &[u8]) {
        self.0.send(octets).await.unwrap();
    }

    pub async fn receive(&self) -> String {
        let mut buffer = vec![0; 65_536];
        let octets = timeout(PATIENCE, self.0.recv(&mut buffer)).await.expect("no answer").unwrap();
        String::from_utf8_lossy(&buffer[..octets]).into_owned()
    }

    /// Whether nothing has come that was not received.
    pub fn heard_nothing(&self) -> bool {
        self.0.try_recv(&mut [0; 16]).is_err()
    }

    /// Sends a request and returns the answers, of which it expects so many.
    pub async fn ask(&self, request: &str, answers: usize) -> Vec<String> {
        self.send(request.as_bytes()).await;
        let mut received = vec![];
        for _ in 0..answers {
            received.push(self.receive().await);
        }
        received
    }

    /// The statuses that come before the answer to an OPTIONS sent now: since datagrams are read in order, these are all
    /// that will come at once. 180s, which depend on the desk, are left out.
    pub async fn codes_until_sentinel(&self) -> Vec<u16> {
        self.send(request("OPTIONS", "sentinel", "").as_bytes()).await;
        let mut codes = vec![];
        loop {
            let answer = self.receive().await;
            if answer.contains("csentinel") {
                return codes;
            }
            codes.extend(Some(code(&answer)).filter(|code| *code != 180));
        }
    }
}
