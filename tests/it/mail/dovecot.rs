//! A real IMAP server: Debian's Dovecot on loopback, with a folder, a certificate and ports of its own.
//!
//! It runs as root (mails then belong to `nobody`, as Dovecot wants no mails of root's) and as a plain user. It is stopped when
//! the value is dropped. `tests/run` installs the packages.

use std::fmt::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use deskbell::base::{Network, Timestamp};
use deskbell::config::Secret;
use deskbell::mail::imap::{Login, Patience, Result, Server, Session};
use deskbell::mail::reach::Reach;
use deskbell::mail::tls::{Security, Trust};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// The password of every account.
pub const SECRET: &str = "secret";

/// Who mails belong to when root runs the tests.
const NOBODY: u32 = 65_534;

/// Numbers for file names in Maildirs.
static DELIVERED: AtomicU32 = AtomicU32::new(0);

/// How a Dovecot differs from the usual one.
#[derive(Debug, Default, Clone)]
pub struct Setup {
    /// More lines for its configuration.
    pub more: String,
    /// Where access tokens are checked.
    pub introspection: Option<String>,
}

/// A running Dovecot.
pub struct Dovecot {
    folder: tempfile::TempDir,
    child: Child,
    ports: Ports,
    setup: Setup,
}

#[derive(Clone, Copy)]
struct Ports {
    imap: u16,
    imaps: u16,
    lmtp: u16,
}

impl Ports {
    /// Three that nobody uses now.
    fn free() -> Self {
        let held = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let [imap, imaps, lmtp] = held.map(|socket| socket.local_addr().unwrap().port());
        Self { imap, imaps, lmtp }
    }
}

impl Dovecot {
    /// With TLS, STARTTLS, IDLE, MOVE, UIDPLUS.
    pub async fn start() -> Self {
        Self::with(Setup::default()).await
    }

    /// One that differs.
    pub async fn with(setup: Setup) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        certificates(&folder.path().join("tls"));
        for name in ["run", "state", "mail"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        give_away(&folder.path().join("mail"));
        // Between looking for free ports and using them somebody else may be faster.
        for _ in 0..5 {
            let ports = Ports::free();
            std::fs::write(folder.path().join("dovecot.conf"), configuration(folder.path(), ports, &setup)).unwrap();
            if let Some(child) = run(folder.path(), ports).await {
                return Self { folder, child, ports, setup };
            }
        }
        panic!("Dovecot does not start:\n{}", log(folder.path()));
    }

    /// The folder of an account's mails.
    pub fn maildir(&self, user: &str) -> PathBuf {
        self.folder.path().join("mail").join(user).join("Maildir")
    }

