//! Rule 17: error responses keep their session changes, and so does an inner service that answers `Err`.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use actix_http::Request;
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{SET_COOKIE, VARY};
use actix_web::middleware::{Next, from_fn};
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, Error, HttpResponse, HttpServer, ResponseError, Route, rt, web};
use session_cookie_actix::{Session, SessionError, SessionExt, SessionMiddleware};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::common::{all, fetch, handed_out, manager};

async fn app(handler: Route) -> impl Service<Request, Response = ServiceResponse<impl MessageBody>, Error = Error> {
    init_service(App::new().wrap(SessionMiddleware::new(manager())).route("/", handler)).await
}

#[actix_web::test]
async fn r17_an_error_response_is_saved() {
    async fn fails(session: Session) -> HttpResponse {
        session.insert("name", "alice").unwrap();
        HttpResponse::InternalServerError().finish()
    }
    let app = app(web::get().to(fails)).await;

    let response = fetch(&app, "/").await;

    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(handed_out(&manager(), response.headers()).contains_key("name"));
}

#[actix_web::test]
async fn r17_a_failed_call_keeps_what_was_changed_before_it() {
    async fn fails(session: Session) -> Result<HttpResponse, SessionError> {
        session.insert("name", "alice")?;
        session.insert("note", "x".repeat(5000))?;
        Ok(HttpResponse::Ok().finish())
    }
    let app = app(web::get().to(fails)).await;

    let response = fetch(&app, "/").await;

    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(handed_out(&manager(), response.headers()).keys(), ["name"]);
}

#[actix_web::test]
async fn r17_the_answer_for_an_unknown_path_is_saved() {
    async fn lost(session: Session) -> HttpResponse {
        session.insert("lost", true).unwrap();
        HttpResponse::NotFound().finish()
    }
    let app = App::new().wrap(SessionMiddleware::new(manager())).default_service(web::to(lost));
    let app = init_service(app).await;

    let response = fetch(&app, "/nowhere").await;

    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert!(handed_out(&manager(), response.headers()).contains_key("lost"));
}

/// The `Err` that inner middleware returns.
#[derive(Debug, PartialEq)]
struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

impl ResponseError for Refused {
    fn status_code(&self) -> StatusCode {
        StatusCode::IM_A_TEAPOT
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status_code()).insert_header((VARY, "Origin")).body("refused")
    }
}

async fn refuse(request: ServiceRequest, _: Next<impl MessageBody + 'static>) -> Result<ServiceResponse, Error> {
    request.session()?.insert("refused", true).unwrap();
    Err(Refused.into())
}

#[actix_web::test]
async fn r17_an_inner_err_keeps_its_changes_and_stays_the_error_that_it_is() {
    let app = App::new().wrap(from_fn(refuse)).wrap(SessionMiddleware::new(manager()));
    let app = init_service(app.route("/", web::get().to(HttpResponse::Ok))).await;

    let Err(error) = app.call(TestRequest::default().to_request()).await else { panic!("no error") };

    assert_eq!(error.as_error::<Refused>(), Some(&Refused));
    let response = error.error_response();
    assert_eq!(response.status(), StatusCode::IM_A_TEAPOT);
    assert!(handed_out(&manager(), response.headers()).contains_key("refused"));
    assert!(response.headers().get(SET_COOKIE).unwrap().is_sensitive());
    assert_eq!(all(response.headers(), "vary"), ["Origin, Cookie"]);
    assert_eq!(all(response.headers(), "cache-control"), ["private"]);
}

#[actix_web::test]
async fn r17_an_inner_err_seals_the_session() {
    let kept: Rc<RefCell<Option<Session>>> = Rc::default();
    let shelf = Rc::clone(&kept);
    let refuse = move |request: ServiceRequest, _: Next<_>| {
        *shelf.borrow_mut() = Some(request.session().unwrap());
        async { Err::<ServiceResponse, Error>(Refused.into()) }
    };
    let app = App::new().wrap(from_fn(refuse)).wrap(SessionMiddleware::new(manager()));
    let app = init_service(app).await;

    let result = app.call(TestRequest::default().to_request()).await;

    assert!(result.is_err());
    assert!(kept.take().unwrap().insert("name", "bob").is_err());
}

#[actix_web::test]
async fn r17_the_response_of_an_inner_err_reaches_the_client_with_its_cookie() {
    let server = HttpServer::new(|| App::new().wrap(from_fn(refuse)).wrap(SessionMiddleware::new(manager())));
    let server = server.workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    rt::spawn(server);

    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut response = String::new();
    socket.read_to_string(&mut response).await.unwrap();
    handle.stop(false).await;

    assert!(response.starts_with("HTTP/1.1 418 "), "{response}");
    assert!(response.contains("set-cookie: session="), "{response}");
    assert!(response.ends_with("\r\n\r\nrefused"), "{response}");
}
