//! A stable hash: the same on every machine, build and version, so that replays are byte-equal.

/// 64-bit FNV-1a over several parts, each closed by a byte that no UTF-8 text contains.
pub(super) fn fingerprint(parts: &[&[u8]]) -> u64 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(PRIME);
    parts.iter().fold(OFFSET, |hash, part| step(part.iter().fold(hash, |hash, byte| step(hash, *byte)), 0xff))
}

/// The fingerprint of a text, as the memory keeps it.
pub(super) fn of_text(text: &str) -> String {
    format!("{:016x}", fingerprint(&[text.as_bytes()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_never_changes_between_versions() {
        assert_eq!(fingerprint(&[]), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fingerprint(&[b"pricing"]), 0xf175_ac99_1ca3_8916);
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(fingerprint(&[b"ab", b"c"]), fingerprint(&[b"a", b"bc"]));
    }
}
