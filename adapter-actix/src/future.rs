use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::dev::{Extensions, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::{Error, HttpMessage};
use pin_project_lite::pin_project;
use session_cookie::{Answer, PendingSave, Session};

/// [`insert`](crate::extract::insert) for the type that marks the session.
pub(crate) type Insert = fn(&mut Extensions, session: &Session, innermost: &Session) -> Option<Session>;

pin_project! {
    /// The future of [`SessionService`](crate::SessionService): the inner service's response or error, with the
    /// headers that its session calls for.
    #[derive(Debug)]
    pub struct ResponseFuture<F> {
        #[pin]
        pub(crate) inner: F,
        pub(crate) pending: Option<PendingSave>,
        pub(crate) before: Option<(Insert, Session)>,
    }
}

impl<F, B> Future for ResponseFuture<F>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut result = ready!(this.inner.poll(cx));
        if let Some(answer) = this.pending.take().and_then(PendingSave::save) {
            match &mut result {
                Ok(response) => apply(&answer, response.headers_mut()),
                // The error passes unchanged, so that outer middleware can still match its type. The headers join the
                // response that it becomes.
                Err(error) => error.add_response_mapper(move |mut response| {
                    apply(&answer, response.headers_mut());
                    response
                }),
            }
        }
        // A request's extensions outlive the inner services, so the outer middleware gets its own session back.
        if let (Some((insert, before)), Ok(response)) = (this.before.take(), &result) {
            insert(&mut response.request().extensions_mut(), &before, &before);
        }
        Poll::Ready(result)
    }
}

fn apply(answer: &Answer, headers: &mut HeaderMap) {
    // A response has few headers: to walk over them is faster than to look each name up.
    let values = |name| headers.iter().filter(move |(other, _)| *other == name).map(|(_, value)| value);
    for header in answer.headers(values) {
        // This never fails: the value consists of a checked configuration, base64 and text from a valid header value.
        if let Ok(mut value) = HeaderValue::try_from(header.value) {
            value.set_sensitive(header.sensitive);
            let name = HeaderName::from_static(header.name);
            match header.append {
                true => headers.append(name, value),
                false => drop(headers.insert(name, value)),
            }
        }
    }
}
