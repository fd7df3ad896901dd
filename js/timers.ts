/** The longest time that timers know; a longer one would end at once. */
export const MAX_TIMEOUT = 2 ** 31 - 1;

/** Lets a Node process end although the timer runs. Browsers' timers are numbers and need nothing. */
export function unref(timer: unknown): void {
	(timer as { unref?(): void }).unref?.();
}
