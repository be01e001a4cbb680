//! How the built program starts, refuses to start, and stops.

use std::time::Duration;

use diesel::RunQueryDsl as _;
use diesel::sql_types::Text;

use deskbell::db::Db;

use crate::cli::{code, err};
use crate::desk::{Pbx, Premises};

/// How long a stop may take: what service managers and people wait.
const STOP_MAX: Duration = Duration::from_secs(5);

#[derive(Debug, diesel::QueryableByName)]
struct Outcome {
    #[diesel(sql_type = Text)]
    outcome: String,
}

fn outcomes(premises: &Premises) -> Vec<String> {
    let query = || diesel::sql_query("SELECT coalesce(outcome, 'open') AS outcome FROM calls ORDER BY outcome");
    let rows: Vec<Outcome> = match &mut premises.connect() {
        Db::Sqlite(c) => query().load(c).unwrap(),
        Db::Postgres(c) => query().load(c).unwrap(),
    };
    rows.into_iter().map(|row| row.outcome).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_the_calls_that_ring() {
    let premises = Premises::prepare().await;
    let daemon = premises.start().unwrap();
    let mut udp = Pbx::udp(daemon.sip_udp).await;
    let mut tcp = Pbx::tcp(daemon.sip_tcp).await;
    udp.ring("+4930901820", "helpdesk").await;
    tcp.ring("+4930901821", "helpdesk").await;
    let ended = udp.ring("+4930901822", "helpdesk").await;
    udp.cancel(&ended, "SIP;cause=200").await;
    // A browser that listens to the stream must not hold the stop up.
    let mut browser = crate::desk::Browser::new(&daemon.url());
    let page = browser.sign_in("ada", crate::desk::PASSWORD).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let stream = browser.events(0).await;
    assert_eq!(stream.status(), 200);

    let gone = daemon.terminate();
    assert_eq!(gone.code, Some(0), "{}", gone.log);
    assert!(gone.took < STOP_MAX, "it took {:?}: {}", gone.took, gone.log);
    udp.hear(480).await;
    tcp.hear(480).await;
    assert_eq!(outcomes(&premises), ["answered_elsewhere", "stopped", "stopped"]);
    assert!(!gone.log.contains("\"level\":\"error\""), "{}", gone.log);
    // And a start after it has nothing to mend.
    let daemon = premises.start().unwrap();
    let gone = daemon.terminate();
    assert_eq!(gone.code, Some(0));
    assert!(!gone.log.contains("killed"), "{}", gone.log);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_daemon_on_the_same_data_is_refused() {
    let premises = Premises::prepare().await;
    let first = premises.start().unwrap();
    let second = premises.start().err().expect("the second must not start");
    assert_eq!(second.code, Some(1), "{second:?}");
    let told = format!("another Deskbell uses the data folder {}", premises.data().display());
    assert!(second.log.contains(&told), "{}", second.log);
    // The first has not noticed, and its place is free when it is gone.
    Pbx::udp(first.sip_udp).await.ring("+4930901820", "helpdesk").await;
    first.kill();
    premises.start().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_in_the_configuration_is_told_with_its_place() {
    let premises = Premises::prepare().await;
    premises.write_config("token_fil = \"/x\"\n");
    let output = premises.run(&["serve"]);
    let lines = std::fs::read_to_string(premises.config()).unwrap().lines().count();
    let place = format!("{}:{lines}:1: unknown key \"token_fil\" in [metrics]", premises.config().display());
    assert!(code(&output) == 78 && err(&output).starts_with(&place), "{}", err(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_taken_is_named() {
    let premises = Premises::prepare().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let text = std::fs::read_to_string(premises.config()).unwrap();
    let wanted = text.replace("[web]\nlisten = [\"127.0.0.1:0\"]", &format!("[web]\nlisten = [\"{address}\"]"));
    assert_ne!(text, wanted);
    std::fs::write(premises.config(), wanted).unwrap();
    let output = premises.run(&["serve"]);
    let told = format!("can't listen on {address} (TCP)");
    assert!(code(&output) == 69 && err(&output).contains(&told), "{}: {}", code(&output), err(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_folder_that_can_not_be_made_is_named() {
    let premises = Premises::prepare().await;
    let text = std::fs::read_to_string(premises.config()).unwrap();
    let wanted = text.replace(&format!("{:?}", premises.data()), "\"/proc/nowhere\"");
    assert_ne!(text, wanted);
    std::fs::write(premises.config(), wanted).unwrap();
    let output = premises.run(&["serve"]);
    assert_ne!(code(&output), 0);
    assert!(err(&output).contains("/proc/nowhere"), "{}", err(&output));
}
