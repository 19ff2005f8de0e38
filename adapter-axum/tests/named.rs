//! Several sessions in one handler, each marked by a type.

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::IntoResponse;
use axum::routing::get;
use session_cookie_axum::{CookieConfig, Key, SameSite, Session, SessionError, SessionLayer, SessionManager};
use test_support::log::Log;

use crate::common::{all, cookie, fetch, fetch_with, manager, text};

struct OAuth;
struct Shop;

fn sibling(name: &str) -> SessionManager {
    manager().sibling(CookieConfig::default().with_name(name).with_same_site(SameSite::Strict)).unwrap()
}

fn main_layer() -> SessionLayer {
    SessionLayer::new(manager())
}

fn oauth_layer() -> SessionLayer {
    SessionLayer::new(sibling("oauth")).named::<OAuth>()
}

fn shop_layer() -> SessionLayer {
    SessionLayer::new(sibling("shop")).named::<Shop>()
}

async fn change_both(session: Session, oauth: Session<OAuth>) -> Result<(), SessionError> {
    session.insert("user_id", "42")?;
    oauth.insert("state", "xyz")?;
    Ok(())
}

async fn show_both(session: Session, oauth: Session<OAuth>) -> Result<String, SessionError> {
    Ok(format!("{:?} {:?}", session.get::<String>("user_id")?, oauth.get::<String>("state")?))
}

fn pairs(set_cookies: &[String]) -> Vec<&str> {
    set_cookies.iter().map(|set_cookie| set_cookie.split(';').next().unwrap()).collect()
}

