//! Several sessions in one handler, each marked by a type.

use std::rc::Rc;

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, fn_service};
use actix_web::guard::GuardContext;
use actix_web::http::StatusCode;
use actix_web::middleware::{Condition, Next, from_fn};
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, Error, HttpRequest, HttpResponse, web};
use session_cookie_actix::{
    CookieConfig, Key, SameSite, Session, SessionError, SessionExt, SessionManager, SessionMiddleware,
};
use test_support::log::Log;

use crate::common::{all, cookie, fetch, fetch_with, manager, text};

struct OAuth;
struct Shop;

fn sibling(name: &str) -> SessionManager {
    manager().sibling(CookieConfig::default().with_name(name).with_same_site(SameSite::Strict)).unwrap()
}

fn main_session() -> SessionMiddleware {
    SessionMiddleware::new(manager())
}

fn oauth_session() -> SessionMiddleware {
    SessionMiddleware::new(sibling("oauth")).named::<OAuth>()
}

fn shop_session() -> SessionMiddleware {
    SessionMiddleware::new(sibling("shop")).named::<Shop>()
}

async fn change_both(session: Session, oauth: Session<OAuth>) -> Result<&'static str, SessionError> {
    session.insert("user_id", "42")?;
    oauth.insert("state", "xyz")?;
    Ok("")
}

async fn show_both(session: Session, oauth: Session<OAuth>) -> Result<String, SessionError> {
    Ok(format!("{:?} {:?}", session.get::<String>("user_id")?, oauth.get::<String>("state")?))
}

async fn has_oauth(oauth: Option<Session<OAuth>>) -> String {
    oauth.is_some().to_string()
}

fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/change", web::get().to(change_both))
        .route("/show", web::get().to(show_both))
        .route("/option", web::get().to(has_oauth));
}

fn pairs(set_cookies: &[String]) -> Vec<&str> {
    set_cookies.iter().map(|set_cookie| set_cookie.split(';').next().unwrap()).collect()
}

