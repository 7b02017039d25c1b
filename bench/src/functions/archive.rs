//! An archive of one file, stored as it is: what functions are deployed with.

/// A ZIP archive of an executable file.
pub(super) fn zipped(name: &str, content: &[u8]) -> Vec<u8> {
    let (length, crc) = ((content.len() as u32).to_le_bytes(), crc(content).to_le_bytes());
    // Versions, flags, method, time and date; then what both headers have in common.
    let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0x5b];
    for part in [crc, length, length] {
        common.extend(part);
    }
    common.extend((name.len() as u16).to_le_bytes());
    common.extend([0, 0]);
    let mut archive = b"PK\x03\x04".to_vec();
    archive.extend(&common);
    archive.extend(name.as_bytes());
    archive.extend(content);
    let directory = archive.len() as u32;
    // Made on Unix, so that the mode counts.
    archive.extend(b"PK\x01\x02\x14\x03");
    archive.extend(&common);
    archive.extend([0; 6]);
    archive.extend((0o100_755_u32 << 16).to_le_bytes());
    archive.extend([0; 4]);
    archive.extend(name.as_bytes());
    let size = archive.len() as u32 - directory;
    archive.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    archive.extend(size.to_le_bytes());
    archive.extend(directory.to_le_bytes());
    archive.extend([0, 0]);
    archive
}

fn crc(content: &[u8]) -> u32 {
    let step = |crc: u32, _: u32| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !content.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checksum_is_that_of_archives() {
        assert_eq!(super::crc(b"123456789"), 0xcbf4_3926);
    }
}
