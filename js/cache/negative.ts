/** An error that is kept in the place of a value. */
export class Negative {
	constructor(readonly _error: unknown) {}
}
