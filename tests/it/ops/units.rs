//! Tests of the units in `systemd/`, by the tools of systemd itself.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::cli::{err, out};

fn units() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("systemd")
}

/// Runs a tool of the package systemd; that it is missing is a failure, since nobody else would notice.
fn analyze(args: &[&str], directory: &Path) -> Output {
    let output = Command::new("systemd-analyze").args(args).current_dir(directory).output();
    output.expect("systemd-analyze is needed: apt-get install systemd")
}

#[test]
fn the_unit_is_hardened() {
    let output =
        analyze(&["security", "--offline=true", "--threshold=15", "--no-pager", "./deskbell.service"], &units());
    assert!(output.status.success(), "{}{}", out(&output), err(&output));
}

#[test]
fn the_units_say_what_systemd_understands() {
    // The program that the unit names is not installed here; the one that was just built stands in for it.
    let directory = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for entry in std::fs::read_dir(units()).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("./{}", path.file_name().unwrap().to_string_lossy());
        let text = std::fs::read_to_string(&path).unwrap();
        let text = text.replace("/usr/bin/deskbell", env!("CARGO_BIN_EXE_deskbell"));
        std::fs::write(directory.path().join(&name), text).unwrap();
        files.extend((name.ends_with(".service") || name.ends_with(".socket")).then_some(name));
    }
    files.sort();
    assert_eq!(files.len(), 4);
    let args: Vec<&str> = ["verify", "--man=no"].into_iter().chain(files.iter().map(String::as_str)).collect();
    let output = analyze(&args, directory.path());
    assert!(output.status.success() && err(&output).is_empty(), "{}", err(&output));
}

#[test]
fn the_user_can_be_made() {
    let file = units().join("deskbell.sysusers");
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("etc")).unwrap();
    let output = Command::new("systemd-sysusers").arg(format!("--root={}", root.path().display())).arg(file).output();
    let output = output.expect("systemd-sysusers is needed: apt-get install systemd");
    assert!(output.status.success(), "{}", err(&output));
    let users = std::fs::read_to_string(root.path().join("etc/passwd")).unwrap();
    assert!(
        users.lines().any(|line| line.starts_with("_deskbell:") && line.contains(":/var/lib/deskbell:")),
        "{users}"
    );
}

#[test]
fn comments_stand_on_lines_of_their_own() {
    // systemd takes a comment after a value for a part of the value.
    for entry in std::fs::read_dir(units()).unwrap() {
        for line in
            std::fs::read_to_string(entry.unwrap().path()).unwrap().lines().filter(|line| !line.starts_with('#'))
        {
            assert!(!line.contains([';', '#']), "{line}");
        }
    }
}
