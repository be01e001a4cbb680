//! Phone lines: listed, made, changed, turned off and on.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Deserialize;

use crate::accounts::{Me, teams};
use crate::base::id::{LineId, TeamId};
use crate::base::{Error, Result};
use crate::calls::{Line, LineCard, Makes, add_line, all_lines, line_by_id, views};
use crate::events::Books;
use crate::web::ui::Again;
use crate::web::{Form, Options, see_other_saying};

/// What the card of a line sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct LineForm {
    /// The name.
    pub name: String,
    /// The team's id; empty for none.
    pub team: String,
    /// The word for which calls become tickets.
    pub makes: String,
    /// Two letters of a country.
    pub country: String,
    /// An area code.
    pub area_code: String,
    /// One address or network to a line.
    pub sources: String,
    /// One dialled number to a line.
    pub numbers: String,
}

impl LineForm {
    fn of(line: Line) -> Self {
        let sources: Vec<String> = line.sources.iter().map(ToString::to_string).collect();
        Self {
            name: line.name,
            team: line.team.map(|team| team.to_string()).unwrap_or_default(),
            makes: line.makes.word().into(),
            country: line.country,
            area_code: line.area_code,
            sources: sources.join("\n"),
            numbers: line.numbers.join("\n"),
        }
    }

    fn card(&self) -> Result<LineCard> {
        let team = match self.team.as_str() {
            "" => None,
            id => Some(id.parse::<TeamId>().or(Err(Error::invalid("team", "error-choice")))?),
        };
        Ok(LineCard {
            name: self.name.clone(),
            team,
            makes: Makes::from_word(&self.makes).ok_or_else(|| Error::invalid("makes", "error-choice"))?,
            country: self.country.clone(),
            area_code: self.area_code.clone(),
            sources: self.sources.clone(),
            numbers: self.numbers.clone(),
        })
    }
}

/// `GET /admin/lines`
pub async fn list_lines(books: Data<Books>, options: Data<Options>, me: Me) -> Result<HttpResponse> {
    let (lines, teams) = books.read(|db| Ok((all_lines(db)?, teams(db)?))).await?;
    let shell = me.shell(&me.locale().t("lines-title"));
    Ok(shell.answer(&me.visit, views::lines(&me, options.public_host(), &lines, &teams)))
}

/// `GET /admin/lines/new`
pub async fn new_line(books: Data<Books>, me: Me) -> Result<HttpResponse> {
    let form = LineForm {
        makes: Makes::Every.word().into(),
        country: me.settings.country.clone(),
        area_code: me.settings.area_code.clone(),
        ..LineForm::default()
    };
    ask_new(&books, &me, &form, &Again::default()).await
}

async fn ask_new(books: &Books, me: &Me, form: &LineForm, again: &Again) -> Result<HttpResponse> {
    let teams = books.read(teams).await?;
    let shell = me.shell(&me.locale().t("lines-new"));
    Ok(shell.answer_with(again.status(), &me.visit, views::new_line(me, &teams, form, again)))
}

/// `POST /admin/lines`
pub async fn create_line(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    form: Form<LineForm>,
) -> Result<HttpResponse> {
    let made = match form.0.card() {
        Ok(card) => books.write(me.by(), move |act| add_line(act, &card)).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(_) => Ok(see_other_saying(&options, "/admin/lines", "done-line-added", "")),
        Err(error) => ask_new(&books, &me, &form.0, &Again::of(error)?).await,
    }
}

/// `GET /admin/lines/{id}`
pub async fn show_line(books: Data<Books>, me: Me, id: Path<LineId>) -> Result<HttpResponse> {
    page(&books, &me, id.into_inner(), None, &Again::default()).await
}

async fn page(books: &Books, me: &Me, id: LineId, typed: Option<LineForm>, again: &Again) -> Result<HttpResponse> {
    let (line, teams) = books.read(move |db| Ok((line_by_id(db, id)?, teams(db)?))).await?;
    let shell = me.shell(&line.name);
    let form = typed.unwrap_or_else(|| LineForm::of(line.clone()));
    Ok(shell.answer_with(again.status(), &me.visit, views::line(me, &line, &teams, &form, again)))
}

/// `POST /admin/lines/{id}`
pub async fn change_line(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<LineId>,
    form: Form<LineForm>,
) -> Result<HttpResponse> {
    let (id, form) = (id.into_inner(), form.0);
    let changed = match form.card() {
        Ok(card) => books.write(me.by(), move |act| crate::calls::change_line(act, id, &card)).await,
        Err(error) => Err(error),
    };
    match changed {
        Ok(()) => Ok(see_other_saying(&options, &format!("/admin/lines/{id}"), "done-saved", "")),
        Err(error) => page(&books, &me, id, Some(form), &Again::of(error)?).await,
    }
}

/// What the switch of a line sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SwitchForm {
    on: String,
}

/// `POST /admin/lines/{id}/switch`
pub async fn switch_line(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<LineId>,
    form: Form<SwitchForm>,
) -> Result<HttpResponse> {
    let (id, on) = (id.into_inner(), form.0.on == "yes");
    books.write(me.by(), move |act| crate::calls::switch_line(act, id, on)).await?;
    let key = if on { "done-line-on" } else { "done-line-off" };
    Ok(see_other_saying(&options, &format!("/admin/lines/{id}"), key, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_comes_back_as_it_was_typed_or_says_what_is_no_choice() {
        let form = LineForm { makes: "missed".into(), team: "7".into(), ..LineForm::default() };
        let card = form.card().unwrap();
        assert_eq!((card.team, card.makes), (Some(TeamId(7)), Makes::Missed));
        let field = |form: LineForm| match form.card() {
            Err(Error::Invalid(problems)) => problems.first().map(|p| p.field),
            _ => None,
        };
        assert_eq!(field(LineForm { makes: "all".into(), ..form.clone() }), Some("makes"));
        assert_eq!(field(LineForm { team: "north".into(), ..form }), Some("team"));
    }
}
