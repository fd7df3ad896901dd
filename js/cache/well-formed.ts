/** Whether a text has no lone surrogates, which UTF-8 cannot hold. */
export function isWellFormed(text: string & { isWellFormed?(): boolean }): boolean {
	return text.isWellFormed?.() ?? !/\p{Surrogate}/u.test(text);
}
