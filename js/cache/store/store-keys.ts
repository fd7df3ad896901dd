/** Longer keys are replaced by their hash: Redis and others keep keys in memory, as often as they have indexes. */
const LONGEST = 1024;

/** What cannot stand in a key as it is, and the sign that marks what was replaced. */
const SPECIAL = /[:%]|\p{Cs}/u;
const EVERY_SPECIAL = /[:%]|\p{Cs}/gu;

/**
 * The key in the store: `namespace/key`. Colons are escaped, because adapters put their own namespaces in front with
 * colons, and some take a key that has one for a key of another namespace; so are lone surrogates, which UTF-8 would
 * make all alike. A long key becomes `namespace/sha256:…`, which no short key can look like; where the platform has no
 * SHA-256 (pages without https) it stays as it is.
 */
export function storeKey(namespace: string, key: string): string | Promise<string> {
	const subtle = key.length > LONGEST ? globalThis.crypto?.subtle : undefined;
	return subtle ? hashed(subtle, namespace, key) : `${namespace}/${escaped(key)}`;
}

async function hashed(subtle: SubtleCrypto, namespace: string, key: string): Promise<string> {
	// As UTF-16: encoding to UTF-8 would make all lone surrogates alike, and so different keys.
	const units = new Uint16Array(key.length);
	for (let at = 0; at < key.length; at++) {
		units[at] = key.charCodeAt(at);
	}
	const hash = new Uint8Array(await subtle.digest('SHA-256', units));
	return `${namespace}/sha256:${Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function escaped(key: string): string {
	return SPECIAL.test(key)
		? key.replace(EVERY_SPECIAL, (character) => `%${character.charCodeAt(0).toString(16)}.`)
		: key;
}
