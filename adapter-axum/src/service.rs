use std::task::{Context, Poll};

use http::header::COOKIE;
use http::{Extensions, Request, Response};
use session_cookie::{Session, SessionManager};
use tower_service::Service;

use crate::ResponseFuture;
use crate::extract::innermost;

/// [`insert`](crate::extract::insert) for the type that marks the session.
pub(crate) type Insert = fn(&mut Extensions, session: &Session, innermost: &Session);

/// The service that [`SessionLayer`](crate::SessionLayer) puts around another one.
#[derive(Clone, Debug)]
pub struct SessionService<S> {
    pub(crate) inner: S,
    pub(crate) manager: SessionManager,
    pub(crate) insert: Insert,
}

impl<S, ReqBody, ResBody> Service<Request<ReqBody>> for SessionService<S>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<ReqBody>) -> Self::Future {
        let outer = innermost(request.extensions());
        let (session, pending) = self.manager.begin(outer.as_ref(), request.headers().get_all(COOKIE));
        let innermost = outer.as_ref().filter(|_| pending.is_none()).unwrap_or(&session);
        // The extensions go into the inner service with the request, so no outer layer finds this session after the response.
        (self.insert)(request.extensions_mut(), &session, innermost);
        ResponseFuture { inner: self.inner.call(request), pending }
    }
}
