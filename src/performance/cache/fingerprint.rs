use siphasher::sip128::SipHasher13;

/// Stands for a long key: 128 bits of SipHash-1-3 (Aumasson, Bernstein: "SipHash: a fast short-input PRF", 2012), whose
/// secret is the seed, so that nobody who sends keys can make two of them meet. Linear in the length of the key.
///
/// Two of a billion honest keys share a fingerprint with a probability below 2^-68. Where even that would show one
/// user's answer to another, keep the key and compare it.
#[must_use]
pub fn fingerprint(seed: [u64; 2], bytes: &[u8]) -> u128 {
    SipHasher13::new_with_keys(seed[0], seed[1])
        .hash(bytes)
        .as_u128()
}
