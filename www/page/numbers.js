// The panel with the numbers: first how many wait, then the live table.

import { load, status } from '@code-mesh/perf';
import { showFacts } from './facts.js';
import { measurementsMade, monitor } from './measured.js';
import { drawPicture } from './picture.js';
import { updateTable } from './table.js';
import { integer } from './units.js';

const EVERY_MS = 1000;
const ENGINES = { none: 'not loaded', wasm: 'WebAssembly', js: 'JavaScript form' };

/** Keeps the panel up to date; nothing here loads the module until the button is pressed. */
export function startNumbers() {
	const panel = elements(
		'engine',
		'pause',
		'before',
		'waiting-count',
		'waiting-text',
		'show',
		'after',
		'rows',
		'pictured',
		'picture',
		'picture-note',
		'status',
		'facts',
	);
	let paused = false;
	let open = false;

	const refresh = () => {
		if (document.hidden || paused) return;
		if (open) showNumbers(panel);
		else showWaiting(panel);
	};

	panel.show.addEventListener('click', async () => {
		try {
			panel.status.textContent = await loadAndTell();
		} catch (error) {
			panel.status.textContent = error.message;
			return;
		}
		if (open) return;
		open = true;
		// Only from the button that vanishes: somebody may be typing again by now.
		const focusGoesOn = document.activeElement === panel.show;
		panel.after.hidden = panel.pause.hidden = panel.facts.hidden = false;
		if (focusGoesOn) panel.pause.focus();
		panel.before.hidden = true;
		refresh();
	});
	panel.pause.addEventListener('click', () => {
		paused = !paused;
		panel.pause.setAttribute('aria-pressed', String(paused));
		refresh();
	});
	panel.pictured.addEventListener('change', () => showNumbers(panel));
	setInterval(refresh, EVERY_MS);
	refresh();
}

function elements(...ids) {
	return Object.fromEntries(ids.map((id) => [id, document.getElementById(id)]));
}

/** Loads the module, or finds it loaded; gives the sentence that says what happened. */
async function loadAndTell() {
	const waited = integer(measurementsMade());
	const since = `${(performance.now() / 1000).toFixed(1)} s after the page was opened`;
	if (status().engine !== 'none')
		return `The module had loaded by itself, since thousands of measurements waited; you asked ${since}.`;
	const start = performance.now();
	const { engine, error } = await load();
	const took = (performance.now() - start).toFixed(1);
	const what =
		engine === 'wasm'
			? 'The module was loaded'
			: `WebAssembly could not be used (${error?.code}); the JavaScript form was loaded`;
	return `${what} in ${took} ms when you asked, ${since}. The ${waited} measurements that had waited are in the table.`;
}

function showWaiting(panel) {
	const made = measurementsMade();
	const { engine } = status();
	showEngine(panel, engine);
	panel['waiting-count'].textContent = integer(made);
	panel['waiting-text'].textContent =
		`${made === 1 ? 'measurement' : 'measurements'} ${engine === 'none' ? 'in a buffer of this page' : 'recorded'}.`;
}

function showNumbers(panel) {
	const snapshot = monitor.snapshot();
	const keys = updateTable(panel.rows, snapshot.operations);
	updateChoice(panel.pictured, keys);
	const chosen = panel.pictured.value;
	if (chosen !== '') drawPicture(panel.picture, panel['picture-note'], chosen, snapshot.operations[chosen]);
	showEngine(panel, status().engine);
	showFacts(panel.facts, snapshot, status());
}

function showEngine({ engine: badge }, engine) {
	badge.textContent = ENGINES[engine];
	badge.dataset.engine = engine;
}

/** New operations join the list; what was chosen stays chosen. */
function updateChoice(select, keys) {
	const known = new Set([...select.options].map((option) => option.value));
	for (const key of keys) {
		if (!known.has(key)) select.add(new Option(key, key));
	}
}
