//! The index by itself: what is found, and by whom; what is typed, and what is broken.

mod quality;

use std::path::Path;
use std::time::{Duration, Instant};

use deskbell::search::{Finder, Found, Item, Language, Question, Scribe, Search};

const NAMES: [&str; 3] = ["kind", "is", "team"];

/// An index with some items, all seen by everybody.
pub(super) struct Shelf {
    folder: tempfile::TempDir,
    finder: Finder,
    scribe: Scribe,
}

impl Shelf {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let finder = Finder::open(&folder.path().join("index")).unwrap();
        let scribe = finder.scribe(None).unwrap();
        Self { folder, finder, scribe }
    }

    fn with(items: &[(u64, &str, &str)]) -> Self {
        let mut shelf = Self::new();
        for (key, title, body) in items {
            shelf.scribe.put(&item(*key, title, body)).unwrap();
        }
        shelf.scribe.commit(1).unwrap();
        shelf
    }

    fn search(&self, typed: &str) -> Found {
        self.finder.find(&search(typed)).unwrap()
    }

    /// What is found, the best first.
    fn keys(&self, typed: &str) -> Vec<u64> {
        self.search(typed).hits.iter().map(|hit| hit.key).collect()
    }

    /// What is found while it is typed.
    fn typed(&self, typed: &str) -> Vec<u64> {
        let found = self.finder.find(&Search { is_typed: true, ..search(typed) }).unwrap();
        found.hits.iter().map(|hit| hit.key).collect()
    }
}

fn item(key: u64, title: &str, body: &str) -> Item {
    Item { key, title: title.into(), body: body.into(), facts: vec!["sees:all".into()], ..Item::default() }
}

fn search(typed: &str) -> Search {
    Search { question: Question::read(typed, &NAMES), seen_by: vec!["sees:all".into()], limit: 20, is_typed: false }
}

#[test]
fn what_is_found_is_what_one_may_see_also_in_numbers() {
    let mut shelf = Shelf::new();
    for (key, sees) in [(1, "sees:north"), (2, "sees:south"), (3, "sees:all")] {
        let secret = Item { facts: vec![sees.into()], ..item(key, "Water meter", "It drips.") };
        shelf.scribe.put(&secret).unwrap();
    }
    shelf.scribe.commit(1).unwrap();
    for (seen_by, found) in
        [(vec![], vec![]), (vec!["sees:north"], vec![1]), (vec!["sees:south", "sees:all"], vec![2, 3])]
    {
        let seen_by = seen_by.into_iter().map(str::to_owned).collect();
        let all = shelf.finder.find(&Search { seen_by, ..search("water") }).unwrap();
        let mut keys: Vec<u64> = all.hits.iter().map(|hit| hit.key).collect();
        keys.sort_unstable();
        assert_eq!((all.count, keys), (found.len(), found));
    }
}

#[test]
fn what_was_changed_or_taken_out_is_found_so_at_once() {
    let mut shelf = Shelf::with(&[(1, "Pump", "It drips."), (2, "Valve", "It drips.")]);
    shelf.scribe.put(&item(1, "Heating", "It is cold.")).unwrap();
    shelf.scribe.remove(2);
    assert_eq!(shelf.keys("drips").len(), 2, "not before it is kept");
    shelf.scribe.commit(7).unwrap();
    assert!(shelf.keys("drips").is_empty() && shelf.keys("valve").is_empty());
    assert_eq!((shelf.keys("cold"), shelf.finder.items()), (vec![1], 1));
    assert_eq!(shelf.finder.place().unwrap(), Some(7));
    assert!(shelf.finder.has(1).unwrap() && !shelf.finder.has(2).unwrap());
    shelf.scribe.clear().unwrap();
    shelf.scribe.commit(8).unwrap();
    assert_eq!(shelf.finder.items(), 0);
}

