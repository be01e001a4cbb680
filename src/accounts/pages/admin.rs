//! The way into all that is administered.

use actix_web::HttpResponse;

use super::Me;
use crate::accounts::views;
use crate::base::Result;

/// `GET /admin`
pub async fn admin(me: Me) -> Result<HttpResponse> {
    Ok(me.shell(&me.locale().t("nav-admin")).answer(&me.visit, views::admin(&me)))
}

/// `GET /admin/roles`
pub async fn show_roles(me: Me) -> Result<HttpResponse> {
    Ok(me.shell(&me.locale().t("roles-title")).answer(&me.visit, views::roles(&me)))
}