#[tokio::test]
async fn r25_two_sessions_that_changed_send_two_cookies_and_one_vary_in_either_order() {
    let routes = Router::new().route("/change", get(change_both)).route("/show", get(show_both));
    for app in
        [routes.clone().layer(main_layer()).layer(oauth_layer()), routes.layer(oauth_layer()).layer(main_layer())]
    {
        let changed = fetch(&app, "/change").await;

        let mut set_cookies = all(changed.headers(), "set-cookie");
        set_cookies.sort();
        let [oauth, main] = &set_cookies[..] else { panic!("{set_cookies:?}") };
        assert!(oauth.starts_with("oauth=") && oauth.ends_with("SameSite=Strict"), "{oauth}");
        assert!(main.starts_with("session=") && main.ends_with("SameSite=Lax"), "{main}");
        assert_eq!(all(changed.headers(), "vary"), ["Cookie"]);

        let cookies = pairs(&set_cookies).join("; ");
        let shown = fetch_with(&app, "/show", &cookies).await;
        assert_eq!(all(shown.headers(), "set-cookie"), [""; 0]);
        assert_eq!(text(shown).await, r#"Some("42") Some("xyz")"#);

        let swapped = cookies.replace("session=", "x=").replace("oauth=", "session=").replace("x=", "oauth=");
        assert_eq!(text(fetch_with(&app, "/show", &swapped).await).await, "None None");
    }
}

#[tokio::test]
async fn a_session_that_no_layer_marks_so_is_missing_and_the_log_names_the_line() {
    let app = Router::new()
        .route("/", get(show_both))
        .route("/option", get(async |oauth: Option<Session<OAuth>>| oauth.is_some().to_string()))
        .layer(main_layer());
    let log = Log::capture();

    assert_eq!(text(fetch(&app, "/option").await).await, "false");
    assert_eq!(log.text(), "");
    assert_eq!(fetch(&app, "/").await.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(log.text().contains(".named::<N>()"), "{}", log.text());
}

#[tokio::test]
async fn r25_managers_of_one_cookie_name_under_two_types_are_found() {
    let other = || SessionLayer::new(sibling("oauth")).named::<Shop>();
    let unnamed = || SessionLayer::new(sibling("oauth"));
    let routes = Router::new().route("/", get(async || {}));
    for app in [
        routes.clone().layer(other()).layer(oauth_layer()),
        routes.clone().layer(unnamed()).layer(oauth_layer()),
        routes.clone().layer(oauth_layer()).layer(unnamed()),
        routes.clone().layer(other()).layer(main_layer()).layer(oauth_layer()),
        routes.clone().layer(unnamed()).layer(shop_layer()).layer(oauth_layer()),
        routes.clone().layer(main_layer().named::<Shop>()).layer(main_layer()).layer(oauth_layer()),
    ] {
        let log = Log::capture();
        fetch(&app, "/").await;
        fetch(&app, "/").await;
        assert_eq!(log.text().lines().count(), 1, "{}", log.text());
        assert!(log.text().contains("ERROR") && log.text().contains("same cookie name"), "{}", log.text());
    }
    let three_names = routes.layer(oauth_layer()).layer(shop_layer()).layer(main_layer());
    let log = Log::capture();
    fetch(&three_names, "/").await;
    assert_eq!(log.text(), "");
}

#[tokio::test]
async fn one_manager_under_two_types_is_one_session() {
    let manager = manager();
    let app = Router::new()
        .route("/", get(change_both))
        .route("/no-shop", get(async |shop: Option<Session<Shop>>| shop.is_none().to_string()))
        .layer(SessionLayer::new(manager.clone()).named::<Shop>().named::<OAuth>())
        .layer(SessionLayer::new(manager.clone()));

    let response = fetch(&app, "/").await;

    let set_cookies = all(response.headers(), "set-cookie");
    assert_eq!(manager.load(pairs(&set_cookies)).keys(), ["user_id", "state"]);
    assert_eq!(text(fetch(&app, "/no-shop").await).await, "true", "the last type counts");
}

/// Each layer that is met again passes through, whatever is in between.
#[tokio::test]
async fn layers_that_are_met_again_in_any_order_begin_no_second_session() {
    async fn mark(request: Request, next: Next) -> impl IntoResponse {
        request.extensions().get::<Session>().unwrap().insert("early", true).unwrap();
        request.extensions().get::<Session<OAuth>>().unwrap().insert("early", true).unwrap();
        next.run(request).await
    }
    let (main, oauth, shop) = (main_layer(), oauth_layer(), shop_layer());
    let app = Router::new()
        .route("/", get(change_both))
        .layer(shop.clone())
        .layer(oauth.clone())
        .layer(main.clone())
        .layer(shop)
        .layer(from_fn(mark))
        .layer(main.clone())
        .layer(oauth)
        .layer(main);
    let log = Log::capture();

    let response = fetch(&app, "/").await;

    assert_eq!(log.text(), "");
    let set_cookies = all(response.headers(), "set-cookie");
    assert_eq!(set_cookies.len(), 2, "{set_cookies:?}");
    assert_eq!(manager().load(pairs(&set_cookies)).keys(), ["early", "user_id"]);
    assert_eq!(sibling("oauth").load(pairs(&set_cookies)).keys(), ["early", "state"]);
}

#[tokio::test]
async fn two_managers_of_one_type_and_a_third_in_between_begin_one_session_each() {
    let (main, other) = (main_layer(), SessionLayer::new(sibling("other")));
    let app = Router::new()
        .route("/", get(async |session: Session| session.insert("inner", true)))
        .layer(other.clone())
        .layer(main.clone())
        .layer(from_fn(async |request: Request, next: Next| {
            request.extensions().get::<Session>().unwrap().insert("outer", true).unwrap();
            next.run(request).await
        }))
        .layer(other)
        .layer(main);

    let response = fetch(&app, "/").await;

    let set_cookies = all(response.headers(), "set-cookie");
    assert_eq!(sibling("other").load(pairs(&set_cookies)).keys(), ["outer", "inner"]);
}

/// What a forged session holds may be copied into another one, so that one must not get the new key either.
#[tokio::test]
async fn r26_all_sessions_of_a_request_have_the_keys_that_were_there_when_it_came() {
    async fn copy(session: Session, oauth: Session<OAuth>) -> Result<String, SessionError> {
        let user: Option<String> = session.get("user_id")?;
        oauth.insert("user_id", &user)?;
        Ok(user.unwrap_or_default())
    }
    let show = async |oauth: Session<OAuth>| format!("{:?}", oauth.keys());
    for path in ["/copy", "/nested/copy"] {
        let main = manager();
        let oauth = main.sibling(CookieConfig::default().with_name("oauth")).unwrap();
        let forged = cookie(&main, "user_id", "admin");
        let exchange = {
            let main = main.clone();
            from_fn(move |request: Request, next: Next| {
                let main = main.clone();
                async move {
                    tokio::task::yield_now().await;
                    main.set_keys(Key::new("the key after the old one leaked out").unwrap(), []).unwrap();
                    next.run(request).await
                }
            })
        };
        let routes = Router::new().route("/copy", get(copy)).route("/show", get(show));
        let routes = routes.layer(SessionLayer::new(oauth).named::<OAuth>());
        let app = Router::new().nest("/nested", routes.clone()).merge(routes);
        let app = app.layer(exchange).layer(SessionLayer::new(main));

        let copied = fetch_with(&app, path, &forged).await;

        let set_cookies = all(copied.headers(), "set-cookie");
        let [of_oauth] = pairs(&set_cookies)[..] else { panic!("{set_cookies:?}") };
        assert!(of_oauth.starts_with("oauth="), "{of_oauth}");
        assert_eq!(text(copied).await, "admin");
        assert_eq!(text(fetch_with(&app, "/show", of_oauth).await).await, "[]", "{path}");
    }
}

#[tokio::test]
async fn a_test_makes_a_session_of_any_type() {
    let session = Session::from(manager().new_session());
    let oauth = Session::from(sibling("oauth").new_session()).named::<OAuth>();

    change_both(session.clone(), oauth.clone()).await.unwrap();

    assert_eq!(show_both(session, oauth).await.unwrap(), r#"Some("42") Some("xyz")"#);
}