#[actix_web::test]
async fn r25_two_sessions_that_changed_send_two_cookies_and_one_vary() {
    let app = init_service(App::new().wrap(oauth_session()).wrap(main_session()).configure(routes)).await;
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

#[actix_web::test]
async fn a_session_that_no_middleware_marks_so_is_missing_and_the_log_names_the_line() {
    let app = init_service(App::new().wrap(main_session()).configure(routes)).await;
    let log = Log::capture();

    assert_eq!(text(fetch(&app, "/option").await).await, "false");
    assert_eq!(log.text(), "");
    assert_eq!(fetch(&app, "/show").await.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(log.text().contains(".named::<N>()"), "{}", log.text());
}

#[actix_web::test]
async fn code_that_has_a_request_finds_the_session_of_each_type() {
    fn is_oauth(context: &GuardContext<'_>) -> bool {
        context.named_session::<OAuth>().is_ok_and(|oauth| oauth.contains_key("state"))
    }
    async fn mark<B: MessageBody + 'static>(
        request: ServiceRequest,
        next: Next<B>,
    ) -> Result<ServiceResponse<B>, Error> {
        request.named_session::<OAuth>()?.insert("state", "xyz").unwrap();
        next.call(request).await
    }
    let handler = async |request: HttpRequest| {
        let oauth = request.named_session::<OAuth>()?;
        assert!(request.named_session::<Shop>().is_err() && request.session()?.is_empty());
        Ok::<_, SessionError>(oauth.get::<String>("state")?.unwrap_or_default())
    };
    let app = App::new().route("/", web::get().guard(actix_web::guard::fn_guard(is_oauth)).to(handler));
    let app = init_service(app.wrap(from_fn(mark)).wrap(oauth_session()).wrap(main_session())).await;

    assert_eq!(text(fetch(&app, "/").await).await, "xyz");
}

/// What two requests to this app log.
macro_rules! log_of {
    ($($middleware:expr),+) => {{
        let app = init_service(App::new().configure(routes)$(.wrap($middleware))+).await;
        let log = Log::capture();
        fetch(&app, "/option").await;
        fetch(&app, "/option").await;
        log.text()
    }};
}

#[actix_web::test]
async fn r25_managers_of_one_cookie_name_under_two_types_are_found() {
    let other = || SessionMiddleware::new(sibling("oauth")).named::<Shop>();
    let unnamed = || SessionMiddleware::new(sibling("oauth"));
    for log in [
        log_of!(other(), oauth_session()),
        log_of!(unnamed(), oauth_session()),
        log_of!(oauth_session(), unnamed()),
        log_of!(other(), main_session(), oauth_session()),
        log_of!(unnamed(), shop_session(), oauth_session()),
        log_of!(main_session().named::<Shop>(), main_session(), oauth_session()),
    ] {
        assert_eq!(log.lines().count(), 1, "{log}");
        assert!(log.contains("ERROR") && log.contains("same cookie name"), "{log}");
    }
    assert_eq!(log_of!(oauth_session(), shop_session(), main_session()), "");
}

#[actix_web::test]
async fn one_manager_under_two_types_is_one_session() {
    let manager = manager();
    let outer = SessionMiddleware::new(manager.clone());
    let inner = outer.clone().named::<Shop>().named::<OAuth>();
    let no_shop = async |shop: Option<Session<Shop>>| shop.is_none().to_string();
    let app = App::new().configure(routes).route("/no-shop", web::get().to(no_shop)).wrap(inner).wrap(outer);
    let app = init_service(app).await;

    let response = fetch(&app, "/change").await;

    let set_cookies = all(response.headers(), "set-cookie");
    assert_eq!(manager.load(pairs(&set_cookies)).keys(), ["user_id", "state"]);
    assert_eq!(text(fetch(&app, "/no-shop").await).await, "true", "the last type counts");
}

/// Each middleware that is met again passes through, whatever is in between.
#[actix_web::test]
async fn middlewares_that_are_met_again_in_any_order_begin_no_second_session() {
    async fn mark<B: MessageBody + 'static>(
        request: ServiceRequest,
        next: Next<B>,
    ) -> Result<ServiceResponse<B>, Error> {
        request.session()?.insert("early", true).unwrap();
        request.named_session::<OAuth>()?.insert("early", true).unwrap();
        next.call(request).await
    }
    let (main, oauth, shop) = (main_session(), oauth_session(), shop_session());
    let inside = App::new().wrap(shop.clone()).wrap(oauth.clone()).wrap(main.clone()).wrap(shop).wrap(from_fn(mark));
    let app = init_service(inside.wrap(main.clone()).wrap(oauth).wrap(main).configure(routes)).await;
    let log = Log::capture();

    let response = fetch(&app, "/change").await;

    assert_eq!(log.text(), "");
    let set_cookies = all(response.headers(), "set-cookie");
    assert_eq!(set_cookies.len(), 2, "{set_cookies:?}");
    assert_eq!(manager().load(pairs(&set_cookies)).keys(), ["early", "user_id"]);
    assert_eq!(sibling("oauth").load(pairs(&set_cookies)).keys(), ["early", "state"]);
}

#[actix_web::test]
async fn middleware_in_between_finds_the_outer_session_of_its_type_again_after_the_response() {
    async fn count_after<B: MessageBody + 'static>(
        request: ServiceRequest,
        next: Next<B>,
    ) -> Result<ServiceResponse<B>, Error> {
        let response = next.call(request).await?;
        response.request().named_session::<OAuth>()?.insert("after", true).unwrap();
        response.request().session()?.insert("after", true).unwrap();
        Ok(response)
    }
    let inner = SessionMiddleware::new(sibling("inner")).named::<OAuth>();
    let app = App::new().wrap(inner).wrap(from_fn(count_after)).wrap(oauth_session()).wrap(main_session());
    let app = init_service(app.configure(routes)).await;

    let response = fetch(&app, "/change").await;

    let set_cookies = all(response.headers(), "set-cookie");
    assert_eq!(sibling("inner").load(pairs(&set_cookies)).keys(), ["state"]);
    assert_eq!(sibling("oauth").load(pairs(&set_cookies)).keys(), ["after"]);
    assert_eq!(manager().load(pairs(&set_cookies)).keys(), ["user_id", "after"]);
}

/// The innermost service: it changes both sessions.
async fn change(request: ServiceRequest) -> Result<ServiceResponse, Error> {
    change_both(request.session()?, request.named_session()?).await?;
    Ok(request.into_response(HttpResponse::Ok().finish()))
}

/// The request of a response, for a service that answers it again.
fn again(response: ServiceResponse) -> ServiceRequest {
    ServiceRequest::from_request(response.into_parts().0)
}

