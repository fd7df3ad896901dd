const ends = new WeakMap();

/** Registers what ends the things of a test; the latest first, as they use each other. Hooks of Node run the other way. */
export function atEnd(t) {
	return (end) => {
		const known = ends.get(t);
		if (known) {
			known.push(end);
			return;
		}
		const own = [end];
		ends.set(t, own);
		t.after(async () => {
			while (own.length) await own.pop()();
		});
	};
}
