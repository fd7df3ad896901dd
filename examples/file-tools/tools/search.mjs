/** What an agent asks of a strange checkout, in the languages it meets most. */
export const QUESTIONS = {
	/** Where something is defined: what it looks for first. */
	definitions: /\b(?:function|class|interface|type|enum|struct|trait|fn|def)\s+[A-Za-z_]\w*/g,
	/** What a file needs. */
	imports: /^[ \t]*(?:import|from|use|require|#include)\b.*$/gm,
	/** What it gives. */
	exports: /\b(?:export|pub|public|module\.exports)\b/g,
	/** What its authors left for later. */
	remarks: /\b(?:TODO|FIXME|HACK|XXX)\b/g,
};

/** How many times the pattern occurs in the text. */
export function search(text, pattern) {
	return text.match(pattern)?.length ?? 0;
}
