use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::Response;
use pin_project_lite::pin_project;
use session_cookie::PendingSave;

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
                Ok(response) => answer.apply(response.headers_mut()),
                Err(_) if answer.holds_change() => tracing::error!(
                    "session changes are lost: the inner service failed; turn its error into a response inside SessionLayer"
                ),
                Err(_) => {}
            }
        }
        Poll::Ready(result)
    }
}
