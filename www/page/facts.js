// What is honest to know beside the table.

import { bytes, duration, integer } from './units.js';

/** Writes the facts as a list of terms; `now` is what `status()` said. */
export function showFacts(list, snapshot, now) {
	const facts = [
		['Clock step', duration(snapshot.clock.resolution)],
		['Dropped', integer(snapshot.dropped)],
		['Rejected', integer(snapshot.rejected)],
		['Series', `${integer(snapshot.series.active)} of ${integer(snapshot.series.limit)}`],
	];
	const { 'searches.hits': hits, 'searches.misses': misses } = snapshot.gauges;
	const asked = hits + misses;
	if (asked > 0) facts.push(['Search cache', `hit ratio ${Math.round((100 * hits) / asked)} % of ${integer(asked)}`]);
	if (now.memoryBytes !== undefined) facts.push(['Module memory', bytes(now.memoryBytes)]);
	for (const [index, [term, text]] of facts.entries()) {
		const entry = list.children[index] ?? list.appendChild(makeEntry());
		entry.firstChild.textContent = term;
		if (entry.lastChild.textContent !== text) entry.lastChild.textContent = text;
	}
}

function makeEntry() {
	const entry = document.createElement('div');
	entry.append(document.createElement('dt'), document.createElement('dd'));
	return entry;
}
