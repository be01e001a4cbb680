//! A token server on loopback: device flow with two "not yet", authorization codes with PKCE, refresh tokens that are replaced with
//! every use, and introspection for Dovecot. It can be told to misbehave.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What the server knows.
#[derive(Default)]
struct Known {
    count: u32,
    /// Access tokens and whose they are; those that have expired are gone.
    access: BTreeMap<String, String>,
    refresh: BTreeMap<String, String>,
    /// Devices, and how often they have asked.
    devices: BTreeMap<String, u32>,
    /// Codes with the challenge of their sign-in.
    codes: BTreeMap<String, String>,
    /// Paths that were asked for.
    asked: BTreeSet<String>,
}

impl Known {
    fn issue(&mut self, user: &str) -> Value {
        self.count += 1;
        let (access, refresh) = (format!("at-{}", self.count), format!("rt-{}", self.count));
        self.access.insert(access.clone(), user.to_owned());
        self.refresh.insert(refresh.clone(), user.to_owned());
        json!({ "token_type": "Bearer", "access_token": access, "refresh_token": refresh, "expires_in": 3600 })
    }

    /// The status and the answer to a request.
    fn answer(&mut self, path: &str, form: &BTreeMap<String, String>) -> (u16, Value) {
        self.asked.insert(path.to_owned());
        let value = |name: &str| form.get(name).cloned().unwrap_or_default();
        let no =
            |error: &str| (400, json!({ "error": error, "error_description": format!("AADSTS1: {error}\r\nTrace") }));
        match path {
            "/devicecode" => {
                self.count += 1;
                let device = format!("device-{}", self.count);
                self.devices.insert(device.clone(), 0);
                let page = "https://login.example/device";
                (
                    200,
                    json!({ "device_code": device, "user_code": "ABCD-EFGH", "verification_uri": page, "expires_in": 900, "interval": 1 }),
                )
            }
            "/token" if value("grant_type").ends_with("device_code") => {
                let Some(times) = self.devices.get_mut(&value("device_code")) else { return no("expired_token") };
                *times += 1;
                match times {
                    1 => no("authorization_pending"),
                    2 => no("slow_down"),
                    3 => (200, self.issue("support@desk.test")),
                    _ => no("expired_token"),
                }
            }
            "/token" if value("grant_type") == "authorization_code" => {
                let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(value("code_verifier")));
                match self.codes.remove(&value("code")) {
                    Some(expected) if expected == challenge => (200, self.issue("support@desk.test")),
                    _ => no("invalid_grant"),
                }
            }
            "/token" => match self.refresh.remove(&value("refresh_token")) {
                Some(user) => (200, self.issue(&user)),
                None => no("invalid_grant"),
            },
            "/introspect" => match self.access.get(&value("token")) {
                Some(user) => (200, json!({ "active": true, "username": user })),
                None => (200, json!({ "active": false })),
            },
            "/busy" => (503, json!({})),
            "/huge" => (200, json!({ "access_token": "a".repeat(2 << 20), "token_type": "Bearer" })),
            "/odd" => (200, json!(["at-1"])),
            _ => (404, json!({})),
        }
    }
}

/// A running token server.
pub struct TokenServer {
    address: SocketAddr,
    known: Arc<Mutex<Known>>,
    /// Whether answers are kept back.
    held: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

impl TokenServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let known = Arc::new(Mutex::new(Known::default()));
        let shared = Arc::clone(&known);
        let (held, is_held) = watch::channel(false);
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, Arc::clone(&shared), is_held.clone()));
            }
        });
        Self { address, known, held, task }
    }

    /// The address of a path on it.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A code as the browser would bring it back, for a sign-in with this challenge.
    pub fn sign_in(&self, challenge: &str) -> String {
        let mut known = self.known.lock().unwrap();
        known.codes.insert("code-1".to_owned(), challenge.to_owned());
        "code-1".to_owned()
    }

    /// An access token of somebody.
    pub fn mint(&self, user: &str) -> String {
        self.known.lock().unwrap().issue(user)["access_token"].as_str().unwrap().to_owned()
    }

    /// Lets an access token expire.
    pub fn expire(&self, access: &str) {
        self.known.lock().unwrap().access.remove(access).unwrap();
    }

    /// Ends every sign-in: no refresh token is good any more.
    pub fn revoke(&self) {
        self.known.lock().unwrap().refresh.clear();
    }

    /// Keeps every answer back; what it is about has happened.
    pub fn hold(&self) {
        self.held.send_replace(true);
    }

    /// Gives the answers that were kept back, and all others at once again.
    pub fn let_go(&self) {
        self.held.send_replace(false);
    }

    /// How often tokens were given.
    pub fn given(&self) -> u32 {
        self.known.lock().unwrap().count
    }

    /// Whether somebody asked for a path.
    pub fn was_asked(&self, path: &str) -> bool {
        self.known.lock().unwrap().asked.contains(path)
    }
}

impl Drop for TokenServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(stream: TcpStream, known: Arc<Mutex<Known>>, mut held: watch::Receiver<bool>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).await.ok()?;
    let target = line.split(' ').nth(1)?.to_owned();
    let mut length = 0;
    loop {
        line.clear();
        stream.read_line(&mut line).await.ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let both = [body.as_slice(), query.as_bytes()];
    let form: BTreeMap<String, String> =
        both.iter().flat_map(|part| url::form_urlencoded::parse(part).into_owned()).collect();
    let head = if path == "/elsewhere" {
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: /token\r\nContent-Length: 0\r\n\r\n".to_owned()
    } else {
        let (status, answer) = known.lock().unwrap().answer(path, &form);
        let text = answer.to_string();
        format!(
            "HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
            text.len()
        )
    };
    held.wait_for(|held| !held).await.ok()?;
    stream.write_all(head.as_bytes()).await.ok()
}
