//! Tests of `src/config`: what is read, who wins when several speak, what is kept secret.

mod mistakes;

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use deskbell::config::{self, Config, DatabaseUrl, Format, Loaded, Sources};
use tracing::level_filters::LevelFilter;

/// Loads `text` as `deskbell.toml` of a directory of its own, and nothing else.
fn load(text: &str) -> Result<Loaded, Vec<String>> {
    let directory = tempfile::tempdir().unwrap();
    load_in(directory.path(), text)
}

fn load_in(directory: &Path, text: &str) -> Result<Loaded, Vec<String>> {
    let file = directory.join("deskbell.toml");
    std::fs::write(&file, text).unwrap();
    let sources = Sources { file: Some(file), file_required: true, ..Sources::default() };
    config::load(&sources).map_err(|refusal| faults(directory, &refusal))
}

/// The messages, with the path of the test's directory taken out.
fn faults(directory: &Path, refusal: &config::Refusal) -> Vec<String> {
    let prefix = format!("{}/", directory.display());
    refusal.faults.iter().map(|fault| fault.to_string().replace(&prefix, "")).collect()
}

fn with_variables(variables: &[(&str, &str)]) -> Result<Config, Vec<String>> {
    let variables = variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))).collect();
    let loaded = config::load(&Sources { variables, ..Sources::default() });
    loaded.map(|loaded| loaded.config).map_err(|refusal| faults(Path::new("/nowhere"), &refusal))
}

fn secret_file(directory: &Path, name: &str, text: &str, mode: u32) -> String {
    let path = directory.join(name);
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    path.display().to_string()
}

#[test]
fn nothing_at_all_is_a_working_configuration() {
    let config = config::load(&Sources::default()).unwrap().config;
    assert_eq!(config.data.dir, Path::new("/var/lib/deskbell"));
    assert_eq!(config.database.url, DatabaseUrl::Sqlite("/var/lib/deskbell/deskbell.db".into()));
    assert_eq!(config.web.listen, ["127.0.0.1:8080".parse().unwrap()]);
    assert_eq!((config.web.session_idle_minutes, config.web.session_hours_max), (240, 12));
    assert!(config.web.hosts.is_empty() && config.web.trusted_proxies.is_empty() && config.web.public_url.is_none());
    assert_eq!(config.phone.listen_udp, ["127.0.0.1:5060".parse().unwrap()]);
    assert_eq!((config.phone.ring_seconds_max, config.phone.calls_max), (180, 4_096));
    assert_eq!(config.metrics.listen, Some("127.0.0.1:9642".parse().unwrap()));
    assert_eq!((config.log.level.default, config.log.format, config.log.pii), (LevelFilter::INFO, Format::Auto, false));
}

#[test]
fn what_is_written_is_read() {
    let config = load(
        r#"
        data.dir = "/srv/desk"
        web = { listen = ["0.0.0.0:0", "[::1]:80"], public_url = "https://desk.example.org" }
        [database]
        url = "postgres://desk@db.example.org:5433/desk?sslmode=verify-full"
        [phone]
        listen_udp = []
        listen_tcp = ["[::]:5060"]
        [metrics]
        listen = "off"
        [log]
        level = "warn, deskbell::phone=debug,hyper=off"
        format = "json"
        pii = true
        "#,
    )
    .unwrap()
    .config;
    assert_eq!(config.web.listen, ["0.0.0.0:0".parse().unwrap(), "[::1]:80".parse().unwrap()]);
    assert_eq!(config.web.public_url_for("127.0.0.1:1".parse().unwrap()), "https://desk.example.org");
    let url = "postgres://desk@db.example.org:5433/desk?sslmode=verify-full";
    assert_eq!(config.database.connection().reveal(), url);
    assert!(config.phone.listen_udp.is_empty());
    assert_eq!(config.metrics.listen, None);
    assert_eq!(config.log.level.default, LevelFilter::WARN);
    let targets = [("deskbell::phone".to_owned(), LevelFilter::DEBUG), ("hyper".to_owned(), LevelFilter::OFF)];
    assert_eq!(config.log.level.targets, targets);
    assert!(config.log.pii);
}

