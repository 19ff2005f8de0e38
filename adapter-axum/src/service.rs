use std::task::{Context, Poll};

use http::header::COOKIE;
use http::{Request, Response};
use session_cookie::SessionManager;
use tower_service::Service;

use crate::{ResponseFuture, Session};

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
        let outer = request.extensions().get::<Session>();
        if outer.is_some_and(|session| self.manager.owns(session)) {
            return ResponseFuture::pass_through(self.inner.call(request));
        }
        let session = self.manager.load(request.headers().get_all(COOKIE));
        request.extensions_mut().insert(Session::from(session.clone()));
        ResponseFuture::save(self.inner.call(request), self.manager.clone(), session)
    }
}
