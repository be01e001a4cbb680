//! Secrets are told to nobody: neither the log of the daemon nor the books have a password, a token or a code.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use crate::cli::code;
use crate::desk::{Browser, TestDesk};

/// The daemon itself, on the database of a desk that lends it, with a log that says all it can.
struct Daemon {
    child: Child,
    log: BufReader<std::process::ChildStderr>,
    said: String,
    web: String,
}

impl Daemon {
    fn start(url: &str, folder: &std::path::Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_deskbell"))
            .args(["serve", "--no-color"])
            .env_clear()
            .env("DESKBELL__DATA__DIR", folder)
            .env("DESKBELL__DATABASE__URL", url)
            .env("DESKBELL__LOG__LEVEL", "deskbell=trace")
            .env("DESKBELL__LOG__FORMAT", "logfmt")
            .env("DESKBELL__WEB__LISTEN", "127.0.0.1:0")
            .env("DESKBELL__PHONE__LISTEN_UDP", "127.0.0.1:0")
            .env("DESKBELL__PHONE__LISTEN_TCP", "127.0.0.1:0")
            .env("DESKBELL__METRICS__LISTEN", "127.0.0.1:0")
            .stderr(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let mut daemon = Self { child, log, said: String::new(), web: String::new() };
        daemon.hear("/setup and enter");
        let line = daemon.said.lines().find(|line| line.contains(" web=http") || line.contains("web=\"http")).unwrap();
        let web = line.split("web=").nth(1).unwrap().trim_start_matches('"');
        daemon.web = web.split([' ', '"']).next().unwrap().trim_end_matches('/').to_owned();
        daemon
    }

    /// Reads the log until it says this.
    fn hear(&mut self, text: &str) {
        loop {
            let mut line = String::new();
            assert!(self.log.read_line(&mut line).unwrap() > 0, "the daemon ended: {}", self.said);
            self.said.push_str(&line);
            if line.contains(text) {
                return;
            }
        }
    }

    /// Ends it, and gives all that it said.
    fn stop(mut self) -> String {
        assert!(Command::new("kill").arg(self.child.id().to_string()).status().unwrap().success());
        std::io::Read::read_to_string(&mut self.log, &mut self.said).unwrap();
        let output = self.child.wait_with_output().unwrap();
        assert_eq!(code(&output), 0, "{}", self.said);
        self.said + &String::from_utf8(output.stdout).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_the_log_nor_the_books_know_a_password_a_token_or_a_code() {
    let mut desk = TestDesk::start().await;
    let (url, folder) = (desk.database_url(), tempfile::tempdir().unwrap());
    let daemon = Daemon::start(&url, folder.path());
    let one_time = std::fs::read_to_string(folder.path().join("setup-code")).unwrap().trim().to_owned();
    let (first, wrong, second) = ("erstes pass wort", "falsches pass wort", "zweites pass wort");
    let mut ada = Browser::new(&daemon.web);
    ada.get("/setup").await;
    let set_up = [("code", one_time.as_str()), ("name", "Ada"), ("login", "ada"), ("password", first)];
    assert_eq!(ada.post("/setup", &set_up).await.status, 200);
    let tokens = [ada.cookie("deskbell").unwrap()];
    ada.get("/me").await;
    assert_eq!(ada.post("/me/password", &[("current", wrong), ("password", second)]).await.status, 422);
    assert_eq!(ada.post("/me/password", &[("current", first), ("password", second)]).await.status, 200);
    let mut other = Browser::new(&daemon.web);
    assert_eq!(other.sign_in("ada", wrong).await.status, 422);
    assert_eq!(other.sign_in("ada", second).await.status, 200);
    let tokens = [tokens[0].clone(), other.cookie("deskbell").unwrap(), other.csrf.clone()];
    let made = desk.cli(&["user", "add", "bob"], "");
    let printed = String::from_utf8(made.stdout).unwrap().trim().to_owned();
    let said = daemon.stop();
    assert!(said.contains("ready") && said.contains("stopping"), "{said}");

    desk.restart().await;
    let books = desk
        .read(|db| {
            let log = deskbell::events::read_after(db, deskbell::base::id::EventId(0), 1_000)?;
            let agents = crate::db::texts(db, "SELECT login || ' ' || password_hash AS word FROM agents");
            Ok(format!("{log:?} {agents:?}"))
        })
        .await;
    assert!(books.contains("SignInFailed") && books.contains("AgentPasswordSet"), "{books}");
    for secret in [first, wrong, second, &one_time, &printed, &tokens[0], &tokens[1], &tokens[2]] {
        assert!(!secret.is_empty() && !said.contains(secret), "the daemon's log says {secret:?}: {said}");
        assert!(!books.contains(secret), "the books say {secret:?}");
    }
}
