//! The categories, for those who administer: a list, and a card for each with its script as it will look.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Deserialize;

use crate::accounts::{self, Me};
use crate::base::Result;
use crate::base::id::{CategoryId, TeamId};
use crate::events::Books;
use crate::tickets::change_category;
use crate::tickets::{
    Category, CategoryCard, Priority, add_category, archive_category, categories, category_by_id, views,
};
use crate::web::ui::Again;
use crate::web::{Form, Options, see_other_saying};

/// The card of a category, as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct CategoryForm {
    /// See [`Category::name`].
    pub name: String,
    /// See [`Category::script`].
    pub script: String,
    /// A team's id.
    pub team: String,
    /// A [`Priority`].
    pub priority: String,
    /// `preview` to see the script without saving it.
    pub then: String,
}

impl CategoryForm {
    fn of(category: &Category) -> Self {
        Self {
            name: category.name.clone(),
            script: category.script.clone(),
            team: category.team.map(|team| team.to_string()).unwrap_or_default(),
            priority: category.priority.map(|p| p.word().to_owned()).unwrap_or_default(),
            then: String::new(),
        }
    }

    fn card(&self) -> CategoryCard {
        CategoryCard {
            name: self.name.clone(),
            script: self.script.clone(),
            team: self.team.parse().ok().map(TeamId),
            priority: Priority::from_word(&self.priority),
        }
    }
}

/// `GET /admin/categories`
pub async fn list(books: Data<Books>, me: Me) -> Result<HttpResponse> {
    let (categories, teams) = books.read(|db| Ok((categories(db)?, accounts::teams(db)?))).await?;
    let shell = me.shell(&me.locale().t("categories-title"));
    Ok(shell.answer(&me.visit, views::categories(&me, &categories, &teams)))
}

async fn card(
    books: &Books,
    me: &Me,
    id: Option<CategoryId>,
    typed: Option<CategoryForm>,
    again: &Again,
) -> Result<HttpResponse> {
    let (category, teams) = books
        .read(move |db| {
            let category = id.map(|id| category_by_id(db, id)).transpose()?;
            Ok((category, accounts::active_teams(db)?))
        })
        .await?;
    let typed = typed.or_else(|| category.as_ref().map(CategoryForm::of)).unwrap_or_default();
    let title = me.locale().t(if category.is_some() { "categories-edit" } else { "categories-new" });
    let shown = views::ShownCategory { category: category.as_ref(), typed: &typed, teams: &teams, again };
    Ok(me.shell(&title).answer_with(again.status(), &me.visit, views::category(me, &title, &shown)))
}

/// `GET /admin/categories/new`
pub async fn new(books: Data<Books>, me: Me) -> Result<HttpResponse> {
    card(&books, &me, None, None, &Again::default()).await
}

/// `GET /admin/categories/{id}`
pub async fn edit(books: Data<Books>, me: Me, id: Path<CategoryId>) -> Result<HttpResponse> {
    card(&books, &me, Some(id.into_inner()), None, &Again::default()).await
}

/// `POST /admin/categories`
pub async fn create(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    form: Form<CategoryForm>,
) -> Result<HttpResponse> {
    let new = form.0.card();
    if form.0.then == "preview" {
        return card(&books, &me, None, Some(form.0), &Again::default()).await;
    }
    match books.write(me.by(), move |act| add_category(act, &new)).await {
        Ok(_) => Ok(see_other_saying(&options, "/admin/categories", "done-category-added", "")),
        Err(error) => card(&books, &me, None, Some(form.0), &Again::of(error)?).await,
    }
}

/// `POST /admin/categories/{id}`
pub async fn save(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<CategoryId>,
    form: Form<CategoryForm>,
) -> Result<HttpResponse> {
    let (id, new) = (id.into_inner(), form.0.card());
    if form.0.then == "preview" {
        return card(&books, &me, Some(id), Some(form.0), &Again::default()).await;
    }
    match books.write(me.by(), move |act| change_category(act, id, &new)).await {
        Ok(()) => Ok(see_other_saying(&options, "/admin/categories", "done-saved", "")),
        Err(error) => card(&books, &me, Some(id), Some(form.0), &Again::of(error)?).await,
    }
}

/// `POST /admin/categories/{id}/archive`
pub async fn archive(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<CategoryId>,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    books.write(me.by(), move |act| archive_category(act, id, true)).await?;
    Ok(see_other_saying(&options, &format!("/admin/categories/{id}"), "done-category-archived", ""))
}

/// `POST /admin/categories/{id}/restore`
pub async fn restore(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<CategoryId>,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    books.write(me.by(), move |act| archive_category(act, id, false)).await?;
    Ok(see_other_saying(&options, &format!("/admin/categories/{id}"), "done-category-restored", ""))
}
