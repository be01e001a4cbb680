//! The house rules, held by reading the source: who may know whom, how large things are, what is not said.
//!
//! A violation is told as `file:line: what to do`. Whoever finds a rule wrong changes it here and in the map of `src/lib.rs`,
//! and says why.

use std::collections::BTreeSet;

use crate::web::source::files;

/// The modules in the order of `src/lib.rs`; each may use those above it. Mechanisms don't know each other.
const BELOW: [&str; 4] = ["base", "config", "db", "events"];
const MECHANISMS: [&str; 6] = ["blobs", "jobs", "mail", "phone", "search", "web"];
const FEATURES: [&str; 7] = ["settings", "accounts", "people", "tickets", "mailboxes", "calls", "palette"];
const COMPOSITION: [&str; 4] = ["routes", "app", "ops", "cli"];

const LINES_MAX: usize = 500;
const FUNCTION_LINES_MAX: usize = 70;

/// A file of ours, its module, and its lines without the tests at its end.
struct Source {
    path: String,
    module: String,
    text: String,
    tests_at: usize,
}

impl Source {
    /// The lines of code with their numbers: no comments, no unit tests.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().take(self.tests_at);
        lines.filter(|(_, line)| !line.trim_start().starts_with("//")).map(|(n, line)| (n + 1, line))
    }

    /// Whether the file, or one of the folders that it is in, has this name.
    fn is_in(&self, name: &str) -> bool {
        self.path.split('/').any(|part| part.trim_end_matches(".rs") == name)
    }
}

fn sources() -> Vec<Source> {
    let found = files("src", "rs").into_iter().map(|(path, text)| {
        let module = path.split('/').nth(1).unwrap().trim_end_matches(".rs").to_owned();
        let tests_at = text.lines().position(|line| line == "#[cfg(test)]").unwrap_or(usize::MAX);
        Source { path, module, text, tests_at }
    });
    let found: Vec<Source> = found.collect();
    assert!(found.len() > 100, "the source was found");
    found
}

/// Fails with all that was found.
fn assert_none(found: &[String]) {
    assert!(found.is_empty(), "{} against the house rules:\n{}", found.len(), found.join("\n"));
}

/// What a line uses of this crate: the paths after each `crate::`, braces opened, as `module::word::..`.
fn uses(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let before = text[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &text[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let inside = group.split('}').next().unwrap_or_default();
            found.extend(inside.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()));
        } else {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(rest.len());
            found.push(rest[..end].trim_end_matches(':').to_owned());
        }
    }
    found
}

/// Whether a module may use another one.
fn may_use(module: &str, used: &str) -> bool {
    let place = |name: &str| {
        let below = BELOW.iter().position(|m| *m == name);
        let mechanism = || MECHANISMS.contains(&name).then_some(BELOW.len());
        let feature = || FEATURES.iter().position(|m| *m == name).map(|n| BELOW.len() + 1 + n);
        let composition = || COMPOSITION.contains(&name).then_some(usize::MAX);
        below.or_else(mechanism).or_else(feature).or_else(composition)
    };
    match (place(module), place(used)) {
        (Some(usize::MAX), Some(_)) => true,
        (Some(own), Some(other)) => module == used || other < own,
        // A macro or a type that lib.rs itself has.
        (_, None) => true,
        (None, _) => module == "main" || module == "lib",
    }
}

#[test]
fn every_module_knows_only_those_above_it() {
    let mut found = Vec::new();
    let mut modules = BTreeSet::new();
    for source in sources() {
        modules.insert(source.module.clone());
        for (line, text) in source.code() {
            for used in uses(text) {
                let module = used.split("::").next().unwrap();
                if !may_use(&source.module, module) {
                    found.push(format!(
                        "{}:{line}: {} must not know {module}; let it be told by an event, or move what both need to base",
                        source.path, source.module
                    ));
                }
            }
        }
    }
    let known: BTreeSet<String> = [&BELOW[..], &MECHANISMS, &FEATURES, &COMPOSITION, &["lib", "main"]]
        .concat()
        .into_iter()
        .map(str::to_owned)
        .collect();
    assert_eq!(modules, known, "a new module gets its place in tests/it/tidy.rs and in the map of src/lib.rs");
    assert_none(&found);
}

