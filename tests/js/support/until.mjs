/** Waits until a condition holds, asking it again each time the event loop has gone round; the test's time limit ends it. */
export async function until(holds) {
	while (!(await holds())) {
		// A timer and not an immediate: what is waited for may need the processor.
		await new Promise((resolve) => setTimeout(resolve, 2));
	}
}