#[test]
fn links_have_a_start_even_when_nobody_said_which() {
    let web = config::load(&Sources::default()).unwrap().config.web;
    assert_eq!(web.public_url_for("127.0.0.1:4711".parse().unwrap()), "http://127.0.0.1:4711");
    assert_eq!(web.public_url_for("0.0.0.0:80".parse().unwrap()), "http://localhost:80");
    assert_eq!(web.public_url_for("[::1]:80".parse().unwrap()), "http://[::1]:80");
}

#[test]
fn passwords_are_refused_and_not_repeated() {
    for url in [
        "postgres://desk:hunter2@db/desk",
        "postgres://db/desk?password=hunter2",
        "postgres://desk:hunter2@d b/desk",
        "mysql://desk:hunter2@db/desk",
        "hunter2",
    ] {
        let told = load(&format!("[database]\nurl = \"{url}\"")).map(|_| ()).unwrap_err().join("\n");
        assert!(!told.contains("hunter2"), "{told}");
        let told = with_variables(&[("DESKBELL__DATABASE__URL", url)]).map(|_| ()).unwrap_err().join("\n");
        assert!(!told.contains("hunter2") && told.starts_with("DESKBELL__DATABASE__URL: database.url: "), "{told}");
    }
    let told = load("[database]\nurl = \"postgres://desk:hunter2@db\nx").map(|_| ()).unwrap_err().join("\n");
    assert!(!told.contains("hunter2"), "{told}");
}

#[test]
fn a_file_that_is_none() {
    let directory = tempfile::tempdir().unwrap();
    let at =
        |name: &str| Sources { file: Some(directory.path().join(name)), file_required: true, ..Sources::default() };
    let told = |name: &str| faults(directory.path(), &config::load(&at(name)).map(|_| ()).unwrap_err());

    assert_eq!(told("none.toml"), ["none.toml: there is no such file"]);
    assert!(config::load(&Sources { file_required: false, ..at("none.toml") }).is_ok(), "nobody asked for it");

    std::fs::create_dir(directory.path().join("d.toml")).unwrap();
    assert_eq!(told("d.toml"), ["d.toml: this is a directory; name the file in it"]);
    std::os::unix::net::UnixListener::bind(directory.path().join("socket")).unwrap();
    assert_eq!(told("socket"), ["socket: this is not a regular file"]);
    std::fs::write(directory.path().join("latin1.toml"), b"[web]\n# f\xFCr").unwrap();
    assert_eq!(told("latin1.toml"), ["latin1.toml:2:4: this is not UTF-8; save the file as UTF-8"]);
    std::fs::write(directory.path().join("big.toml"), " ".repeat((1 << 20) + 1)).unwrap();
    assert_eq!(told("big.toml"), ["big.toml: the file is larger than 1 MiB; is it the right one?"]);
    std::fs::write(directory.path().join("big.toml"), " ".repeat(1 << 20)).unwrap();
    assert!(config::load(&at("big.toml")).is_ok());
}

#[test]
fn nesting_does_not_eat_the_stack() {
    for text in [
        format!("x = {}", "[".repeat(500_000)),
        format!("x = {}", "{a=".repeat(300_000)),
        format!("[{}x]", "a.".repeat(400_000)),
        format!("[web]\nlisten = {}{}", "[".repeat(1_000), "]".repeat(1_000)),
    ] {
        let told = load(&text).map(|_| ()).unwrap_err();
        assert!(told.len() == 1 && told[0].len() < 300, "{told:?}");
    }
}

