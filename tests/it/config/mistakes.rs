//! Every way to get the file wrong, and the words that say so.

use super::load;

/// Each bad file and exactly what is said about it.
const BAD: &[(&str, &[&str])] = &[
    // Names.
    ("[web]\nlisen = []", &["deskbell.toml:2:1: unknown key \"lisen\" in [web]; did you mean \"listen\"?"]),
    (
        "[web]\nTrusted_Proxies = []",
        &["deskbell.toml:2:1: unknown key \"Trusted_Proxies\" in [web]; did you mean \"trusted_proxies\"?"],
    ),
    ("[web]\ncolour = 1", &["deskbell.toml:2:1: unknown key \"colour\" in [web]"]),
    ("[web]\ncalls_max = 1", &["deskbell.toml:2:1: unknown key \"calls_max\" in [web]; it belongs into [phone]"]),
    ("[wbe]\nlisten = []", &["deskbell.toml:1:2: unknown section [wbe]; did you mean [web]?"]),
    ("[fax]\n", &["deskbell.toml:1:2: unknown section [fax]"]),
    (
        "listen = []",
        &["deskbell.toml:1:1: unknown key \"listen\" outside of any section; it belongs into [web] or [metrics]"],
    ),
    ("\nx = 1", &["deskbell.toml:2:1: unknown key \"x\" outside of any section"]),
    ("web = 1", &["deskbell.toml:1:1: web is a section; write [web]"]),
    ("[[web]]\n", &["deskbell.toml:1:3: [[web]] is a list of sections; write [web] once"]),
    ("[web]\n\"a\\u001bb\\nc\" = 1", &["deskbell.toml:2:1: unknown key \"a\\u{1b}b\\nc\" in [web]"]),
    // Types.
    (
        "[web]\nlisten = \"127.0.0.1:80\"",
        &[
            "deskbell.toml:2:10: web.listen: expected a list of texts, found a text; write listen = [\"127.0.0.1:8080\"]",
        ],
    ),
    (
        "[web]\nlisten = [\"127.0.0.1:80\",\n  81]",
        &["deskbell.toml:3:3: web.listen: expected a text in quotes, found integer"],
    ),
    (
        "[phone]\ncalls_max = \"many\"",
        &[
            "deskbell.toml:2:13: phone.calls_max: expected a whole number from 1 to 65536, found a text; write calls_max = 4096",
        ],
    ),
    (
        "[phone]\ncalls_max = 1.5",
        &[
            "deskbell.toml:2:13: phone.calls_max: expected a whole number from 1 to 65536, found float; write calls_max = 4096",
        ],
    ),
    ("[log]\npii = 1", &["deskbell.toml:2:7: log.pii: expected true or false, found a number; write pii = false"]),
    (
        "[data]\ndir = 2024-01-01",
        &["deskbell.toml:2:7: data.dir: expected a text in quotes, found datetime; write dir = \"/var/lib/deskbell\""],
    ),
    (
        "[web.listen]\nx = 1",
        &["deskbell.toml:1:1: web.listen: expected a list of texts, found table; write listen = [\"127.0.0.1:8080\"]"],
    ),
    // Values.
    (
        "[data]\ndir = \"data\"",
        &["deskbell.toml:2:7: data.dir: \"data\" is not absolute: write a path that starts with /"],
    ),
    ("[data]\ndir = \"\"", &["deskbell.toml:2:7: data.dir: \"\" is not absolute: write a path that starts with /"]),
    ("[data]\ndir = \"/a\\u0000\"", &["deskbell.toml:2:7: data.dir: a path can't hold a NUL"]),
    ("[web]\nlisten = []", &["deskbell.toml:2:10: web.listen: name at least one address"]),
    (
        "[web]\nlisten = [\"localhost:80\"]",
        &[
            "deskbell.toml:2:11: web.listen: \"localhost:80\" is not an address: write IP:PORT such as \"127.0.0.1:8080\"",
        ],
    ),
    (
        "[web]\nlisten = [\"*:80\"]",
        &["deskbell.toml:2:11: web.listen: \"*:80\" is not an address: write IP:PORT such as \"0.0.0.0:8080\""],
    ),
    (
        "[web]\nlisten = [\"10.0.0.1\"]",
        &["deskbell.toml:2:11: web.listen: \"10.0.0.1\" lacks a port: write IP:PORT such as \"10.0.0.1:8080\""],
    ),
    (
        "[web]\nlisten = [\"::1\"]",
        &["deskbell.toml:2:11: web.listen: \"::1\" lacks a port: write IP:PORT such as \"[::1]:8080\""],
    ),
    (
        "[web]\nlisten = [\"127.0.0.1:99999\"]",
        &[
            "deskbell.toml:2:11: web.listen: port 99999 in \"127.0.0.1:99999\" is out of range: ports go from 0 (any free one) to 65535",
        ],
    ),
    (
        "[web]\nlisten = [\"127.0.0.1:80\", \"127.0.0.1:80\"]",
        &["deskbell.toml:2:27: web.listen: \"127.0.0.1:80\" stands there twice"],
    ),
    (
        "[web]\nlisten = [\"0.0.0.0:5060\"]",
        &["default: phone.listen_tcp: 127.0.0.1:5060 is already taken by web.listen"],
    ),
    (
        "[web]\nlisten = [\"127.0.0.1:80\"]\n[metrics]\nlisten = \"127.0.0.1:80\"",
        &["deskbell.toml:4:10: metrics.listen: 127.0.0.1:80 is already taken by web.listen"],
    ),
    (
        "[web]\npublic_url = \"desk.example.org\"",
        &[
            "deskbell.toml:2:14: web.public_url: this is not a URL (relative URL without a base): write http or https, a host and \
         nothing else, such as \"https://desk.example.org\"",
        ],
    ),
    (
        "[web]\npublic_url = \"ftp://desk.example.org\"",
        &[
            "deskbell.toml:2:14: web.public_url: \"ftp://desk.example.org\" is not a web address: write http or https, a host and \
         nothing else, such as \"https://desk.example.org\"",
        ],
    ),
    (
        "[web]\npublic_url = \"https://desk.example.org/desk\"",
        &[
            "deskbell.toml:2:14: web.public_url: \"https://desk.example.org/desk\" has something after the host: write http or \
         https, a host and nothing else, such as \"https://desk.example.org\"",
        ],
    ),
    (
        "[web]\npublic_url = \"https://ada:hunter2@desk.example.org\"",
        &[
            "deskbell.toml:2:14: web.public_url: a name or password must not stand here: write http or https, a host and nothing \
         else, such as \"https://desk.example.org\"",
        ],
    ),
    (
        "[web]\nhosts = [\"https://desk\", \"desk:80\"]",
        &[
            "deskbell.toml:2:10: web.hosts: \"https://desk\" is not a host: write a host name without scheme and port, such as \
         \"desk.example.org\"",
            "deskbell.toml:2:26: web.hosts: \"desk:80\" is not a host: write a host name without scheme and port, such as \
         \"desk.example.org\"",
        ],
    ),
    ("[web]\nhosts = [\"desk\", \"DESK\"]", &["deskbell.toml:2:18: web.hosts: \"DESK\" stands there twice"]),
    (
        "[web]\ntrusted_proxies = [\"*\"]",
        &["deskbell.toml:2:20: web.trusted_proxies: \"*\" is not a network: write an address or a network such as \
         \"192.0.2.0/24\""],
    ),
    (
        "[web]\ntrusted_proxies = [\"0.0.0.0/0\"]",
        &[
            "deskbell.toml:2:20: web.trusted_proxies: \"0.0.0.0/0\" would believe everybody about who they are; name the addresses \
         of the proxies",
        ],
    ),
    (
        "[web]\nsession_idle_minutes = 4",
        &["deskbell.toml:2:24: web.session_idle_minutes: 4 is out of range: write a number from 5 to 1440"],
    ),
    (
        "[web]\nsession_hours_max = -1",
        &["deskbell.toml:2:21: web.session_hours_max: -1 is out of range: write a number from 1 to 168"],
    ),
    (
        "[web]\nsession_idle_minutes = 90\nsession_hours_max = 1",
        &["deskbell.toml:2:24: web.session_idle_minutes: 90 minutes are more than session_hours_max = 1"],
    ),
    (
        "[metrics]\nlisten = \"0.0.0.0:9642\"",
        &[
            "deskbell.toml:2:10: metrics.listen: other machines can reach 0.0.0.0:9642; set token_file or listen on 127.0.0.1",
        ],
    ),
    (
        "[metrics]\nlisten = \"on\"",
        &[
            "deskbell.toml:2:10: metrics.listen: \"on\" is not an address: write IP:PORT such as \"127.0.0.1:8080\", or \"off\"",
        ],
    ),
    (
        "[log]\nlevel = \"inof\"",
        &[
            "deskbell.toml:2:9: log.level: \"inof\" is not a level: write \"off\", \"error\", \"warn\", \"info\", \"debug\" or \
         \"trace\"; did you mean \"info\"?",
        ],
    ),
    ("[log]\nlevel = \"info,debug\"", &["deskbell.toml:2:9: log.level: \"info,debug\" has two levels for everything"]),
    (
        "[log]\nlevel = \"a b=info\"",
        &["deskbell.toml:2:9: log.level: \"a b\" is not a target: write a module such as deskbell::phone"],
    ),
    (
        "[log]\nformat = \"jsn\"",
        &[
            "deskbell.toml:2:10: log.format: \"jsn\" is not \"auto\", \"journald\", \"logfmt\", \"json\" or \"pretty\"; did you mean \
         \"json\"?",
        ],
    ),
    (
        "[database]\nurl = \"mysql://db/desk\"",
        &["deskbell.toml:2:7: database.url: write sqlite:PATH or postgres://USER@HOST/DATABASE"],
    ),
    (
        "[database]\nurl = \"sqlite:desk.db\"",
        &["deskbell.toml:2:7: database.url: the path is not absolute: write sqlite: and a path that starts with /"],
    ),
    (
        "[database]\nurl = \"sqlite:///desk.db\"",
        &[
            "deskbell.toml:2:7: database.url: write sqlite: and an absolute path, such as sqlite:/var/lib/deskbell/deskbell.db",
        ],
    ),
    (
        "[database]\nurl = \"postgres://desk@db\"",
        &["deskbell.toml:2:7: database.url: the name of the database is lacking: write postgres://USER@HOST/DATABASE"],
    ),
    (
        "[database]\npassword_file = \"secret\"",
        &["deskbell.toml:2:17: database.password_file: \"secret\" is not absolute: write a path that starts with /"],
    ),
    // TOML itself.
    ("[web]\n[web]\n", &["deskbell.toml:2:2: this is not TOML: duplicate key"]),
    ("[log]\npii = true\npii = true\n", &["deskbell.toml:3:1: this is not TOML: duplicate key"]),
    ("[web\n", &["deskbell.toml:1:5: this is not TOML: unclosed table, expected `]`"]),
    (
        "[log]\nlevel = debug\n",
        &["deskbell.toml:2:9: this is not TOML: string values must be quoted, expected literal string"],
    ),
];

