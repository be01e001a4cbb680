//! Telephone numbers: from what a PBX, a person or a form wrote to one form that compares equal (E.164).
//!
//! The knowledge about numbering plans is libphonenumber's. What it doesn't know is that a PBX has extensions: it reads
//! `620`, `**620` and even `112` as numbers of the country. So what is short or no valid number stays as it was written
//! and is called internal; it is never turned into a number that would ring at a stranger's.

use std::fmt;

use rlibphonenumber::enums::Region;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber as Parsed, PhoneNumberFormat};

/// Digits up to which a number without `+` is an extension or a service, not a subscriber.
const INTERNAL_DIGITS_MAX: usize = 6;
/// Digits from which a number without an area code may be a subscriber's, once an area code is configured.
const LOCAL_DIGITS_MIN: usize = 5;
/// Characters of a number as it was written; E.164 has 15 digits, people add blanks.
const RAW_CHARACTERS_MAX: usize = 64;

/// How numbers are written where a line ends: the country, and what its PBX does to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberPlan {
    country: Region,
    area_code: Option<String>,
    strip: Option<String>,
    prepend: Option<String>,
}

impl NumberPlan {
    /// The plan of a country by its ISO 3166 code (`DE`, any case); nothing for a code that is none.
    pub fn new(country: &str) -> Option<Self> {
        let country = Region::from_code(country.trim()).ok()?;
        country_code(country)?;
        Some(Self { country, area_code: None, strip: None, prepend: None })
    }

    /// Numbers without an area code are of this one, written without the trunk prefix (`30` for Berlin).
    #[must_use]
    pub fn with_area_code(self, area_code: &str) -> Self {
        let digits: String = area_code.chars().filter(char::is_ascii_digit).collect();
        let area_code = digits.trim_start_matches('0');
        Self { area_code: (!area_code.is_empty()).then(|| area_code.to_owned()), ..self }
    }

    /// The PBX puts this before numbers of the outside (a trunk prefix such as `0` for an outside line): take it off.
    #[must_use]
    pub fn with_stripped(self, prefix: &str) -> Self {
        Self { strip: (!prefix.is_empty()).then(|| prefix.to_owned()), ..self }
    }

    /// The PBX or carrier leaves this off (the `0` before an area code, the `+`): put it on. Numbers that begin with `+`
    /// or have at most six digits are left alone.
    #[must_use]
    pub fn with_prepended(self, prefix: &str) -> Self {
        Self { prepend: (!prefix.is_empty()).then(|| prefix.to_owned()), ..self }
    }

    /// Reads a number; what is none comes back as internal.
    pub fn read(&self, written: &str) -> PhoneNumber {
        let raw: String = written.trim().chars().filter(|c| !c.is_control()).take(RAW_CHARACTERS_MAX).collect();
        let e164 = self.find(&raw).map(|number| number.format_as(PhoneNumberFormat::E164).into_owned());
        PhoneNumber { internal: e164.is_none(), raw, e164 }
    }

    /// The zero of `+49 (0)30` is not dialled from abroad; that of `+39 (0)6` is.
    fn find(&self, raw: &str) -> Option<Parsed> {
        let with_zero = self.find_bare(bare(raw));
        with_zero.or_else(|| raw.contains("(0)").then(|| self.find_bare(bare(&raw.replace("(0)", ""))))?)
    }

    fn find_bare(&self, text: String) -> Option<Parsed> {
        let is_international = text.starts_with('+');
        if text.is_empty() || text.contains(|c: char| !c.is_ascii_digit() && c != '+') {
            return None;
        }
        let mut text = text;
        if !is_international && digits_in(&text) > INTERNAL_DIGITS_MAX {
            if let Some(rest) = self.strip.as_ref().and_then(|prefix| text.strip_prefix(prefix.as_str())) {
                text = rest.to_owned();
            }
            if let Some(prefix) = &self.prepend {
                text = format!("{prefix}{text}");
            }
        }
        if is_international || digits_in(&text) > INTERNAL_DIGITS_MAX {
            let number = valid(&text, Some(self.country));
            if number.is_some() {
                return number;
            }
        }
        self.find_local(&text)
    }

    /// A subscriber of our own area. Numbers that begin with `0` carry an area code already, and `11` opens services
    /// (`112`, `116117`) all over Europe.
    fn find_local(&self, text: &str) -> Option<Parsed> {
        let area_code = self.area_code.as_ref()?;
        if digits_in(text) < LOCAL_DIGITS_MIN || text.starts_with(['0', '+']) || text.starts_with("11") {
            return None;
        }
        let code = country_code(self.country)?;
        valid(&format!("+{code}{area_code}{text}"), None)
    }
}

/// A number that somebody could have, written as in this country.
fn valid(text: &str, country: Option<Region>) -> Option<Parsed> {
    PHONE_NUMBER_UTIL.parse(text, country).ok().filter(Parsed::is_valid)
}

/// The code of a country, as libphonenumber's data has it; nothing for letters that are no country's.
fn country_code(country: Region) -> Option<i32> {
    PHONE_NUMBER_UTIL.get_country_code_for_region(country)
}

