//! How well questions are answered: collections with judgements, where they lie beside the repository. They are not ours to
//! publish; the tests beside this one hold the same traps on texts of our own.
//!
//! nDCG@10 (Järvelin and Kekäläinen 2002) of each is printed, as it is and with one mistake typed in each question, and held
//! at what was reached.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use deskbell::search::{Language, Question, Search};
use serde_json::Value;

use super::Shelf;

/// Collections, and what they have to reach; a mistake costs two hundredths at most.
const FLOORS: [(&str, f64); 8] = [
    ("stackfaq", 0.88),
    ("gitbugs-seamonkey", 0.65),
    ("cacm", 0.52),
    ("cranfield", 0.40),
    ("xquad-en", 0.969),
    ("xquad-de", 0.94),
    ("xquad-es", 0.96),
    ("xquad-zh", 0.96),
];

struct Collection {
    documents: Vec<[String; 3]>,
    questions: Vec<(String, String)>,
    judged: BTreeMap<String, BTreeMap<String, f64>>,
}

impl Collection {
    fn open(name: &str) -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/search").join(name);
        if !folder.is_dir() {
            println!("{} is absent: only our own texts are tested", folder.display());
            return None;
        }
        let lines =
            |text: String| -> Vec<Value> { text.lines().map(|line| serde_json::from_str(line).unwrap()).collect() };
        let mut text = String::new();
        let packed = std::fs::File::open(folder.join("corpus.jsonl.gz")).unwrap();
        flate2::read::MultiGzDecoder::new(packed).read_to_string(&mut text).unwrap();
        let field = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let documents =
            lines(text).iter().map(|value| ["id", "title", "body"].map(|name| field(value, name))).collect();
        let questions = lines(std::fs::read_to_string(folder.join("queries.jsonl")).unwrap());
        let questions = questions.iter().map(|value| (field(value, "id"), field(value, "text"))).collect();
        let mut judged: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
        for line in std::fs::read_to_string(folder.join("qrels.tsv")).unwrap().lines().skip(1) {
            let [question, document, gain] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
            judged.entry(question.to_owned()).or_default().insert(document.to_owned(), gain.parse().unwrap());
        }
        Some(Self { documents, questions, judged })
    }

    fn shelf(&self) -> Shelf {
        let mut shelf = Shelf::new();
        let mut languages: BTreeMap<Language, usize> = BTreeMap::new();
        for language in self.documents.iter().take(100).filter_map(|[_, _, body]| Language::of_text(body)) {
            *languages.entry(language).or_default() += 1;
        }
        shelf.scribe.set_usual(languages.into_iter().max_by_key(|(_, count)| *count).map(|(language, _)| language));
        for (key, [_, title, body]) in (0..).zip(&self.documents) {
            shelf.scribe.put(&super::item(key, title, body)).unwrap();
        }
        shelf.scribe.commit(1).unwrap();
        shelf
    }

    /// The mean over all questions.
    fn score(&self, shelf: &Shelf, mistype: bool) -> f64 {
        let mut seed = 88_172_645_463_325_252;
        let (mut sum, mut count) = (0.0, 0.0);
        for (id, text) in &self.questions {
            let Some(judged) = self.judged.get(id) else { continue };
            let text = if mistype { mistyped(text, &mut seed) } else { text.clone() };
            let search = Search { question: Question::read(&text, &super::NAMES), ..super::search("") };
            let hits = shelf.finder.find(&search).unwrap().hits;
            let found = hits.iter().map(|hit| &self.documents[usize::try_from(hit.key).unwrap()][0]);
            // A report does not find itself.
            let gains = found.filter(|found| *found != id).map(|found| judged.get(found).copied().unwrap_or(0.0));
            let mut best: Vec<f64> = judged.values().copied().collect();
            best.sort_by(|a, b| b.total_cmp(a));
            sum += discounted(gains) / discounted(best.into_iter());
            count += 1.0;
        }
        sum / count
    }
}

fn discounted(gains: impl Iterator<Item = f64>) -> f64 {
    gains.take(10).zip(2_u32..).map(|(gain, place)| gain / f64::from(place).log2()).sum()
}

/// One mistake in a word of five letters or more: one left out, two that changed places, another, one too many.
fn mistyped(text: &str, seed: &mut u64) -> String {
    let mut chance = |most: usize| {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        usize::try_from(*seed % most as u64).unwrap()
    };
    let mut words: Vec<Vec<char>> = text.split(' ').map(|word| word.chars().collect()).collect();
    let is_long = |word: &Vec<char>| word.len() >= 5 && word.iter().all(|c| c.is_alphabetic());
    let long: Vec<usize> = (0..words.len()).filter(|nth| is_long(&words[*nth])).collect();
    if long.is_empty() {
        return text.to_owned();
    }
    let word = &mut words[long[chance(long.len())]];
    let at = 1 + chance(word.len() - 2);
    let other = char::from(b'a' + u8::try_from(chance(26)).unwrap());
    match chance(4) {
        0 => drop(word.remove(at)),
        1 => word.swap(at, at + 1),
        2 => word[at] = other,
        _ => word.insert(at, other),
    }
    words.iter().map(|word| word.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[test]
fn questions_of_people_find_what_answers_them() {
    for (name, floor) in FLOORS {
        let Some(collection) = Collection::open(name) else { return };
        let shelf = collection.shelf();
        let (right, wrong) = (collection.score(&shelf, false), collection.score(&shelf, true));
        println!("{name:18} nDCG@10 {right:.4}, mistyped {wrong:.4}, {} texts", collection.documents.len());
        assert!(right >= floor, "{name}: {right:.4}, floor {floor}");
        assert!(wrong >= right - 0.025, "{name} mistyped: {wrong:.4} of {right:.4}");
    }
}
