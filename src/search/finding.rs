//! From a question to what fits it best.

use std::collections::{BTreeMap, BTreeSet};

use tantivy::collector::{Count, TopDocs};
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, Occur, PhraseQuery, Query, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

use super::fields::{Fields, language_fact, pieces_of};
use super::language::Language;
use super::question::Question;
use super::stops::is_stop;
use super::typos::corrections;
use super::words::{Word, codes, folded, is_gram, words};
use crate::base::{Error, Result};

/// What a word in the title counts, beside one anywhere; measured over nine collections.
const TITLE: f32 = 0.5;

/// What two words count that stand beside each other as they do in the question.
const PAIR: f32 = 0.1;

/// Pairs of a question: those of a whole letter would cost more than they find.
const PAIRS_MAX: usize = 24;

/// What a part of a code counts in a question of few words: whoever types one means it.
const CODE: f32 = 3.0;

/// And in a longer one: it may be a version, or a year.
const CODE_BESIDE: f32 = 0.5;

/// How many words are few. In a longer question a number that is a word elsewhere is no part of a code.
const CODE_WORDS_MAX: usize = 3;

/// What the beginning of a word counts that is still typed.
const START: f32 = 0.8;

/// Different words of a question; those that came first are taken.
const WORDS_MAX: usize = 512;

/// Languages of the index by which words are brought to their stems.
const LANGUAGES_MAX: usize = 4;

/// The share of items that a language has to have for that, as one in so many.
const LANGUAGE_SHARE: u64 = 20;

/// Things that are told at most.
pub const HITS_MAX: usize = 200;

/// How something is asked for.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// What was typed.
    pub question: Question,
    /// Facts of which one has to hold, whoever asks what: what he may see. Without any, nothing is found.
    pub seen_by: Vec<String>,
    /// How many things are wanted.
    pub limit: usize,
    /// Whether the last word is perhaps not typed to its end.
    pub is_typed: bool,
}

/// Something that fits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// [`Item::key`](super::Item::key).
    pub key: u64,
    /// How well; only to be compared with others of the same search.
    pub score: f32,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// The best first.
    pub hits: Vec<Hit>,
    /// How many there are in all.
    pub count: usize,
    /// Words that stand nowhere, and those that were looked for instead.
    pub corrected: Vec<(String, String)>,
}

/// A word that is looked for.
struct Wanted {
    /// Its stems in all languages.
    stems: BTreeSet<String>,
    times: f32,
    says_nothing: bool,
}

/// Looks for it.
pub(super) fn find(searcher: &Searcher, fields: &Fields, search: &Search) -> Result<Found> {
    let failed = |e| Error::internal("searching", e);
    let languages = languages(searcher, fields, &search.question.text).map_err(failed)?;
    let mut corrected = Vec::new();
    let query = query(searcher, fields, search, &languages, &mut corrected).map_err(failed)?;
    let limit = search.limit.clamp(1, HITS_MAX);
    let (top, count) =
        searcher.search(&query, &(TopDocs::with_limit(limit).order_by_score(), Count)).map_err(failed)?;
    let mut hits = Vec::with_capacity(top.len());
    for (score, at) in top {
        let keys = searcher.segment_reader(at.segment_ord).fast_fields().u64("key").map_err(failed)?;
        hits.extend(keys.first(at.doc_id).map(|key| Hit { key, score }));
    }
    Ok(Found { hits, count, corrected })
}

/// The languages by which the words of a question are brought to their stems: that of the question, and those of the index.
fn languages(searcher: &Searcher, fields: &Fields, text: &str) -> tantivy::Result<Vec<Language>> {
    let mut known = Vec::new();
    for language in Language::ALL {
        let items = searcher.doc_freq(&Term::from_field_text(fields.facts, &language_fact(*language)))?;
        known.push((items, *language));
    }
    known.sort_by_key(|(items, language)| (std::cmp::Reverse(*items), *language));
    let most = known.first().map_or(0, |(items, _)| *items);
    let own = Language::of_text(text);
    let usual = known.iter().filter(|(items, _)| *items > 0 && items * LANGUAGE_SHARE >= most);
    let mut languages: Vec<Language> = usual.map(|(_, language)| *language).take(LANGUAGES_MAX).collect();
    if let Some(own) = own.filter(|own| known.iter().any(|(items, language)| language == own && *items > 0)) {
        languages.retain(|language| *language != own);
        languages.insert(0, own);
    }
    Ok(languages)
}

