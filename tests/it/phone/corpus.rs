//! The messages of RFC 4475 and RFC 5118 and those of real devices, where their collection lies beside the repository.
//! Their octets are not ours to publish; `traps` holds the same traps in messages of our own.

use std::path::{Path, PathBuf};

use super::desk::{Peer, TestPhone};
use super::read_twice;
use deskbell::phone::reader::Message;

/// The folder of the collection; says so when it is absent.
pub fn folder(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/sip").join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("{} is absent: only our own messages are tested", folder.display());
    None
}

/// File name, verdict and answer of each line of a manifest.
fn manifest(folder: &Path) -> Vec<(String, String, String)> {
    let text = std::fs::read_to_string(folder.join("MANIFEST.tsv")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            (columns[0].to_owned(), columns[2].to_owned(), columns[3].to_owned())
        })
        .collect()
}

#[test]
fn every_verdict_of_rfc_4475_and_rfc_5118() {
    for (name, messages) in [("rfc4475", 51), ("rfc5118", 12)] {
        let Some(folder) = folder(name) else { continue };
        let manifest = manifest(&folder);
        assert_eq!(manifest.len(), messages);
        for (file, verdict, answer) in manifest {
            let read = read_twice(&std::fs::read(folder.join(&file)).unwrap());
            match verdict.as_str() {
                "accept" => assert!(read.is_ok(), "{file}: {read:?}"),
                "refuse" => {
                    let code = read.expect_err(&file);
                    match answer.as_str() {
                        "drop" => assert_eq!(code, None, "{file}"),
                        "505" => assert_eq!(code, Some(505), "{file}"),
                        _ => assert_eq!(code, Some(400), "{file}"),
                    }
                }
                _ => {}
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_of_rfc_4475_over_the_wire() {
    let Some(folder) = folder("rfc4475") else { return };
    let phone = TestPhone::start().await;
    let peer = Peer::new(&phone).await;
    for (file, _, answer) in manifest(&folder) {
        peer.send(&std::fs::read(folder.join(&file)).unwrap()).await;
        let codes = peer.codes_until_sentinel().await;
        match answer.as_str() {
            // Three of the five headers are missing: nobody could tell what an answer belongs to.
            "400" if file == "insuf.dat" => assert_eq!(codes, Vec::<u16>::new(), "{file}"),
            "400" | "505" | "416" | "420" => assert_eq!(codes, [answer.parse::<u16>().unwrap()], "{file}"),
            "accept-501" | "accept-405/501" => assert_eq!(codes, [501], "{file}"),
            "drop" => assert_eq!(codes, Vec::<u16>::new(), "{file}"),
            "200-at-UAS" => assert_eq!(codes, [200], "{file}"),
            _ => assert!(codes.iter().all(|code| ![401, 407, 603].contains(code)), "{file}: {codes:?}"),
        }
    }
    phone.stop().await;
}

fn seed(name: &str) -> Option<Message> {
    Some(read_twice(&std::fs::read(folder("seeds")?.join(name)).unwrap()).unwrap())
}

#[test]
fn what_real_devices_send_is_read_right() {
    let Some(asterisk) = seed("invite-asterisk.dat") else { return };
    assert_eq!(asterisk.from.display.as_deref(), Some("Erika Mustermann"));
    assert_eq!((asterisk.cseq, asterisk.body.len()), (20_431, 242));
    let carrier = seed("invite-carrier.dat").unwrap();
    assert_eq!((carrier.via.len(), carrier.from.uri.host.as_str()), (2, "anonymous.invalid"));
    assert_eq!(carrier.addresses("P-Asserted-Identity").len(), 2);
    assert_eq!(carrier.addresses("Diversion")[0].params.get("reason"), Some("no-answer"));
    let folded = seed("invite-freeswitch-folded.dat").unwrap();
    assert_eq!(folded.from.display.as_deref(), Some("Extension \"1001\" <sales>"));
    assert_eq!(folded.request().unwrap().1.user.as_deref(), Some("max.muster"));
    assert!(folded.value("Allow").unwrap().ends_with("REFER, NOTIFY"));
    let three = seed("invite-3cx.dat").unwrap();
    assert_eq!(three.from.display.as_deref(), Some("Müller & Söhne GmbH"));
    assert_eq!(three.addresses("Remote-Party-ID")[0].display.as_deref(), Some("Müller, Jörg"));
    let fritz = seed("invite-fritzbox-v6.dat").unwrap();
    assert_eq!(fritz.via[0].host, "[2001:db8:efff:a71:9a9b:cbff:fe34:c1e6]");
    assert_eq!(fritz.addresses("P-Called-Party-ID")[0].uri.user.as_deref(), Some("070419491403"));
    let v6 = seed("invite-v6.dat").unwrap();
    assert_eq!((v6.via[0].port, v6.request().unwrap().1.port), (Some(5062), Some(5060)));
    for folder in folder("seeds").into_iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()) {
        let path = folder.unwrap().path();
        assert!(read_twice(&std::fs::read(&path).unwrap()).is_ok(), "{}", path.display());
    }
}
