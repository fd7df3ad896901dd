/** The name and labels of a key `name{a="x",b="y"}`. What a bare name itself got has the key `name{}`. */
export function parseKey(key: string): { name: string; labels: Record<string, string> } {
	// The first place from which labels reach to the end: names may hold braces themselves, like `/users/{id}`.
	const match = /^(.*?)\{((?:[^={}",]+="(?:[^"\\]|\\.)*"(?:,|(?=\}$)))*)\}$/s.exec(key);
	const labels: Record<string, string> = Object.create(null);
	for (const [, label = '', value = ''] of (match?.[2] ?? '').matchAll(/([^={}",]+)="((?:[^"\\]|\\.)*)"/gs)) {
		labels[label] = value.replace(/\\(.)/gs, (_, character) => (character === 'n' ? '\n' : character));
	}
	return { name: match?.[1] ?? key, labels };
}
