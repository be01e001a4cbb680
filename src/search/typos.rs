//! Words that stand nowhere, and what was meant by them.
//!
//! Only those are corrected: to look for words like those that are known finds less (nDCG@10 .68 and .85 instead of .88 with
//! one mistake in each question).

use tantivy::query::FuzzyTermQuery;
use tantivy::{Searcher, Term};

use super::fields::Fields;

/// Characters from which on a word may have one mistake, and two.
const ONE: usize = 4;
const TWO: usize = 9;

/// Words that are looked for instead of one.
const INSTEAD: usize = 3;

/// What the likeliest of them counts, by its mistakes and length: a long word has few neighbours by chance, and a short one that
/// stands nowhere is often a name.
fn weight(mistakes: u8, characters: usize) -> f32 {
    if mistakes == 1 && characters >= LONG { 0.8 } else { 0.4 }
}

/// Characters from which on a word is long.
const LONG: usize = 7;

/// What the others count, beside the likeliest.
const OTHERS: f32 = 0.6;

/// What a word that stands nowhere may have meant: the words nearest to it that begin as it does, the commonest first, with
/// what each counts. Nothing for one that is known, short, or a number.
pub(super) fn corrections(searcher: &Searcher, fields: &Fields, plain: &str) -> tantivy::Result<Vec<(String, f32)>> {
    let characters = plain.chars().count();
    let is_word = characters >= ONE && plain.chars().all(char::is_alphabetic);
    if !is_word || searcher.doc_freq(&Term::from_field_text(fields.plain, plain))? > 0 {
        return Ok(Vec::new());
    }
    for mistakes in 1..=u8::from(characters >= TWO) + 1 {
        let found = near(searcher, fields, plain, mistakes)?;
        if !found.is_empty() {
            let likeliest = weight(mistakes, characters);
            let weights = std::iter::once(likeliest).chain(std::iter::repeat(likeliest * OTHERS));
            return Ok(found.into_iter().zip(weights).collect());
        }
    }
    Ok(Vec::new())
}

/// Words with at most so many mistakes (two letters that changed places are one), the commonest first.
fn near(searcher: &Searcher, fields: &Fields, plain: &str, mistakes: u8) -> tantivy::Result<Vec<String>> {
    let first = plain.chars().next();
    let automaton = FuzzyTermQuery::new(Term::from_field_text(fields.plain, plain), mistakes, true).automaton()?;
    let mut found: std::collections::BTreeMap<String, u64> = std::collections::BTreeMap::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(fields.plain)?;
        let mut stream = index.terms().search(&automaton).into_stream()?;
        while let Some((term, info)) = stream.next() {
            let Ok(word) = std::str::from_utf8(term) else { continue };
            if word.chars().next() == first {
                *found.entry(word.to_owned()).or_default() += u64::from(info.doc_freq);
            }
        }
    }
    let mut found: Vec<(u64, String)> = found.into_iter().map(|(word, items)| (items, word)).collect();
    found.sort_by(|(a, one), (b, other)| b.cmp(a).then_with(|| one.cmp(other)));
    Ok(found.into_iter().take(INSTEAD).map(|(_, word)| word).collect())
}
