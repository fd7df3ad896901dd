// The live table.

import { duration, integer } from './units.js';

/** Writes the operations of a snapshot into the table; cells whose text stays the same are left alone. */
export function updateTable(rows, operations) {
	const keys = Object.keys(operations).sort(byFamily);
	for (const [index, key] of keys.entries()) {
		const row = rows.rows[index] ?? makeRow(rows);
		const operation = operations[key];
		const { name, part } = split(key);
		const head = row.cells[0];
		head.classList.toggle('part', part !== '');
		head.title = key;
		setText(head, part === '' ? name : part);
		for (const [column, text] of cells(operation).entries()) setText(row.cells[column + 1], text);
		row.cells[7].classList.toggle('bad', operation.errors > 0);
		row.dataset.key = key;
	}
	while (rows.rows.length > keys.length) rows.deleteRow(-1);
	return keys;
}

function cells({ count, rate, p50, p95, p99, max, errors }) {
	return [
		integer(count),
		`${rate.toFixed(rate < 10 ? 2 : 0)}/s`,
		duration(p50),
		duration(p95),
		duration(p99),
		duration(max),
		integer(errors),
	];
}

function makeRow(rows) {
	const row = rows.insertRow();
	const head = document.createElement('th');
	head.scope = 'row';
	row.append(head);
	for (let column = 0; column < 7; column++) row.insertCell();
	return row;
}

function setText(cell, text) {
	if (cell.textContent !== text) cell.textContent = text;
}

/** `fetch{question="ticket"}` stands under `fetch`. */
function split(key) {
	const brace = key.indexOf('{');
	return brace < 0
		? { name: key, part: '' }
		: { name: key.slice(0, brace), part: key.slice(brace + 1, -1).replaceAll('"', '') || 'without labels' };
}

function byFamily(a, b) {
	return a < b ? -1 : 1;
}
