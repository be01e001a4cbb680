//! Tests of `src/cli`: what is said where, and with which exit code.

use std::process::{Command, Output};

fn deskbell(args: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_deskbell");
    Command::new(program).args(args).env_clear().env("PATH", "/usr/bin:/bin").output().unwrap()
}

/// The exit code.
pub fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// Standard output.
pub fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Standard error.
pub fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A file with this text in a directory that goes with the returned guard.
fn file(text: &str) -> (tempfile::TempDir, String) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("deskbell.toml");
    std::fs::write(&path, text).unwrap();
    let path = path.display().to_string();
    (directory, path)
}

#[test]
fn a_good_configuration_is_ok() {
    let (_directory, path) = file("[web]\nlisten = [\"127.0.0.1:0\"]\n");
    let output = deskbell(&["config", "check", "-c", &path]);
    assert_eq!((code(&output), out(&output).as_str(), err(&output).as_str()), (0, "ok\n", ""));
    assert_eq!(out(&deskbell(&["-c", &path, "config", "check", "-q"])), "");
    let json: serde_json::Value =
        serde_json::from_slice(&deskbell(&["config", "check", "--json", "-c", &path]).stdout).unwrap();
    assert_eq!(json, serde_json::json!({ "ok": true, "problems": [] }));
}

#[test]
fn a_bad_configuration_is_told_whole_with_exit_code_78() {
    let (_directory, path) = file("[web]\nlisen = []\n[log]\nlevel = 'loud'\n");
    let output = deskbell(&["config", "check", "-c", &path]);
    let expected = format!(
        "{path}:2:1: unknown key \"lisen\" in [web]; did you mean \"listen\"?\n\
         {path}:4:9: log.level: \"loud\" is not a level: write \"off\", \"error\", \"warn\", \"info\", \"debug\" or \"trace\"\n"
    );
    assert_eq!((code(&output), out(&output).as_str(), err(&output)), (78, "", expected));
    let output = deskbell(&["config", "check", "--json", "-c", &path]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((code(&output), json["problems"].as_array().unwrap().len()), (78, 2));
    assert_eq!(json["problems"][0]["place"], format!("{path}:2:1"));
    assert_eq!(code(&deskbell(&["config", "show", "-c", &path])), 78);
    let output = deskbell(&["config", "check", "-c", "/nonexistent/deskbell.toml"]);
    assert_eq!((code(&output), err(&output).as_str()), (78, "/nonexistent/deskbell.toml: there is no such file\n"));
}

#[test]
fn what_is_in_effect_is_shown_with_its_origin() {
    let (_directory, path) = file("[phone]\ncalls_max = 7\n");
    let output = deskbell(&["config", "show", "-v", "-c", &path]);
    assert_eq!(code(&output), 0);
    assert!(out(&output).contains(&format!("calls_max = 7  # {path}:2:13\n")), "{}", out(&output));
    assert!(out(&output).contains("level = \"debug\"  # --verbose\n"));
    let json: serde_json::Value =
        serde_json::from_slice(&deskbell(&["config", "show", "--json", "-c", &path]).stdout).unwrap();
    assert_eq!(json["web.listen"], serde_json::json!({ "value": ["127.0.0.1:8080"], "origin": "default" }));
    let sample = deskbell(&["config", "sample"]);
    assert_eq!(out(&sample), include_str!("../../config/deskbell.toml"));
}

#[test]
fn the_environment_is_read_and_named() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deskbell"));
    let command = command.args(["config", "check"]).env_clear().env("DESKBELL__WEB__LISTEN", "nowhere");
    let output = command.output().unwrap();
    assert_eq!(code(&output), 78);
    assert!(err(&output).starts_with("DESKBELL__WEB__LISTEN: web.listen: \"nowhere\""), "{}", err(&output));
}

#[test]
fn nonsense_is_a_usage_error() {
    for args in
        [&["frobnicate"][..], &["config"], &["config", "chekc"], &["config", "check", "-q", "-v"], &["completions"]]
    {
        let output = deskbell(args);
        assert_eq!((code(&output), out(&output).as_str()), (2, ""), "{args:?}");
        assert!(!err(&output).contains('\u{1b}'), "no colours into a pipe");
    }
    assert_eq!(code(&deskbell(&["--help"])), 0);
}

#[test]
fn the_version_can_be_read_by_programs() {
    let json: serde_json::Value = serde_json::from_slice(&deskbell(&["version", "--json"]).stdout).unwrap();
    assert_eq!((&json["name"], &json["version"]), (&"deskbell".into(), &env!("CARGO_PKG_VERSION").into()));
    assert_eq!(json["features"]["systemd"], cfg!(feature = "systemd"));
    assert!(out(&deskbell(&["version"])).starts_with(concat!("deskbell ", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn shells_get_completions() {
    for shell in ["bash", "zsh", "fish"] {
        let output = deskbell(&["completions", shell]);
        assert_eq!(code(&output), 0);
        assert!(out(&output).contains("deskbell") && out(&output).contains("completions"), "{shell}");
    }
}

#[test]
fn a_reader_that_goes_early_is_no_failure() {
    let program = env!("CARGO_BIN_EXE_deskbell");
    let script = format!("{{ {program} config sample; echo $? >&2; }} | true");
    // Whether the pipe is closed in time is up to the machine; either way the answer is 0 and nothing panics.
    let output = Command::new("bash").args(["-c", &script]).env_clear().output().unwrap();
    assert_eq!(err(&output), "0\n");
}
