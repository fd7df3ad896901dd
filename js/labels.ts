/** Names and values that tell the series of one name apart, for example `{ tool: 'read' }`. */
export type Labels = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Names and label values are cut to this length, so that a careless caller cannot fill memory with them. */
const MAX_LENGTH = 256;

/**
 * The name as it is kept, or '' for what cannot be a name: no text, no characters, or an end that reads like labels,
 * which would make two series look the same in a snapshot.
 */
export function nameOf(name: unknown): string {
	return typeof name === 'string' && !/["{]}$/.test(name) ? clean(name) : '';
}

/** The key of a series: `name{a="x",b="y"}`, labels sorted by name. Labels without a value are left out. */
export function keyOf(name: string, labels: Labels): string {
	const pairs = Object.keys(labels)
		.sort()
		.filter((label) => labels[label] != null)
		.map((label) => {
			const value = clean(String(labels[label])).replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n');
			return `${clean(label).replace(/[^\w.:/-]/g, '_')}="${value}"`;
		});
	return pairs.length ? `${name}{${pairs}}` : name;
}

/** Lone halves of surrogate pairs (the cut can leave one) are no text for JSON readers other than JavaScript's. */
function clean(text: string): string {
	return text.slice(0, MAX_LENGTH).replace(/\p{Cs}/gu, '\ufffd');
}
