//! Rules that the source must keep, and reading it.

use std::fs;
use std::path::Path;

/// Every file below `folder` with that extension: its path and text. Paths are relative to the package.
pub fn files(folder: &str, extension: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, extension: &str, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, extension, found);
            } else if path.extension().is_some_and(|e| e == extension) {
                let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().display().to_string();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), extension, &mut found);
    found.sort();
    found
}

/// The literals that follow directly after one of `openings`, white space aside.
pub fn literals_after(text: &str, openings: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for opening in openings {
        for (at, _) in text.match_indices(opening) {
            let after = text[at + opening.len()..].trim_start();
            if let Some(literal) = after.strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                found.push(literal.to_owned());
            }
        }
    }
    found
}

#[test]
fn style_sheets_know_no_left_and_right() {
    for (path, text) in files("src/web/assets/css", "css") {
        let declarations = text.split(['{', ';', '}']).filter_map(|d| d.split_once(':'));
        for (name, value) in declarations.map(|(name, value)| (name.trim(), value.trim())) {
            let physical = [
                "left",
                "right",
                "top",
                "bottom",
                "width",
                "height",
                "max-width",
                "min-width",
                "max-height",
                "min-height",
            ];
            let sided = name.split('-').any(|part| matches!(part, "left" | "right" | "top" | "bottom"));
            let declared = !name.starts_with('(') && (physical.contains(&name) || sided);
            assert!(!declared, "{path}: {name}: {value}");
            assert!(!(name == "text-align" && matches!(value, "left" | "right")), "{path}: {name}: {value}");
            assert!(name != "float", "{path}: {name}");
        }
    }
}

#[test]
fn scripts_need_no_eval_and_templates_nothing_inline() {
    for (path, text) in files("src/web/assets", "js").into_iter().filter(|(path, _)| !path.contains("vendor")) {
        assert!(text.starts_with("// @ts-check"), "{path}");
        for banned in ["eval(", "new Function", "setTimeout(\"", ".onclick", "javascript:"] {
            assert!(!text.contains(banned), "{path}: {banned}");
        }
    }
    for (path, text) in files("src", "rs") {
        for banned in ["hx-on", "js:{", "(PreEscaped(format!"] {
            // This kit says in its essays what it does without.
            let code: String = text.lines().filter(|l| !l.trim_start().starts_with("//")).collect();
            assert!(!code.contains(banned), "{path}: {banned}");
        }
    }
}