fn query(
    searcher: &Searcher,
    fields: &Fields,
    search: &Search,
    languages: &[Language],
    corrected: &mut Vec<(String, String)>,
) -> tantivy::Result<BooleanQuery> {
    let question = &search.question;
    let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    clauses.push((Occur::Must, one_of(fields.facts, search.seen_by.iter().cloned())));
    for (name, values) in &question.facts {
        clauses.push((Occur::Must, one_of(fields.facts, values.iter().map(|value| format!("{name}:{value}")))));
    }
    for (name, value) in &question.no_facts {
        clauses.push((Occur::MustNot, exactly(fields.facts, &format!("{name}:{value}"))));
    }
    for phrase in &question.phrases {
        clauses.push((Occur::Must, beside(fields, languages, phrase)));
    }
    for without in &question.without {
        clauses.push((Occur::MustNot, beside(fields, languages, without)));
    }
    let mut any = wanted_words(searcher, fields, search, languages, corrected)?;
    any.extend(pairs(fields, &question.text, languages.first().copied()));
    any.extend(wanted_codes(searcher, fields, &question.text)?);
    if !any.is_empty() {
        clauses.push((Occur::Must, Box::new(BooleanQuery::union(any))));
    } else if !question.text.trim().is_empty() {
        // Nothing that could be looked for, as a question of signs alone.
        clauses.push((Occur::Must, one_of(fields.facts, std::iter::empty())));
    } else {
        clauses.push((Occur::Should, Box::new(AllQuery)));
    }
    Ok(BooleanQuery::new(clauses))
}

fn wanted_words(
    searcher: &Searcher,
    fields: &Fields,
    search: &Search,
    languages: &[Language],
    corrected: &mut Vec<(String, String)>,
) -> tantivy::Result<Vec<Box<dyn Query>>> {
    let text = &search.question.text;
    let asked = words(None, text);
    let typed = if search.is_typed && !text.ends_with(char::is_whitespace) { asked.last().cloned() } else { None };
    let mut wanted: BTreeMap<String, Wanted> = BTreeMap::new();
    for Word { plain, span, .. } in asked {
        if let Some(known) = wanted.get_mut(&plain) {
            known.times += 1.0;
        } else if wanted.len() < WORDS_MAX {
            let small = text.get(span).unwrap_or_default().to_lowercase();
            let stems = stems_of(&small, &plain, languages);
            let says_nothing = languages.iter().take(1).any(|language| is_stop(*language, &plain));
            wanted.insert(plain, Wanted { stems, times: 1.0, says_nothing });
        }
    }
    let says_something = wanted.values().any(|word| !word.says_nothing);
    let mut queries: Vec<Box<dyn Query>> = Vec::new();
    for (plain, word) in &wanted {
        let is_open = typed.as_ref().is_some_and(|typed| typed.plain == *plain);
        if is_open {
            queries.push(boosted(scored(fields.starts, plain), START));
        }
        if word.says_nothing && says_something {
            continue;
        }
        let instead = if is_open { Vec::new() } else { corrections(searcher, fields, plain)? };
        if let Some((first, _)) = instead.first() {
            corrected.push((plain.clone(), first.clone()));
        }
        queries.extend(weighted(fields, &word.stems, word.times));
        for (other, weight) in instead {
            queries.extend(weighted(fields, &stems_of(&other, &other, languages), word.times * weight));
        }
    }
    Ok(queries)
}