    /// The authority that its certificate comes from.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("tls/authority.pem")
    }

    /// Its certificate and key.
    pub fn certificate(&self) -> (PathBuf, PathBuf) {
        (self.folder.path().join("tls/server.pem"), self.folder.path().join("tls/server.key"))
    }

    /// Where it speaks IMAP without TLS, and offers STARTTLS.
    pub fn plain(&self) -> SocketAddr {
        ([127, 0, 0, 1], self.ports.imap).into()
    }

    /// How to reach it by TLS.
    pub fn tls(&self) -> Server {
        Server { host: "localhost".to_owned(), port: self.ports.imaps, security: Security::Tls, pin: None }
    }

    /// How to reach it by STARTTLS.
    pub fn start_tls(&self) -> Server {
        Server { port: self.ports.imap, security: Security::StartTls, ..self.tls() }
    }

    /// Trusts its authority, and lets us reach this machine.
    pub fn trust(&self) -> Trust {
        Trust::new(Some(&self.authority()), loopback()).unwrap()
    }

    /// A session of an account.
    pub async fn session(&self, user: &str) -> Session {
        self.try_session(user).await.unwrap()
    }

    /// A session of an account, if there is one.
    pub async fn try_session(&self, user: &str) -> Result<Session> {
        Session::connect(&self.trust(), &self.tls(), &login(user), Patience::default()).await
    }

    /// Hands mails over as a mail server would.
    pub async fn deliver(&self, user: &str, mails: &[&[u8]]) {
        let lmtp = TcpStream::connect(("127.0.0.1", self.ports.lmtp)).await.unwrap();
        let (read, mut write) = lmtp.into_split();
        let mut lines = BufReader::new(read).lines();
        let mut answer = async || {
            loop {
                let line = lines.next_line().await.unwrap().unwrap();
                if line.as_bytes()[3] == b' ' {
                    assert!(matches!(line.as_bytes()[0], b'2' | b'3'), "{line}");
                    return;
                }
            }
        };
        answer().await;
        write.write_all(b"LHLO test\r\n").await.unwrap();
        answer().await;
        for mail in mails {
            for command in ["MAIL FROM:<a@b.test>".to_owned(), format!("RCPT TO:<{user}@desk.test>"), "DATA".to_owned()]
            {
                write.write_all(format!("{command}\r\n").as_bytes()).await.unwrap();
                answer().await;
            }
            let text = String::from_utf8_lossy(mail).replace("\r\n.", "\r\n..");
            write.write_all(format!("{}\r\n.\r\n", text.trim_end()).as_bytes()).await.unwrap();
            answer().await;
        }
    }

    /// Lays mails into the inbox, byte by byte as given. Fast, and without a word to who listens.
    pub fn lay(&self, user: &str, mails: impl IntoIterator<Item = Vec<u8>>) {
        self.lay_since(user, None, mails);
    }

    /// The same, as if the server had got them then.
    pub fn lay_at(&self, user: &str, at: Timestamp, mails: impl IntoIterator<Item = Vec<u8>>) {
        let since = Duration::from_millis(u64::try_from(at.0).unwrap());
        self.lay_since(user, Some(SystemTime::UNIX_EPOCH + since), mails);
    }

    fn lay_since(&self, user: &str, since: Option<SystemTime>, mails: impl IntoIterator<Item = Vec<u8>>) {
        let folder = self.maildir(user);
        for name in ["new", "cur", "tmp"] {
            std::fs::create_dir_all(folder.join(name)).unwrap();
        }
        for path in [folder.parent().unwrap(), &folder, &folder.join("new"), &folder.join("cur"), &folder.join("tmp")] {
            give_away(path);
        }
        for mail in mails {
            // Dovecot gives UIDs in the order of these names.
            let number = DELIVERED.fetch_add(1, Ordering::Relaxed);
            let path =
                folder.join("new").join(format!("{}.M{number:06}P1.test,S={}", 1_700_000_000 + number, mail.len()));
            std::fs::write(&path, &mail).unwrap();
            if let Some(since) = since {
                // Dovecot tells the time of the file as the one at which the mail came (INTERNALDATE).
                std::fs::File::options().write(true).open(&path).unwrap().set_modified(since).unwrap();
            }
            give_away(&path);
        }
    }

    /// Marks the mail of somebody that was just laid there as deleted, as other programs do.
    pub fn throw_away(&self, user: &str, sender: &str) {
        let folder = self.maildir(user);
        let files = std::fs::read_dir(folder.join("new")).unwrap().map(|file| file.unwrap().path());
        let found = files.into_iter().find(|path| std::fs::read_to_string(path).unwrap().contains(sender)).unwrap();
        let name = found.file_name().unwrap().to_str().unwrap();
        std::fs::rename(&found, folder.join("cur").join(format!("{name}:2,T"))).unwrap();
    }

    /// Takes that mark off again from the mail of somebody.
    pub fn restore(&self, user: &str, sender: &str) {
        let folder = self.maildir(user).join("cur");
        let mut files = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
        let found = files.find(|path| std::fs::read_to_string(path).unwrap().contains(sender)).unwrap();
        let name = found.file_name().unwrap().to_str().unwrap();
        std::fs::rename(&found, folder.join(name.replace('T', ""))).unwrap();
    }

    /// What an administrator's command says.
    pub fn doveadm(&self, arguments: &[&str]) -> Output {
        let conf = self.folder.path().join("dovecot.conf");
        Command::new("doveadm").arg("-c").arg(conf).args(arguments).stdin(Stdio::null()).output().unwrap()
    }

    /// Ends the sessions of an account with a BYE.
    pub fn kick(&self, user: &str) {
        let kicked = self.doveadm(&["kick", &format!("{user}@desk.test")]);
        assert!(kicked.status.success(), "{}", String::from_utf8_lossy(&kicked.stderr));
    }

    /// Stops it, changes something in its folders, and starts it again on the same ports.
    pub async fn restart(&mut self, change: impl FnOnce(&Self)) {
        self.stop();
        change(self);
        std::fs::write(
            self.folder.path().join("dovecot.conf"),
            configuration(self.folder.path(), self.ports, &self.setup),
        )
        .unwrap();
        self.child = run(self.folder.path(), self.ports).await.expect("Dovecot starts again");
    }

    /// Forgets which numbers the mails of an account's inbox had: the next UIDVALIDITY is another one.
    pub fn forget_numbers(&self, user: &str) {
        for entry in std::fs::read_dir(self.maildir(user)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.starts_with("dovecot") {
                std::fs::remove_file(path).unwrap();
            }
        }
    }

    /// Asks it to stop and waits until it has. (`doveadm stop` would wait three seconds for a process that only we can bury.)
    fn stop(&mut self) {
        let stopped = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        if !stopped.success() {
            self.child.kill().unwrap();
        }
        self.child.wait().unwrap();
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        self.stop();
        if std::thread::panicking() {
            eprintln!("Dovecot said:\n{}", log(self.folder.path()));
        }
    }
}

/// This machine is within reach.
pub fn loopback() -> Reach {
    Reach::also(["127.0.0.0/8", "::1"].map(|network| Network::parse(network).unwrap()))
}

/// The right login of an account.
pub fn login(user: &str) -> Login {
    Login::Password { user: format!("{user}@desk.test"), password: Secret::new(SECRET) }
}