#[test]
fn later_layers_win_and_say_so() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    std::fs::create_dir(root.join("conf.d")).unwrap();
    std::fs::write(
        root.join("deskbell.toml"),
        "[phone]\ncalls_max = 1\nring_seconds_max = 11\n[log]\nlevel = 'debug'\n",
    )
    .unwrap();
    std::fs::write(root.join("conf.d/20.toml"), "phone.calls_max = 3").unwrap();
    std::fs::write(root.join("conf.d/10.toml"), "phone.calls_max = 2\nphone.ring_seconds_max = 12").unwrap();
    std::fs::write(root.join("conf.d/.#30.toml"), "no toml").unwrap();
    std::fs::write(root.join("conf.d/30.toml.dpkg-old"), "no toml").unwrap();
    let sources = Sources {
        file: Some(root.join("deskbell.toml")),
        file_required: true,
        variables: vec![
            ("DESKBELL__PHONE__LISTEN_UDP".into(), "127.0.0.1:1, [::1]:2".into()),
            ("DESKBELL__PHONE__REQUESTS_PER_SECOND_MAX".into(), "7".into()),
            ("DESKBELL_UNRELATED".into(), "x".into()),
        ],
        ..Sources::default()
    }
    .with_flag("--sip", "phone.listen_tcp", "127.0.0.1:3")
    .with_flag("--sip", "phone.listen_tcp", "127.0.0.1:4");
    let loaded = config::load(&sources).unwrap();
    let phone = &loaded.config.phone;
    assert_eq!((phone.calls_max, phone.ring_seconds_max, phone.requests_per_second_max), (3, 12, 7));
    assert_eq!((phone.listen_udp.len(), phone.listen_tcp.len()), (2, 2));

    let text = config::show_text(&loaded.shown).replace(&format!("{}/", root.display()), "");
    for line in [
        "listen_udp = [\"127.0.0.1:1\", \"[::1]:2\"]  # DESKBELL__PHONE__LISTEN_UDP",
        "listen_tcp = [\"127.0.0.1:3\", \"127.0.0.1:4\"]  # --sip",
        "calls_max = 3  # conf.d/20.toml:1:19",
        "ring_seconds_max = 12  # conf.d/10.toml:2:26",
        "level = \"debug\"  # deskbell.toml:5:9",
        "format = \"auto\"  # default",
        "# public_url is not set",
    ] {
        assert!(text.lines().any(|l| l == line), "{line} is not in\n{text}");
    }
    assert!(load(&config::show_text(&loaded.shown)).is_ok(), "what is shown can be used as a file");
    let json = config::show_json(&loaded.shown);
    assert_eq!(json["phone.calls_max"]["value"], 3);
    assert_eq!(json["web.public_url"]["value"], serde_json::Value::Null);
}

#[test]
fn a_hidden_mistake_is_told_too() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("deskbell.toml"), "[log]\nlevel = 'loud'").unwrap();
    let sources = Sources {
        file: Some(directory.path().join("deskbell.toml")),
        variables: vec![("DESKBELL__LOG__LEVEL".into(), "info".into())],
        ..Sources::default()
    };
    assert!(config::load(&sources).is_err());
}

#[test]
fn variables_are_named_in_what_is_told() {
    for (name, value, expected) in [
        ("DESKBELL__WEB__LISEN", "", "DESKBELL__WEB__LISEN: unknown variable; did you mean DESKBELL__WEB__LISTEN?"),
        ("DESKBELL__web__listen", "", "DESKBELL__web__listen: unknown variable; did you mean DESKBELL__WEB__LISTEN?"),
        (
            "DESKBELL__PASSWORD",
            "hunter2",
            "DESKBELL__PASSWORD: unknown variable; `deskbell config show` lists the keys, as in DESKBELL__WEB__LISTEN",
        ),
        ("DESKBELL__WEB__LISTEN", "", "DESKBELL__WEB__LISTEN: web.listen: name at least one address"),
        (
            "DESKBELL__WEB__LISTEN",
            "127.0.0.1:1,x",
            "DESKBELL__WEB__LISTEN: web.listen: \"x\" is not an address: write IP:PORT such as \"127.0.0.1:8080\"",
        ),
        (
            "DESKBELL__PHONE__CALLS_MAX",
            "many",
            "DESKBELL__PHONE__CALLS_MAX: phone.calls_max: \"many\" is not a whole number from 1 to 65536",
        ),
        (
            "DESKBELL__PHONE__CALLS_MAX",
            "0",
            "DESKBELL__PHONE__CALLS_MAX: phone.calls_max: 0 is out of range: write a number from 1 to 65536",
        ),
        ("DESKBELL__LOG__PII", "yes", "DESKBELL__LOG__PII: log.pii: \"yes\" is not true or false"),
    ] {
        assert_eq!(with_variables(&[(name, value)]).map(|_| ()).unwrap_err(), [expected]);
    }
    let odd = OsString::from_vec(b"/\xFF".to_vec());
    let sources = Sources { variables: vec![("DESKBELL__DATA__DIR".into(), odd)], ..Sources::default() };
    let told = config::load(&sources).map(|_| ()).unwrap_err().to_string();
    assert_eq!(told, "DESKBELL__DATA__DIR: data.dir: the value is not UTF-8");
}

