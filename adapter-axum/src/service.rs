use std::task::{Context, Poll};

use http::header::COOKIE;
use http::{Request, Response};
use session_cookie::SessionManager;
use tower_service::Service;

use crate::{Main, ResponseFuture, Session};

/// The service that [`SessionLayer`](crate::SessionLayer) puts around another one.
#[derive(Clone, Debug)]
pub struct SessionService<S> {
    inner: S,
    manager: SessionManager,
}

impl<S> SessionService<S> {
    pub(crate) fn new(inner: S, manager: SessionManager) -> Self {
        Self { inner, manager }
    }
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
        let outer = request.extensions().get::<Session>().map(|session| session.with_error());
        let (session, pending) = self.manager.begin(outer.as_ref(), request.headers().get_all(COOKIE));
        request.extensions_mut().insert(Session::<Main>::new(&session));
        ResponseFuture::new(self.inner.call(request), pending)
    }
}
