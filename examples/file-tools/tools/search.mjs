/** Where something is defined, in the languages an agent meets most: what it looks for first in a strange checkout. */
export const PATTERN = /\b(?:function|class|interface|type|enum|struct|trait|fn|def)\s+[A-Za-z_]\w*/g;

/** How many times the pattern occurs in the text. */
export function search(text, pattern = PATTERN) {
	return text.match(pattern)?.length ?? 0;
}