#[test]
fn serials_and_numbers_are_found_whole_and_by_part() {
    let mut shelf = Shelf::with(&[
        (1, "Error E-04/7B", "at the pump of the north wing"),
        (2, "Boiler", "Serial SN 4711.0815-X, see the plate"),
        (3, "Erika Muster", "+49 (0)30 90 18 20"),
        (4, "Error E-05", "at the pump"),
    ]);
    shelf.scribe.put(&Item { codes: vec!["+493012345678".into()], ..item(5, "Max", "") }).unwrap();
    shelf.scribe.commit(2).unwrap();
    for (typed, key) in [
        ("E-04/7B", 1),
        ("e047b", 1),
        ("04/7B", 1),
        ("4711 0815", 2),
        ("47110815X", 2),
        ("110815", 2),
        ("0815-X", 2),
        ("901820", 3),
        ("90 18 20", 3),
        ("9018", 3),
        ("2345678", 5),
        ("234 56 78", 5),
    ] {
        assert_eq!(shelf.keys(typed).first(), Some(&key), "{typed}");
    }
    assert!(shelf.keys("999").is_empty());
}

#[test]
fn three_letters_of_a_street_find_it() {
    let shelf = Shelf::with(&[
        (1, "Lindenstraße 4", "Site of the bakery"),
        (2, "Limmatquai 12", "Site of the bank"),
        (3, "The printer in Lindau", "does not print"),
        (4, "Hauptstraße 1", "beside the linden trees"),
    ]);
    assert_eq!(shelf.typed("lin").len(), 2, "{:?}", shelf.typed("lin"));
    assert_eq!(shelf.typed("limm"), [2]);
    assert_eq!(shelf.typed("bakery lind").first(), Some(&1));
    assert_eq!(shelf.typed("lindenstraße").first(), Some(&1));
    assert_eq!(shelf.typed("lindenstrasse 4").first(), Some(&1));
}

#[test]
fn a_mistyped_word_finds_what_was_meant_and_a_right_one_nothing_else() {
    let shelf = Shelf::with(&[
        (1, "Thermostat", "The thermostat of the radiator is broken."),
        (2, "Printer", "The printer prints stripes."),
        (3, "Pointer", "The pointer of the gauge."),
    ]);
    let found = shelf.search("thermosat");
    assert_eq!(found.hits.first().map(|hit| hit.key), Some(1));
    assert_eq!(found.corrected, [("thermosat".to_owned(), "thermostat".to_owned())]);
    assert_eq!(shelf.keys("thermpstet"), [1], "a long word may have two");
    for far in ["htermostat", "thrmpstet", "prnt", "4711"] {
        assert_eq!(shelf.keys(far), Vec::<u64>::new(), "{far}");
    }
    let found = shelf.search("printer");
    assert_eq!((found.hits.len(), found.corrected.len()), (1, 0), "pointer is one mistake away, and not meant");
}

#[test]
fn words_have_their_stems_by_the_language_of_each_text() {
    let german =
        "Die Leitungen im Keller sind undicht und müssen vor dem Winter noch repariert werden, sagt der Hausmeister.";
    let english = "The pipes in the cellar are leaking and have to be repaired before the winter, says the caretaker.";
    let shelf = Shelf::with(&[(1, "Keller", german), (2, "Cellar", english)]);
    assert_eq!(shelf.keys("Leitung"), [1]);
    assert_eq!(shelf.keys("repaired pipe").first(), Some(&2));
    assert_eq!(shelf.keys("language:de"), Vec::<u64>::new(), "a name that is no filter is text");
    assert_eq!(Language::of_text(german), Some(Language::German));
}

