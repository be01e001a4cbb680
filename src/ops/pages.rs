//! The page of the desk's health.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::views;
use super::watch::Watch;
use crate::accounts::Me;
use crate::base::Result;

/// `GET /admin/health`
pub async fn health(me: Me, watch: Data<Watch>) -> Result<HttpResponse> {
    let seen = watch.look(me.locale()).await;
    Ok(me.shell(&me.locale().t("health-title")).answer(&me.visit, views::health(&me, &seen)))
}
