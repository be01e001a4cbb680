//! A form that is shown again: what was refused, so that the asker can put it right.

use actix_web::http::StatusCode;
use maud::{Markup, html};

use crate::base::{Error, Message, Problem, Result};

use super::super::locale::Locale;
use super::{Tone, notice, problem_summary};

/// Why a form is shown again. The default is a form that nobody has sent yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Again {
    /// What stands in the way of the whole.
    pub refusal: Option<Message>,
    /// What is wrong with its fields.
    pub problems: Vec<Problem>,
    /// Nothing is wrong with it: the desk can't write now, and sending it once more may do.
    pub busy: bool,
}

impl Again {
    /// What a verb said, if putting the form right or sending it once more can help: what was typed must not be lost.
    ///
    /// # Errors
    /// Every other error: the asker can do nothing about it here.
    pub fn of(error: Error) -> Result<Self> {
        match error {
            Error::Invalid(problems) => Ok(Self { problems, ..Self::default() }),
            Error::Conflict(message) => Ok(Self { refusal: Some(message), ..Self::default() }),
            Error::Busy(message) => Ok(Self { refusal: Some(message), busy: true, ..Self::default() }),
            other => Err(other),
        }
    }

    /// The status of the page that shows it.
    pub fn status(&self) -> StatusCode {
        match (&self.refusal, self.problems.is_empty()) {
            _ if self.busy => StatusCode::SERVICE_UNAVAILABLE,
            (Some(_), _) => StatusCode::CONFLICT,
            (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
            (None, true) => StatusCode::OK,
        }
    }

    /// All of it, for the top of the form. Nothing when nothing is wrong.
    pub fn summary(&self, locale: &Locale) -> Markup {
        html! {
            @if let Some(message) = &self.refusal {
                (notice(Tone::Bad, html! { strong { (locale.message(message)) } }))
            }
            (problem_summary(locale, &self.problems))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_asker_can_put_right_comes_back() {
        let status = |error| Again::of(error).map(|again| again.status().as_u16());
        assert_eq!(Again::default().status(), StatusCode::OK);
        assert!(matches!(status(Error::invalid("name", "error-required")), Ok(422)));
        assert!(matches!(status(Error::Conflict("error-last-admin".into())), Ok(409)));
        assert!(matches!(status(Error::Busy("error-busy".into())), Ok(503)));
        assert!(matches!(status(Error::Missing), Err(Error::Missing)));
    }
}
