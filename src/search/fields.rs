//! The fields of the index.

use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{Index, TantivyDocument};

use super::item::{FACTS_MAX, Item, TEXT_BYTES_MAX};
use super::language::Language;
use super::words::{Word, codes, words};

/// The shortest and the longest beginning of a word of a title that is kept for questions that are still typed.
const START_CHARACTERS: std::ops::RangeInclusive<usize> = 2..=15;

/// Characters of the pieces that codes are kept by.
const PIECE_CHARACTERS: usize = 3;

/// Places between two codes: a piece of one and a piece of the next are never neighbours.
const GAP: usize = 10;

/// The fields.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    /// [`Item::key`].
    pub key: Field,
    /// [`Item::facts`], and its language.
    pub facts: Field,
    /// Stems of the title.
    pub title: Field,
    /// Stems of title and body.
    pub all: Field,
    /// Words as they are, for their number and for what is mistyped.
    pub plain: Field,
    /// Beginnings of the words of the title.
    pub starts: Field,
    /// Pieces of codes.
    pub pieces: Field,
}

impl Fields {
    /// The schema, which is made the same way each time.
    pub fn new() -> (Self, Schema) {
        let text = |records, has_lengths| {
            let indexing = TextFieldIndexing::default().set_tokenizer("raw").set_index_option(records);
            TextOptions::default().set_indexing_options(indexing.set_fieldnorms(has_lengths))
        };
        let (basic, counted, placed) =
            (IndexRecordOption::Basic, IndexRecordOption::WithFreqs, IndexRecordOption::WithFreqsAndPositions);
        let mut schema = Schema::builder();
        let fields = Self {
            key: schema.add_u64_field("key", INDEXED | FAST),
            facts: schema.add_text_field("facts", text(basic, false)),
            title: schema.add_text_field("title", text(placed, true)),
            all: schema.add_text_field("all", text(placed, true)),
            plain: schema.add_text_field("plain", text(basic, false)),
            starts: schema.add_text_field("starts", text(counted, true)),
            pieces: schema.add_text_field("pieces", text(placed, false)),
        };
        (fields, schema.build())
    }

    /// What stands in the index of an item. `usual` is the language of texts that don't say theirs.
    pub fn document(&self, item: &Item, usual: Option<Language>) -> TantivyDocument {
        let (title, body) = (cut(&item.title), cut(&item.body));
        let told = item.language.or_else(|| Language::of_text(&format!("{title}\n{body}")));
        let language = told.or(usual);
        let title_words = words(language, title);
        let body_words = words(language, body);
        let behind = title_words.iter().map(|word| word.position + 1).max().unwrap_or(0) + 1;
        let mut document = TantivyDocument::new();
        document.add_u64(self.key, item.key);
        for fact in item.facts.iter().take(FACTS_MAX) {
            document.add_text(self.facts, fact);
        }
        if let Some(language) = told {
            document.add_text(self.facts, language_fact(language));
        }
        document.add_pre_tokenized_text(self.starts, starts(&title_words));
        document.add_pre_tokenized_text(self.plain, plain(title_words.iter().chain(&body_words)));
        let stems = |words: &[Word], behind: usize| -> Vec<Token> {
            words.iter().map(|word| token(word.stem.clone(), behind + word.position)).collect()
        };
        let title_stems = stems(&title_words, 0);
        let all = title_stems.iter().cloned().chain(stems(&body_words, behind)).collect();
        document.add_pre_tokenized_text(self.title, tokens(title_stems));
        document.add_pre_tokenized_text(self.all, tokens(all));
        let found = codes(title).into_iter().chain(codes(body)).chain(item.codes.iter().flat_map(|code| codes(code)));
        document.add_pre_tokenized_text(self.pieces, pieces(found));
        document
    }
}

/// The fact that tells a language.
pub(super) fn language_fact(language: Language) -> String {
    format!("language:{}", language.code())
}

/// The pieces of a code: `e047b` has `e04`, `047`, `47b`.
pub(super) fn pieces_of(code: &str) -> Vec<String> {
    let characters: Vec<char> = code.chars().collect();
    characters.windows(PIECE_CHARACTERS).map(|piece| piece.iter().collect()).collect()
}

fn pieces(codes: impl Iterator<Item = String>) -> PreTokenizedString {
    let (mut all, mut behind) = (Vec::new(), 0);
    for code in codes {
        let own = pieces_of(&code);
        let next = behind + own.len() + GAP;
        all.extend(own.into_iter().enumerate().map(|(nth, piece)| token(piece, behind + nth)));
        behind = next;
    }
    tokens(all)
}

fn starts(title: &[Word]) -> PreTokenizedString {
    let mut all = Vec::new();
    for word in title {
        let ends = word.plain.char_indices().map(|(at, c)| at + c.len_utf8());
        let long_enough = ends.take(*START_CHARACTERS.end()).skip(START_CHARACTERS.start() - 1);
        all.extend(long_enough.filter_map(|end| Some(token(word.plain.get(..end)?.to_owned(), word.position))));
    }
    tokens(all)
}

fn plain<'a>(words: impl Iterator<Item = &'a Word>) -> PreTokenizedString {
    let mut all: Vec<&str> = words.map(|word| word.plain.as_str()).collect();
    all.sort_unstable();
    all.dedup();
    tokens(all.into_iter().map(|word| token(word.to_owned(), 0)).collect())
}

fn token(text: String, position: usize) -> Token {
    Token { text, position, ..Token::default() }
}

fn tokens(tokens: Vec<Token>) -> PreTokenizedString {
    PreTokenizedString { text: String::new(), tokens }
}

/// The beginning of a text that is looked at.
fn cut(text: &str) -> &str {
    // Four octets are the longest character: one of these places is between two.
    (0..4).find_map(|less| text.get(..TEXT_BYTES_MAX - less)).unwrap_or(text)
}

/// Whether an index has these fields: one of an older version has not, and is made anew.
pub(super) fn is_ours(index: &Index) -> bool {
    index.schema() == Fields::new().1
}