#[test]
fn lib_rs_has_the_modules_in_this_order() {
    let text = include_str!("../../src/lib.rs");
    let declared: Vec<&str> = text.lines().filter_map(|l| l.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let place = |name: &str| {
        declared.iter().position(|module| *module == name).unwrap_or_else(|| panic!("{name} is not in lib.rs"))
    };
    for pair in BELOW.windows(2).chain(FEATURES.windows(2)) {
        assert!(place(pair[0]) < place(pair[1]), "src/lib.rs: {} comes before {}", pair[0], pair[1]);
    }
    assert_eq!(declared.len(), BELOW.len() + MECHANISMS.len() + FEATURES.len() + COMPOSITION.len());
}

#[test]
fn a_feature_uses_only_what_the_mod_rs_of_an_earlier_one_exports() {
    let all = sources();
    let private = |feature: &str, word: &str| {
        let path = format!("src/{feature}/mod.rs");
        let text = &all.iter().find(|source| source.path == path).expect("a feature has a mod.rs").text;
        text.lines().any(|line| line == format!("mod {word};"))
    };
    let mut found = Vec::new();
    for source in all.iter().filter(|source| FEATURES.contains(&source.module.as_str())) {
        for (line, text) in source.code() {
            for used in uses(text) {
                let mut words = used.split("::");
                let (module, word) = (words.next().unwrap(), words.next().unwrap_or_default());
                if module != source.module && FEATURES.contains(&module) && private(module, word) {
                    found
                        .push(format!("{}:{line}: {used} is private; export it from src/{module}/mod.rs", source.path));
                }
            }
        }
    }
    assert_none(&found);
}

/// Where a library may be used: by the name of a module, of a file, or of a folder.
const LIBRARIES: [(&str, &[&str]); 4] = [
    ("actix_web", &["web", "pages", "api", "routes", "app", "ops", "cli"]),
    ("maud", &["ui", "views"]),
    ("tantivy", &["search"]),
    (
        "tokio",
        &[
            "web",
            "phone",
            "mail",
            "follower",
            "books",
            "worker",
            "intake",
            "deciding",
            "fetching",
            "gathering",
            "leasing",
            "sending",
            "running",
            "renewing",
            "trying",
            "pages",
            "app",
            "ops",
            "cli",
            // The stores put their closures on threads that may block.
            "blobs",
            "db",
        ],
    ),
];

#[test]
fn each_library_is_used_where_it_belongs() {
    let mut found = Vec::new();
    for source in sources() {
        for (library, places) in LIBRARIES {
            if places.iter().any(|place| source.is_in(place)) {
                continue;
            }
            let named = format!("{library}::");
            for (line, text) in source.code().filter(|(_, text)| text.contains(&named)) {
                found.push(format!("{}:{line}: {library} belongs into {places:?}: {}", source.path, text.trim()));
            }
        }
        // Derives name diesel by its path in nouns; queries stand in stores.
        let stores = source.module == "db" || source.is_in("store") || source.path == "src/base/column.rs";
        for (line, text) in source.code().filter(|(_, text)| !stores && text.trim_start().starts_with("use diesel")) {
            found.push(format!("{}:{line}: SQL belongs into store.rs: {}", source.path, text.trim()));
        }
    }
    assert_none(&found);
}

#[test]
fn every_file_says_what_it_is_and_is_no_longer_than_can_be_read() {
    let mut found = Vec::new();
    for folder in ["src", "tests"] {
        for (path, text) in files(folder, "rs") {
            let lines = text.lines().count();
            if !text.starts_with("//! ") {
                found.push(format!("{path}:1: begin with //! and say what this file is for"));
            }
            if lines > LINES_MAX {
                found.push(format!("{path}:{lines}: split it; a file has {LINES_MAX} lines at most"));
            }
        }
    }
    assert_none(&found);
}

/// The lines of a function from its head to the brace in its first column, and the name.
fn functions(text: &str) -> Vec<(usize, usize, String)> {
    let mut found = Vec::new();
    let mut open: Vec<(usize, usize, String)> = Vec::new();
    for (n, line) in text.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        if let Some((_, start, name)) = open.pop_if(|(depth, ..)| *depth == indent && line.trim() == "}") {
            found.push((start + 1, n + 1 - start, name));
        }
        let bare = line.trim_start();
        let head = bare.split_once("fn ").filter(|(before, _)| {
            before
                .split(' ')
                .all(|word| ["", "pub", "async", "const", "unsafe"].contains(&word) || word.starts_with("pub("))
                || before.ends_with(") ")
        });
        if let Some((before, rest)) = head
            && !before.contains('"')
            && !bare.ends_with(';')
            && !bare.ends_with('}')
            && !bare.starts_with("//")
        {
            let name = rest.split(['(', '<']).next().unwrap_or_default().to_owned();
            open.push((indent, n, name));
        }
    }
    found
}

