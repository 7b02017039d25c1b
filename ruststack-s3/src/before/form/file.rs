//! The file of a form, as the body of its object.

use std::{
    ops::RangeInclusive,
    pin::Pin,
    task::{Context as TaskContext, Poll, ready},
};

use bytes::Bytes;
use http_body::{Body as _, Frame};
use ruststack_core::{
    body::{Body, BodyError},
    error::AwsError,
};

use super::fields::Incoming;
use crate::{before::leftover::MAX_DRAINED, error::S3Error, form_data::Piece};

/// The file that comes next; the body fails when its size is none of these.
pub(super) fn body(incoming: Incoming, sizes: RangeInclusive<u64>) -> Body {
    Body::stream(File { incoming, sizes, size: 0, is_over: false })
}

struct File {
    incoming: Incoming,
    sizes: RangeInclusive<u64>,
    /// Bytes read so far.
    size: u64,
    is_over: bool,
}

impl File {
    /// What the next piece is to the object; `None` when it is nothing.
    fn take(&mut self, piece: Piece) -> Option<Result<Option<Bytes>, S3Error>> {
        let Piece::Data(bytes) = piece else {
            self.is_over = true;
            return Some(self.check_size().map(|()| None));
        };
        self.size += bytes.len() as u64;
        let excess = self.size.saturating_sub(*self.sizes.end());
        // The refusal tells the size of the whole, so the rest is counted.
        match excess {
            0 => Some(Ok(Some(bytes))),
            // Differs from AWS: of a file that is far too large the refusal tells how much came until then.
            excess if excess > MAX_DRAINED as u64 => Some(self.check_size().map(|()| None)),
            _ => None,
        }
    }

    fn check_size(&self) -> Result<(), S3Error> {
        let (size, min, max) = (self.size, *self.sizes.start(), *self.sizes.end());
        match size {
            _ if size > max => Err(S3Error::EntityTooLarge { size, limit: max }),
            _ if size < min => Err(S3Error::PostTooSmall { size, limit: min }),
            _ => Ok(()),
        }
    }

    fn poll_more(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), BodyError>> {
        match ready!(Pin::new(&mut self.incoming.body).poll_frame(cx)) {
            Some(Ok(frame)) => {
                frame.into_data().into_iter().for_each(|bytes| self.incoming.decoder.feed(bytes));
                Poll::Ready(Ok(()))
            }
            Some(Err(error)) => Poll::Ready(Err(error)),
            None => Poll::Ready(Err(boxed(S3Error::MalformedPOSTRequest {}))),
        }
    }
}

impl http_body::Body for File {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        while !self.is_over {
            let found = match self.incoming.decoder.next() {
                Ok(Some(piece)) => self.take(piece),
                Ok(None) => {
                    if let Err(error) = ready!(self.poll_more(cx)) {
                        self.is_over = true;
                        return Poll::Ready(Some(Err(error)));
                    }
                    None
                }
                Err(_) => Some(Err(S3Error::MalformedPOSTRequest {})),
            };
            match found {
                Some(Ok(Some(bytes))) => return Poll::Ready(Some(Ok(Frame::data(bytes)))),
                Some(Ok(None)) => return Poll::Ready(None),
                Some(Err(error)) => {
                    self.is_over = true;
                    return Poll::Ready(Some(Err(boxed(error))));
                }
                None => {}
            }
        }
        Poll::Ready(None)
    }
}

fn boxed(error: S3Error) -> BodyError {
    Box::new(AwsError::from(error))
}