#[actix_web::test]
async fn a_request_that_had_no_session_has_none_again_after_the_response() {
    let inside = oauth_session().new_transform(fn_service(change)).await.unwrap();
    let sessions = main_session().new_transform(inside).await.unwrap();

    let mut request = TestRequest::default().to_srv_request();
    for _ in 0..2 {
        let response = sessions.call(request).await.unwrap();

        assert_eq!(response.request().session().err(), Some(SessionError::MissingMiddleware));
        assert_eq!(response.request().named_session::<OAuth>().err(), Some(SessionError::MissingMiddleware));
        let set_cookies = all(response.headers(), "set-cookie");
        assert_eq!(manager().load(pairs(&set_cookies)).keys(), ["user_id"]);
        assert_eq!(sibling("oauth").load(pairs(&set_cookies)).keys(), ["state"]);
        request = again(response);
    }
}

#[actix_web::test]
async fn a_request_that_had_sessions_has_the_same_ones_again_after_the_response() {
    let (oauth, shop) = (oauth_session(), SessionMiddleware::new(sibling("shop")));
    let first = Rc::new(shop.new_transform(fn_service(change)).await.unwrap());
    // The outer middleware's session is found from the innermost one on.
    let second = oauth.new_transform(fn_service(change)).await.unwrap();
    let second = Rc::new(shop.new_transform(second).await.unwrap());
    let both = fn_service(move |request| {
        let (first, second) = (Rc::clone(&first), Rc::clone(&second));
        async move {
            let request = again(first.call(request).await?);
            assert_eq!(request.session().err(), Some(SessionError::MissingMiddleware));
            request.named_session::<OAuth>()?.insert("between", true)?;
            second.call(request).await
        }
    });
    let sessions = oauth.new_transform(both).await.unwrap();

    let response = sessions.call(TestRequest::default().to_srv_request()).await.unwrap();

    let set_cookies = all(response.headers(), "set-cookie");
    assert_eq!(set_cookies.len(), 2, "{set_cookies:?}");
    assert_eq!(sibling("shop").load(pairs(&set_cookies)).keys(), ["user_id"]);
    assert_eq!(sibling("oauth").load(pairs(&set_cookies)).keys(), ["state", "between"]);
}

/// What a forged session holds may be copied into another one, so that one must not get the new key either.
#[actix_web::test]
async fn r26_all_sessions_of_a_request_have_the_keys_that_were_there_when_it_came() {
    async fn copy(session: Session, oauth: Session<OAuth>) -> Result<String, SessionError> {
        let user: Option<String> = session.get("user_id")?;
        oauth.insert("user_id", &user)?;
        Ok(user.unwrap_or_default())
    }
    let show = async |oauth: Session<OAuth>| format!("{:?}", oauth.keys());
    for is_on_scope in [false, true] {
        let main = manager();
        let oauth = main.sibling(CookieConfig::default().with_name("oauth")).unwrap();
        let forged = cookie(&main, "user_id", "admin");
        let exchange = {
            let main = main.clone();
            from_fn(move |request: ServiceRequest, next: Next<_>| {
                let main = main.clone();
                async move {
                    tokio::task::yield_now().await;
                    main.set_keys(Key::new("the key after the old one leaked out").unwrap(), []).unwrap();
                    next.call(request).await
                }
            })
        };
        let oauth = SessionMiddleware::new(oauth).named::<OAuth>();
        let scope = web::scope("/nested").wrap(Condition::new(is_on_scope, oauth.clone()));
        let scope = scope.route("/copy", web::get().to(copy)).route("/show", web::get().to(show));
        let app = App::new().service(scope).wrap(Condition::new(!is_on_scope, oauth)).wrap(exchange);
        let app = init_service(app.wrap(SessionMiddleware::new(main))).await;

        let copied = fetch_with(&app, "/nested/copy", &forged).await;

        let set_cookies = all(copied.headers(), "set-cookie");
        let [of_oauth] = pairs(&set_cookies)[..] else { panic!("{set_cookies:?}") };
        assert!(of_oauth.starts_with("oauth="), "{of_oauth}");
        assert_eq!(text(copied).await, "admin");
        assert_eq!(text(fetch_with(&app, "/nested/show", of_oauth).await).await, "[]", "{is_on_scope}");
    }
}

#[actix_web::test]
async fn a_test_makes_a_session_of_any_type() {
    let session = Session::from(manager().new_session());
    let oauth = Session::from(sibling("oauth").new_session()).named::<OAuth>();

    change_both(session.clone(), oauth.clone()).await.unwrap();

    assert_eq!(show_both(session, oauth).await.unwrap(), r#"Some("42") Some("xyz")"#);
}