#[test]
fn filters_phrases_and_what_is_left_out_hold() {
    let mut shelf = Shelf::new();
    for (key, title, facts) in [
        (1, "The main valve leaks", ["kind:ticket", "is:open", "team:north"]),
        (2, "The valve of the main pipe", ["kind:ticket", "is:closed", "team:north"]),
        (3, "How to close the main valve", ["kind:article", "is:public", "team:south"]),
    ] {
        let facts = facts.iter().chain(&["sees:all"]).map(ToString::to_string).collect();
        shelf.scribe.put(&Item { facts, ..item(key, title, "") }).unwrap();
    }
    shelf.scribe.commit(1).unwrap();
    let sorted = |typed: &str| {
        let mut keys = shelf.keys(typed);
        keys.sort_unstable();
        keys
    };
    assert_eq!(sorted("valve kind:ticket"), [1, 2]);
    assert_eq!(sorted("valve is:open,public"), [1, 3]);
    assert_eq!(sorted("\"main valve\""), [1, 3]);
    assert_eq!(sorted("valve -leaks"), [2, 3]);
    assert_eq!(sorted("valve -team:north"), [3]);
    assert_eq!(sorted("kind:ticket"), [1, 2], "a filter alone lists what it holds for");
    assert_eq!(sorted("kind:ticket is:open"), [1]);
}

#[test]
fn writing_without_spaces_is_found_by_its_parts() {
    let shelf = Shelf::with(&[
        (1, "打印机不工作", "办公室的打印机坏了"),
        (2, "プリンター", "印刷できません"),
        (3, "空调", "很冷"),
    ]);
    assert_eq!(shelf.keys("打印机").first(), Some(&1));
    assert_eq!(shelf.keys("プリンタ").first(), Some(&2));
    assert_eq!(shelf.keys("空调"), [3]);
}

#[test]
fn whatever_is_typed_has_an_answer_soon() {
    let mut shelf = Shelf::new();
    for n in 0..2_000 {
        shelf.scribe.put(&item(n, &format!("Pump {n}"), "The pump drips and the valve leaks in the cellar.")).unwrap();
    }
    shelf.scribe.commit(1).unwrap();
    let clauses = "a:b OR ".repeat(10_000);
    let words: String = (0..3_000).map(|n| format!("word{n} ")).collect();
    let quotes = "\"".repeat(5_001);
    let nested = "(".repeat(5_000);
    for typed in [
        "",
        " ",
        "*",
        "*pump",
        "\"",
        "pump\"",
        "()",
        "-",
        "-pump",
        "+ - && || ! ( ) { } [ ] ^ \" ~ * ? : \\ /",
        "kind:",
        "kind:* OR is:open",
        "sees:all",
        "[a TO z]",
        "IN [a b]",
        "/(a+)+$/",
        "pump~2",
        "\u{0}\u{202E}",
        &clauses,
        &words,
        &quotes,
        &nested,
        &"x".repeat(10_000),
        &"打".repeat(5_000),
    ] {
        let began = Instant::now();
        let found = shelf.search(typed);
        shelf.typed(typed);
        assert!(found.hits.len() <= 20);
        let took = began.elapsed();
        assert!(took < Duration::from_secs(2), "{took:?} for {}", typed.chars().take(20).collect::<String>());
    }
}

#[test]
fn a_broken_index_is_made_anew_and_an_older_one_as_well() {
    let shelf = Shelf::with(&[(1, "Pump", "It drips.")]);
    let Shelf { folder, finder, scribe } = shelf;
    drop((finder, scribe));
    let path = folder.path().join("index");
    let again = Finder::open(&path).unwrap();
    assert_eq!((again.items(), again.place().unwrap()), (1, Some(1)), "what was kept is there after a start");
    drop(again);
    std::fs::write(path.join("meta.json"), b"{").unwrap();
    let anew = Finder::open(&path).unwrap();
    assert_eq!((anew.items(), anew.place().unwrap()), (0, None));
    drop(anew);
    assert!(Finder::open(Path::new("/dev/null/index")).is_err());
}

#[test]
fn an_index_has_one_who_writes() {
    let shelf = Shelf::with(&[(1, "Pump", "")]);
    assert!(shelf.finder.scribe(None).is_err());
}
