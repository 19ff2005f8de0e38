//! Serialises the data into the envelope.

use alloc::vec::Vec;

use serde::Serialize;

use super::head::head_with_room_for;

/// Writes into a buffer with room for a session of some hundred bytes, which grows twice for the largest cookie. In a
/// buffer that `serde_json` grows from 128 bytes, encoding 290 bytes takes 3 to 10 % longer (benchmark `Codec::encode`).
#[cfg(feature = "std")]
pub(super) fn after_head<T: Serialize + ?Sized>(data: &T) -> serde_json::Result<Vec<u8>> {
    let mut json = head_with_room_for(896);
    data.serialize(&mut serde_json::Serializer::new(&mut json))?;
    Ok(json)
}

/// Without `std`, `serde_json` writes only to buffers that it makes itself.
#[cfg(not(feature = "std"))]
pub(super) fn after_head<T: Serialize + ?Sized>(data: &T) -> serde_json::Result<Vec<u8>> {
    let data = serde_json::to_vec(data)?;
    let mut json = head_with_room_for(data.len());
    json.extend_from_slice(&data);
    Ok(json)
}
