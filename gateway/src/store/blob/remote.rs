//! Contents where somebody else makes them durable: an object is there whole once the put is answered, or not at all.

use super::{
    file_error, on_disk,
    writer::{Content, StagedBlob},
};
use crate::store::StoreError;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart, path::Path};
use std::{
    fs::File,
    io::{Read, Seek},
};

/// Contents put at a time, but for large ones: each of those is in memory to a few parts.
const AT_ONCE: usize = 8;

/// Bytes of a part. S3 takes no smaller one but the last, and 10 000 of them.
const PART: usize = 5 * 1024 * 1024;

/// Parts of one content on their way at a time.
const PARTS_AT_ONCE: usize = 2;

/// Puts contents under their names.
pub(super) async fn settle(
    objects: &dyn ObjectStore,
    contents: Vec<(Path, StagedBlob)>,
) -> Result<(), StoreError> {
    let (large, small): (Vec<_>, Vec<_>) =
        contents.into_iter().partition(|(_, blob)| blob.size > PART as u64);
    let puts = small.into_iter().map(|(location, blob)| put(objects, location, blob));
    stream::iter(puts).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
    for (location, blob) in large {
        put(objects, location, blob).await?;
    }
    Ok(())
}

/// Puts a content, also where it is there already: it is as young as a new one then, and not swept away before its
/// message is stored.
async fn put(objects: &dyn ObjectStore, location: Path, blob: StagedBlob) -> Result<(), StoreError> {
    let mut file = match blob.content {
        Content::Memory(bytes) => {
            objects.put(&location, bytes.into()).await?;
            return Ok(());
        }
        Content::File(file) => {
            // Its name goes, its bytes stay for as long as we read.
            let mut file = file.into_file();
            on_disk(move || file.rewind().map(|()| file).map_err(file_error)).await?
        }
    };
    if blob.size <= PART as u64 {
        let (_, bytes) = next_part(file).await?;
        objects.put(&location, bytes.into()).await?;
        return Ok(());
    }
    let mut upload = WriteMultipart::new_with_chunk_size(objects.put_multipart(&location).await?, PART);
    loop {
        let part = match next_part(file).await {
            Ok((_, part)) if part.is_empty() => break,
            Ok((rest, part)) => {
                file = rest;
                part
            }
            Err(error) => {
                // Parts without an end are nobody's content; their going is not worth another error.
                upload.abort().await.ok();
                return Err(error);
            }
        };
        upload.put(part);
        if let Err(error) = upload.wait_for_capacity(PARTS_AT_ONCE).await {
            upload.abort().await.ok();
            return Err(error.into());
        }
    }
    upload.finish().await?;
    Ok(())
}

async fn next_part(mut file: File) -> Result<(File, Bytes), StoreError> {
    on_disk(move || {
        let mut part = Vec::new();
        (&mut file).take(PART as u64).read_to_end(&mut part).map_err(file_error)?;
        Ok((file, part.into()))
    })
    .await
}