/// Words that stand beside each other in the question, and say something both.
fn pairs(fields: &Fields, text: &str, language: Option<Language>) -> Vec<Box<dyn Query>> {
    let says_something =
        |word: &Word| !language.is_some_and(|language| is_stop(language, &word.plain)) && !is_gram(&word.plain);
    let words: Vec<Word> = words(language, text).into_iter().filter(says_something).collect();
    let beside = words
        .iter()
        .zip(words.iter().skip(1))
        .filter(|(one, other)| other.position == one.position + 1 && other.stem != one.stem);
    let each: BTreeSet<(&str, &str)> =
        beside.map(|(one, other)| (one.stem.as_str(), other.stem.as_str())).take(PAIRS_MAX).collect();
    let phrase = |(one, other)| {
        let terms = [one, other].map(|stem| Term::from_field_text(fields.all, stem));
        boosted(Box::new(PhraseQuery::new(terms.to_vec())), PAIR)
    };
    each.into_iter().map(phrase).collect()
}

/// The stems of a word in small letters, in all languages.
fn stems_of(small: &str, plain: &str, languages: &[Language]) -> BTreeSet<String> {
    let mut stems: BTreeSet<String> = languages.iter().map(|language| folded(&language.stem(small))).collect();
    stems.remove("");
    if stems.is_empty() {
        stems.insert(plain.to_owned());
    }
    stems
}

/// A word in the title and anywhere; where it has several stems, the best of them counts.
fn weighted(fields: &Fields, stems: &BTreeSet<String>, times: f32) -> [Box<dyn Query>; 2] {
    [(fields.title, TITLE), (fields.all, 1.0)].map(|(field, weight)| {
        let mut each: Vec<Box<dyn Query>> = stems.iter().map(|stem| scored(field, stem)).collect();
        let best = if each.len() == 1 { each.remove(0) } else { Box::new(DisjunctionMaxQuery::new(each)) };
        boosted(best, weight * times)
    })
}

/// Parts of serials and telephone numbers: what is typed of one stands in it as it is.
fn wanted_codes(searcher: &Searcher, fields: &Fields, text: &str) -> tantivy::Result<Vec<Box<dyn Query>>> {
    let is_short = text.split_whitespace().count() <= CODE_WORDS_MAX;
    let each: BTreeSet<String> = codes(text).into_iter().collect();
    let mut queries: Vec<Box<dyn Query>> = Vec::new();
    for code in each.into_iter().take(WORDS_MAX) {
        let is_known = searcher.doc_freq(&Term::from_field_text(fields.plain, &code))? > 0;
        if is_known && !is_short {
            continue;
        }
        let pieces: Vec<Term> =
            pieces_of(&code).iter().map(|piece| Term::from_field_text(fields.pieces, piece)).collect();
        let query: Box<dyn Query> = match pieces.as_slice() {
            [] => continue,
            [one] => Box::new(TermQuery::new(one.clone(), IndexRecordOption::WithFreqs)),
            _ => Box::new(PhraseQuery::new(pieces)),
        };
        queries.push(boosted(query, if is_short { CODE } else { CODE_BESIDE }));
    }
    Ok(queries)
}

/// Words that stand beside each other, by their stems in one of the languages.
fn beside(fields: &Fields, languages: &[Language], text: &str) -> Box<dyn Query> {
    let by = |language: Option<Language>| -> Box<dyn Query> {
        let mut places: Vec<(usize, Term)> = Vec::new();
        for word in words(language, text) {
            places.push((word.position, Term::from_field_text(fields.all, &word.stem)));
        }
        match places.as_slice() {
            [] => one_of(fields.all, std::iter::empty()),
            [(_, one)] => Box::new(TermQuery::new(one.clone(), IndexRecordOption::WithFreqs)),
            _ => Box::new(PhraseQuery::new_with_offset(places)),
        }
    };
    match languages {
        [] => by(None),
        languages => Box::new(BooleanQuery::union(languages.iter().map(|language| by(Some(*language))).collect())),
    }
}

fn scored(field: Field, text: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::WithFreqs))
}

fn boosted(query: Box<dyn Query>, weight: f32) -> Box<dyn Query> {
    Box::new(BoostQuery::new(query, weight))
}

fn exactly(field: Field, text: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic))
}

/// One of these, which counts nothing; nothing where there are none.
fn one_of(field: Field, texts: impl Iterator<Item = String>) -> Box<dyn Query> {
    let each = texts.map(|text| exactly(field, &text)).collect();
    Box::new(ConstScoreQuery::new(Box::new(BooleanQuery::union(each)), 0.0))
}