#[test]
fn secrets_come_from_files_that_not_everybody_may_read() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    let use_file = |path: &str| load_in(root, &format!("[database]\npassword_file = {path:?}"));

    let loaded = use_file(&secret_file(root, "good", "hunter2\n", 0o640)).unwrap();
    assert_eq!(loaded.config.database.password.as_ref().unwrap().reveal(), "hunter2");
    assert!(!format!("{loaded:?}").contains("hunter2"), "not even by {{:?}}");
    assert!(!config::show_text(&loaded.shown).contains("hunter2"));

    for (mode, bits) in [(0o644, "0644"), (0o601, "0601"), (0o602, "0602")] {
        let told = use_file(&secret_file(root, "open", "hunter2", mode)).map(|_| ()).unwrap_err();
        assert_eq!(
            told,
            [format!(
                "deskbell.toml:2:17: database.password_file: open: everybody on this machine can get at it (mode {bits}); \
             `chmod 0640` it, and change the secret"
            )]
        );
    }
    for (name, text, expected) in [
        ("empty", "\n", "the file is empty"),
        ("long", &"x".repeat(70_000), "the secret is longer than 64 KiB; is it the right file?"),
    ] {
        let told = use_file(&secret_file(root, name, text, 0o600)).map(|_| ()).unwrap_err();
        assert_eq!(told, [format!("deskbell.toml:2:17: database.password_file: {name}: {expected}")]);
    }
    let told = use_file(&root.join("none").display().to_string()).map(|_| ()).unwrap_err();
    assert_eq!(told, ["deskbell.toml:2:17: database.password_file: none: there is no such file"]);
    let told = use_file(&root.display().to_string()).map(|_| ()).unwrap_err();
    assert!(told[0].ends_with("this is not a regular file"), "{told:?}");
}

#[test]
fn credentials_stand_in_for_files() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    std::fs::create_dir(root.join("credentials")).unwrap();
    secret_file(root, "credentials/database.password", "from systemd", 0o400);
    secret_file(root, "credentials/metrics.token", "t0ken", 0o400);
    secret_file(root, "credentials/somebody-elses", "x", 0o400);
    let mut sources = Sources {
        credentials: Some(root.join("credentials")),
        variables: vec![("DESKBELL__METRICS__LISTEN".into(), "0.0.0.0:9642".into())],
        ..Sources::default()
    };
    let loaded = config::load(&sources).unwrap();
    assert_eq!(loaded.config.database.password.as_ref().unwrap().reveal(), "from systemd");
    assert_eq!(loaded.config.metrics.token.as_ref().unwrap().reveal(), "t0ken", "so others may reach the figures");
    let text = config::show_text(&loaded.shown);
    assert!(text.contains("password_file = \"***\"  # credential database.password"), "{text}");

    secret_file(root, "credentials/database.pasword", "x", 0o400);
    let told = config::load(&sources).map(|_| ()).unwrap_err().to_string();
    assert_eq!(
        told,
        "credential database.pasword: unknown credential; there are \"database.password\" or \"metrics.token\""
    );
    sources = Sources { credentials: Some(root.join("none")), ..Sources::default() };
    let told = config::load(&sources).map(|_| ()).unwrap_err().to_string();
    assert_eq!(told, format!("CREDENTIALS_DIRECTORY: {}: there is no such file", root.join("none").display()));
}

#[test]
fn the_sample_file_is_fresh_and_every_line_of_it_works() {
    let committed = include_str!("../../config/deskbell.toml");
    assert_eq!(committed, config::sample(), "refresh it: deskbell config sample > config/deskbell.toml");
    let loaded = load(committed).unwrap();
    assert_eq!(loaded.shown.iter().filter(|row| row.origin != config::Origin::Default).count(), 0);

    // The secrets that it names are no files here.
    let root = tempfile::tempdir().unwrap();
    let secret = secret_file(root.path(), "secret", "x", 0o600);
    let uncommented: Vec<String> = committed
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(key) if key.starts_with(|c: char| c.is_ascii_lowercase()) => match key.split_once("_file = ") {
                Some((name, _)) => format!("{name}_file = {secret:?}"),
                None => key.to_owned(),
            },
            _ => line.to_owned(),
        })
        .collect();
    let loaded = load(&uncommented.join("\n")).unwrap();
    assert_eq!(
        loaded.shown.iter().filter(|row| row.origin == config::Origin::Default).count(),
        0,
        "nothing is left out"
    );
}