/// Starts it and waits until it answers; nothing if it ends at once.
async fn run(folder: &Path, ports: Ports) -> Option<Child> {
    let conf = folder.join("dovecot.conf");
    let started =
        Command::new("dovecot").arg("-F").arg("-c").arg(conf).stdin(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut child = started.unwrap_or_else(|e| panic!("dovecot is needed ({e}); tests/run installs what tests need"));
    let mut look = tokio::time::interval(Duration::from_millis(20));
    loop {
        look.tick().await;
        if child.try_wait().unwrap().is_some() {
            return None;
        }
        let mut open = true;
        // All of its ports open at once; the one for TLS is not there if TLS is turned off.
        for port in [ports.imap, ports.lmtp] {
            open &= TcpStream::connect(("127.0.0.1", port)).await.is_ok();
        }
        if open {
            return Some(child);
        }
    }
}

fn log(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("dovecot.log")).unwrap_or_default()
}

fn is_root() -> bool {
    user_number() == 0
}

/// The user that tests run as, by what it makes.
fn user_number() -> u32 {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").unwrap().uid()
}

/// Lets Dovecot write it, if somebody else runs it.
fn give_away(path: &Path) {
    if is_root() {
        chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    }
}

/// An authority and a certificate of it for `localhost`.
fn certificates(folder: &Path) {
    std::fs::create_dir(folder).unwrap();
    let openssl = |arguments: &str| {
        let output = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30";
    openssl(&format!("req -x509 {key} -subj /CN=Authority -keyout authority.key -out authority.pem"));
    openssl(&format!(
        "req -x509 {key} -subj /CN=localhost -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE \
         -CA authority.pem -CAkey authority.key -keyout server.key -out server.pem"
    ));
}

fn configuration(folder: &Path, ports: Ports, setup: &Setup) -> String {
    let base = folder.display();
    let output = |flag: &str| {
        let output = Command::new("id").arg(flag).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let (me, group) = (output("-un"), output("-gn"));
    let (mail, mail_group, login, intern, intern_group) = if is_root() {
        ("nobody", "nogroup", "dovenull", "dovecot", "dovecot")
    } else {
        (&*me, &*group, &*me, &*me, &*group)
    };
    let Ports { imap, imaps, lmtp } = ports;
    let mut users = String::new();
    for user in ["support", "sales", "bench"] {
        writeln!(users, "{user}@desk.test:{{PLAIN}}{SECRET}::::::").unwrap();
    }
    std::fs::write(folder.join("users"), users).unwrap();
    let tokens = setup.introspection.as_ref().map_or_else(String::new, |url| {
        let conf = folder.join("oauth.conf");
        let text = format!(
            "introspection_mode = post\nintrospection_url = {url}\nusername_attribute = username\n\
             active_attribute = active\nactive_value = true\n"
        );
        std::fs::write(&conf, text).unwrap();
        format!("passdb {{\n driver = oauth2\n mechanisms = xoauth2\n args = {}\n}}\n", conf.display())
    });
    let mechanisms = if setup.introspection.is_some() { "plain xoauth2" } else { "plain" };
    format!(
        "base_dir = {base}/run\nstate_dir = {base}/state\ninstance_name = test{imap}\nlog_path = {base}/dovecot.log\n\
         protocols = imap lmtp\nlisten = 127.0.0.1\nssl = yes\nssl_cert = <{base}/tls/server.pem\nssl_key = <{base}/tls/server.key\n\
         default_internal_user = {intern}\ndefault_internal_group = {intern_group}\ndefault_login_user = {login}\n\
         first_valid_uid = 1\nfirst_valid_gid = 1\nmail_uid = {mail}\nmail_gid = {mail_group}\nmail_home = {base}/mail/%n\n\
         mail_location = maildir:~/Maildir\ndisable_plaintext_auth = no\nauth_mechanisms = {mechanisms}\n\
         auth_failure_delay = 0\nauth_username_format = %Lu\nmail_max_userip_connections = 200\nmail_fsync = never\n\
         passdb {{\n driver = passwd-file\n mechanisms = plain login\n args = scheme=PLAIN username_format=%u {base}/users\n}}\n{tokens}\
         userdb {{\n driver = static\n args = uid={mail} gid={mail_group} home={base}/mail/%n allow_all_users=yes\n}}\n\
         namespace inbox {{\n inbox = yes\n separator = /\n mailbox Processed {{\n  auto = create\n }}\n \
         mailbox Sent {{\n  special_use = \\Sent\n  auto = create\n }}\n}}\n\
         service imap-login {{\n chroot =\n inet_listener imap {{\n  address = 127.0.0.1\n  port = {imap}\n }}\n \
         inet_listener imaps {{\n  address = 127.0.0.1\n  port = {imaps}\n  ssl = yes\n }}\n}}\n\
         service lmtp {{\n inet_listener lmtp {{\n  address = 127.0.0.1\n  port = {lmtp}\n }}\n}}\n\
         service anvil {{\n chroot =\n unix_listener anvil-auth-penalty {{\n  mode = 0\n }}\n}}\nservice stats {{\n unix_listener stats-writer {{\n  mode = 0666\n }}\n}}\n\
         protocol lmtp {{\n auth_username_format = %Ln@desk.test\n}}\n{}\n",
        setup.more
    )
}