#[test]
fn functions_fit_on_a_screen() {
    let mut found = Vec::new();
    let mut seen = 0;
    for folder in ["src", "tests"] {
        for (path, text) in files(folder, "rs") {
            for (line, length, name) in functions(&text) {
                seen += 1;
                if length > FUNCTION_LINES_MAX {
                    found.push(format!(
                        "{path}:{line}: {name} has {length} lines; give its parts names ({FUNCTION_LINES_MAX} at most)"
                    ));
                }
            }
        }
    }
    assert!(seen > 1_000, "functions are found: {seen}");
    assert_none(&found);
}

#[test]
fn pages_have_nothing_inline() {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| source.is_in("views") || source.is_in("ui")) {
        for (line, text) in source.code() {
            let bare = text.trim_start();
            let handler = bare.split([' ', '\t', '(', '{', '.']).any(|word| {
                let name = word.strip_prefix("on").and_then(|rest| rest.split_once('=')).map(|(name, _)| name);
                name.is_some_and(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase()))
            });
            let script = bare.starts_with("script") && !bare.contains("src=");
            if handler || script || bare.contains(" style=") || bare.starts_with("style {") {
                found.push(format!("{}:{line}: nothing inline; use a class or a data- attribute: {bare}", source.path));
            }
        }
    }
    assert_none(&found);
}

/// Nothing in the style sheets knows left from right: where a language runs the other way, all of it turns.
#[test]
fn style_sheets_know_no_left_and_right() {
    let mut found = Vec::new();
    for (path, text) in files("src/web/assets/css", "css") {
        for (n, line) in text.lines().enumerate() {
            let declared = line.split(['{', ';']).map(|part| part.trim_start().split(':').next().unwrap_or_default());
            let physical = |name: &&str| {
                let sided = ["margin-", "padding-", "border-", "inset-", "scroll-margin-", "scroll-padding-"];
                let ended = name.ends_with("-left")
                    || name.ends_with("-right")
                    || name.contains("-left-")
                    || name.contains("-right-");
                matches!(
                    *name,
                    "left"
                        | "right"
                        | "float"
                        | "width"
                        | "height"
                        | "min-width"
                        | "max-width"
                        | "min-height"
                        | "max-height"
                ) || (ended && sided.iter().any(|side| name.starts_with(side)))
            };
            let aligned = ["text-align: left", "text-align: right", "float: left", "float: right"];
            for name in declared.filter(physical) {
                found.push(format!("{path}:{}: {name} is physical; use inline and block", n + 1));
            }
            if aligned.iter().any(|value| line.contains(value)) {
                found.push(format!("{path}:{}: use start and end", n + 1));
            }
        }
    }
    assert_none(&found);
}

