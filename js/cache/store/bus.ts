/**
 * Carries messages between processes, tabs or threads, so that what one of them changes is dropped from the caches of the
 * others. Messages may be lost, doubled or late, and may come back to their sender.
 */
export interface Bus {
	/** Sends a message to everybody; done, where it answers with a promise, when it was sent. May fail. */
	publish(message: string): unknown;
	/**
	 * Has a listener called with every message. Answers with what ends that again, or with a promise of it.
	 *
	 * `onGap` is to be called when messages may have been missed, for example after a connection was lost: caches then
	 * drop what they hold.
	 */
	subscribe(listener: (message: string) => void, onGap?: () => void): unknown;
}

/** What became of the messages between a cache and others. */
export interface InvalidationStats {
	/** Messages sent. */
	readonly sent: number;
	/** Tries to send one that failed; each is made again. */
	readonly failed: number;
	/** Messages that wait to be sent. */
	readonly pending: number;
	/** Messages that were replaced by one that has the others drop everything, because too many waited. */
	readonly dropped: number;
	/** Messages received from others. */
	readonly received: number;
	/** Entries dropped because of them. */
	readonly applied: number;
	/** Entries kept because they were newer than the message about them. */
	readonly late: number;
	/** Messages that nobody understands. */
	readonly damaged: number;
	/** Times when messages may have been missed and everything was dropped. */
	readonly gaps: number;
}
