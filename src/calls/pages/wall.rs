//! The wall board.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::accounts::Me;
use crate::base::{Result, Timestamp};
use crate::calls::{views, wall};
use crate::events::Books;
use crate::web::Live;

/// `GET /calls/wall`
pub async fn wall(books: Data<Books>, live: Data<Live>, me: Me) -> Result<HttpResponse> {
    let mut shell = me.live_shell(&me.locale().t("wall-title"), &live);
    shell.live_required = true;
    let (now, zone) = (me.visit.now, me.locale().zone.clone());
    let morning = Timestamp::midnight(now.day(&zone), &zone);
    let shown = books.read(move |db| wall::Wall::read(db, morning, now)).await?;
    Ok(shell.answer_part(&me.visit, views::wall::region(&me, &shown), |part| views::wall::frame(&me, part)))
}
