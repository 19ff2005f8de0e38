use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::dev::ServiceResponse;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::{Error, HttpMessage};
use pin_project_lite::pin_project;
use session_cookie::{Answer, PendingSave};

use crate::extract::{Replace, Sessions};

pin_project! {
    /// The future of [`SessionService`](crate::SessionService): the inner service's response or error, with the
    /// headers that its session calls for.
    #[derive(Debug)]
    pub struct ResponseFuture<F> {
        #[pin]
        pub(crate) inner: F,
        pub(crate) pending: Option<PendingSave>,
        pub(crate) replace: Replace,
        pub(crate) before: Sessions,
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
        // The request that outer middleware has again must not hold this session, which is closed now. An error holds no request.
        if let Ok(response) = &result {
            (this.replace)(&mut response.request().extensions_mut(), std::mem::take(this.before));
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
