use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::{HeaderMap, HeaderValue, Response};
use pin_project_lite::pin_project;
use session_cookie::{Answer, PendingSave};

pin_project! {
    /// The future of [`SessionService`](crate::SessionService): the inner service's response, with the headers that
    /// its session calls for.
    #[derive(Debug)]
    pub struct ResponseFuture<F> {
        #[pin]
        pub(crate) inner: F,
        pub(crate) pending: Option<PendingSave>,
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut result = ready!(this.inner.poll(cx));
        // The session is saved even if no response can carry it, so that a late write fails instead of getting lost.
        if let Some(answer) = this.pending.take().and_then(PendingSave::save) {
            match &mut result {
                Ok(response) => apply(&answer, response.headers_mut()),
                Err(_) if answer.holds_change() => tracing::error!(
                    "session changes are lost: the inner service failed; turn its error into a response inside SessionLayer"
                ),
                Err(_) => {}
            }
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
            if header.append {
                headers.append(header.name, value);
            } else {
                headers.insert(header.name, value);
            }
        }
    }
}