#[test]
fn every_mistake_is_told_with_its_place_and_a_way_out() {
    for (text, expected) in BAD {
        let told = load(text).map(|_| ()).unwrap_err();
        assert_eq!(told, *expected, "{text}");
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let told = load(
        "[web]\nlisten = [\"x\", \"127.0.0.1:1\", \"y\"]\nsession_hours_max = 0\n[lgo]\n[log]\nlevel = 'x'\nx = 1",
    );
    let places: Vec<String> = told.unwrap_err().iter().map(|f| f.split(": ").next().unwrap().to_owned()).collect();
    assert_eq!(
        places,
        [
            "deskbell.toml:3:21",
            "deskbell.toml:4:2",
            "deskbell.toml:7:1",
            "deskbell.toml:2:11",
            "deskbell.toml:2:31",
            "deskbell.toml:6:9"
        ]
    );
}

#[test]
fn columns_count_characters() {
    let told = load("[web]\nhosts = [\"äöü\", \"a b\"] # ü").unwrap_err();
    assert!(told[0].starts_with("deskbell.toml:2:17: "), "{told:?}");
}

#[test]
fn a_slip_anywhere_is_told_or_harmless() {
    let sample = include_str!("../../../config/deskbell.toml").replace("\n#", "\n");
    for (at, _) in sample.char_indices().step_by(11) {
        let (before, after) = sample.split_at(at);
        for slipped in [before.to_owned(), format!("{before}\"{after}"), format!("{before}{}", after.get(1..).unwrap())]
        {
            if let Err(told) = load(&slipped) {
                assert!(!told.is_empty() && told.iter().all(|line| line.starts_with("deskbell.toml:")), "{told:?}");
            }
        }
    }
}