/// Words that are not said in code. Written apart here, as this file is read too.
const UNSAID: [(&str, &str); 5] = [
    ("todo!", "finish it"),
    ("unimplemented!", "finish it"),
    ("#[ignore", "a test runs or is not there"),
    ("#[allow(", "say #[expect(.., reason = \"..\")]"),
    ("dbg!", "log it or leave it out"),
];

#[test]
fn nothing_is_left_unfinished_or_skipped() {
    let mut found = Vec::new();
    for folder in ["src", "tests"] {
        for (path, text) in files(folder, "rs").into_iter().filter(|(path, _)| !path.ends_with("tidy.rs")) {
            for (n, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
                for (word, instead) in UNSAID.iter().filter(|(word, _)| line.contains(word)) {
                    found.push(format!("{path}:{}: {word} is not said here; {instead}", n + 1));
                }
            }
        }
    }
    assert_none(&found);
}

#[test]
fn tests_wait_for_what_happens_and_not_for_time() {
    let mut found = Vec::new();
    for (path, text) in files("tests/it", "rs").into_iter().filter(|(path, _)| !path.ends_with("tidy.rs")) {
        for (n, line) in text.lines().enumerate() {
            if line.contains("sleep(") || line.contains("thread::sleep") {
                found.push(format!("{path}:{}: wait for an event instead: {}", n + 1, line.trim()));
            }
        }
    }
    assert_none(&found);
}

#[test]
fn things_are_called_what_they_are() {
    let vague = |word: &str| {
        let parts = ["Manager", "Service", "Helper", "Util", "Utils"];
        parts.iter().any(|part| word.ends_with(part) && word.chars().next().is_some_and(char::is_uppercase))
            || matches!(word, "utils" | "util" | "helpers" | "helper" | "misc" | "common")
    };
    let mut found = Vec::new();
    for source in sources() {
        if let Some(name) = source.path.split(['/', '.']).find(|part| vague(part)) {
            found.push(format!("{}:1: {name:?} says nothing; name it after what it does", source.path));
        }
        for (line, text) in source.code() {
            let declared = ["struct ", "enum ", "trait ", "mod ", "type "].iter().find_map(|kind| {
                let (before, rest) = text.split_once(kind)?;
                before.trim().split(' ').all(|w| w.is_empty() || w.starts_with("pub")).then_some(rest)
            });
            let name = declared.and_then(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next());
            if let Some(name) = name.filter(|name| vague(name)) {
                found.push(format!("{}:{line}: {name} says nothing; name it after what it does", source.path));
            }
        }
    }
    assert_none(&found);
}

/// SQL is written with bound values; text put together at run time is how strangers get to write it.
#[test]
fn sql_is_never_put_together_from_text() {
    let mut found = Vec::new();
    for source in sources() {
        for (line, text) in source.code() {
            let risky = ["sql_query(format!", "sql_query(&format!", "batch_execute(&format!", "sql::<Bool>(&"];
            if risky.iter().any(|risk| text.contains(risk)) {
                found.push(format!("{}:{line}: bind the values: {}", source.path, text.trim()));
            }
        }
    }
    assert_none(&found);
}

#[test]
fn the_rules_find_what_they_are_for() {
    assert_eq!(uses("use crate::{accounts, people};"), ["accounts", "people"]);
    assert_eq!(uses("let x = crate::db::serialise(a, $crate::db::Db);"), ["db::serialise"]);
    assert!(may_use("calls", "tickets") && !may_use("tickets", "calls"));
    assert!(!may_use("blobs", "jobs") && !may_use("web", "accounts") && !may_use("base", "db"));
    assert!(may_use("cli", "web") && may_use("app", "cli") && !may_use("calls", "app"));
    let text = "impl X {\n    pub async fn long(\n        a: u8,\n    ) {\n        a\n    }\n}\nfn short() {}\n";
    assert_eq!(functions(text), [(2, 5, "long".to_owned())]);
}
