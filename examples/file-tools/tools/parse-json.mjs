/** The value of a JSON text; a leading byte order mark is allowed, as editors allow it. */
export function parseJson(text) {
	return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
}
