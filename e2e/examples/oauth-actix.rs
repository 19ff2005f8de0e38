//! A login through OAuth on actix-web, with a `Strict` session: `cargo run -p e2e --example oauth-actix`.

mod oauth;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Html, Query, Redirect, ServiceConfig, get, post};
use actix_web::{App, CustomizeResponder, Either, HttpServer, Responder};
use session_cookie_actix::{Session, SessionError, SessionMiddleware};

use oauth::{Answer, OAuth, Shop};

#[actix_web::main]
async fn main() -> Result<(), oauth::Error> {
    let (shop, listener) = oauth::start()?;
    let shop = Data::new(shop);
    let app = move || {
        App::new()
            .app_data(shop.clone())
            .configure(routes)
            .wrap(SessionMiddleware::new(shop.oauth.clone()).named::<OAuth>())
            .wrap(SessionMiddleware::new(shop.main.clone()))
    };
    HttpServer::new(app).workers(1).listen(listener)?.run().await?;
    Ok(())
}

fn routes(config: &mut ServiceConfig) {
    config
        .route("/", get().to(home))
        .route("/cart/add", post().to(add_to_cart))
        .route("/login", post().to(login))
        .route("/callback", get().to(callback))
        .route("/login/finish", post().to(finish_login))
        .route("/logout", post().to(logout));
}

async fn home(session: Session) -> Result<Html, SessionError> {
    Ok(Html::new(oauth::home(&session.with_error())?))
}

async fn add_to_cart(session: Session) -> Result<Redirect, SessionError> {
    session.update("cart", |cart: &mut Vec<String>| cart.push("egg".to_owned()))?;
    Ok(Redirect::to("/").see_other())
}

async fn login(shop: Data<Shop>, oauth: Session<OAuth>) -> Result<Redirect, SessionError> {
    let provider = shop.begin_login(&oauth.with_error())?;
    Ok(Redirect::to(provider).see_other())
}

/// Takes no `Session`: another site caused this request, so its `Strict` cookie stayed in the browser, and one that is set here
/// would replace it.
async fn callback(
    shop: Data<Shop>,
    oauth: Session<OAuth>,
    Query(answer): Query<Answer>,
) -> Result<CustomizeResponder<Html>, SessionError> {
    let page = match shop.verify(&oauth.with_error(), answer).await? {
        true => Html::new(oauth::interstitial()).customize(),
        false => refused(),
    };
    Ok(oauth::CALLBACK_HEADERS.into_iter().fold(page, CustomizeResponder::insert_header))
}

async fn finish_login(
    session: Session,
    oauth: Session<OAuth>,
) -> Result<Either<Redirect, CustomizeResponder<Html>>, SessionError> {
    Ok(match oauth::log_in(&session.with_error(), &oauth.with_error())? {
        true => Either::Left(Redirect::to("/").see_other()),
        false => Either::Right(refused()),
    })
}

fn refused() -> CustomizeResponder<Html> {
    Html::new(oauth::refused()).customize().with_status(StatusCode::BAD_REQUEST)
}

/// Ends a login that is under way in another tab too.
async fn logout(session: Session, oauth: Session<OAuth>) -> Redirect {
    session.clear();
    oauth.clear();
    Redirect::to("/").see_other()
}