fn digits_in(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// What is dialled of a number: without scheme, parameters, extension, separators and marks that nobody sees;
/// full-width digits as plain ones.
fn bare(raw: &str) -> String {
    let text = raw.trim_start_matches("tel:").split(';').next().unwrap_or_default();
    let plain = text.chars().filter_map(|c| match c {
        '\u{FF10}'..='\u{FF19}' => char::from_digit(u32::from(c) - 0xFF10, 10),
        '\u{FF0B}' => Some('+'),
        ' ' | '-' | '.' | '/' | '(' | ')' | '\u{A0}' | '\u{2010}'..='\u{2015}' | '\u{200B}'..='\u{200F}' => None,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2009}' | '\u{202F}' => None,
        other => Some(other),
    });
    plain.collect()
}

/// A number as it was written and, where it is one, in the form that compares.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber {
    /// As it came, at most 64 characters.
    pub raw: String,
    /// `+4930901820`; nothing when it is no valid public number.
    pub e164: Option<String>,
    /// An extension, a service, or no number at all.
    pub internal: bool,
}

impl PhoneNumber {
    /// The form to show: `+49 30 901820` for a public number, else as it was written.
    pub fn international(&self) -> String {
        let number = self.e164.as_ref().and_then(|e164| PHONE_NUMBER_UTIL.parse(e164, None).ok());
        number
            .map_or_else(|| self.raw.clone(), |number| number.format_as(PhoneNumberFormat::International).into_owned())
    }

    /// The form for logs, `+4930***20`: enough to recognise a call that one knows of, too little to call back.
    pub fn masked(&self) -> String {
        mask(self.e164.as_deref().unwrap_or(&self.raw))
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.e164.as_deref().unwrap_or(&self.raw))
    }
}

/// Masks any number or name; see [`PhoneNumber::masked`].
pub fn mask(number: &str) -> String {
    let length = number.chars().count();
    if length < 8 {
        return "***".to_owned();
    }
    let head: String = number.chars().take(5.min(length - 5)).collect();
    let tail: String = number.chars().skip(length - 2).collect();
    format!("{head}***{tail}")
}

/// Loads the numbering plans, which takes some 5 ms and 5 MB once: call it at the start, not with the first call.
pub fn warm_up() {
    // The result is of no interest, loading is.
    let _loaded = valid("+4930901820", None);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn german() -> NumberPlan {
        NumberPlan::new("de").unwrap()
    }

    #[test]
    fn all_clothes_of_a_number_are_the_same_number() {
        for written in [
            "+4930901820",
            "030 901820",
            "030/90 18-20",
            "0049 30 901820",
            "+49 (0)30 901820",
            "+49 (0) 30 901820",
            "4930901820",
            "tel:+49-30-901820;phone-context=+49",
            "\u{202A}+49 30 901820\u{202C}",
            "+４９３０９０１８２０",
            "+4930901820;npdi",
        ] {
            assert_eq!(german().read(written).e164.as_deref(), Some("+4930901820"), "{written}");
        }
    }

    #[test]
    fn a_zero_that_belongs_to_a_number_stays() {
        let rome = NumberPlan::new("IT").unwrap();
        for written in ["+39 06 8402 1011", "06 84021011", "0039 06 84021011", "+39 (0)6 84021011"] {
            assert_eq!(rome.read(written).e164.as_deref(), Some("+390684021011"), "{written}");
        }
        assert_eq!(german().read("+39 06 84021011").international(), "+39 06 8402 1011");
        assert_eq!(german().read("+48 (0)22 123 45 67").e164.as_deref(), Some("+48221234567"), "nobody dials it there");
        assert_eq!(german().read("+49 030 901820").e164.as_deref(), Some("+4930901820"), "and one that does not, goes");
    }

    #[test]
    fn extensions_and_services_stay_what_they_are() {
        for written in
            ["620", "**620", "112", "116117", "901820", "anonymous", "", "*21*0301234567#", "+49", "max.muster"]
        {
            let number = german().read(written);
            assert_eq!((number.e164, number.internal, number.raw.as_str()), (None, true, written));
        }
    }

    #[test]
    fn a_local_number_needs_an_area_code() {
        let berlin = german().with_area_code("030");
        assert_eq!(berlin.read("901820").e164.as_deref(), Some("+4930901820"));
        for internal in ["620", "112", "116117", "1234"] {
            assert!(berlin.read(internal).internal, "{internal}");
        }
        let york = NumberPlan::new("US").unwrap().with_area_code("212");
        assert_eq!(york.read("736-5000").e164.as_deref(), Some("+12127365000"));
    }

    #[test]
    fn a_trunk_prefix_comes_off_or_on() {
        assert_eq!(german().with_stripped("0").read("0030901820").e164.as_deref(), Some("+4930901820"));
        assert_eq!(german().with_prepended("0").read("30901820").e164.as_deref(), Some("+4930901820"));
        assert_eq!(german().with_prepended("+").read("4930901820").e164.as_deref(), Some("+4930901820"));
        assert!(german().with_stripped("0").read("0620").internal);
    }

    #[test]
    fn shown_and_masked() {
        let number = german().read("030901820");
        assert_eq!((number.international(), number.masked()), ("+49 30 901820".into(), "+4930***20".into()));
        let extension = german().read("**620");
        assert_eq!((extension.international(), extension.masked()), ("**620".into(), "***".into()));
        assert_eq!(mask("max.muster@example"), "max.m***le");
        assert!(NumberPlan::new("XX").is_none());
    }
}
