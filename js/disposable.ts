/**
 * An object that `using` disposes of, where the compiler's `lib` knows `Symbol.dispose`; otherwise `{}`.
 *
 * Spelled without naming `Symbol.dispose`, so that programs compiled with `lib: es2022` can check these types too.
 */
export type Disposes = {
	readonly [K in SymbolConstructor extends { readonly dispose: infer S extends symbol } ? S : never]: () => void;
};

/**
 * `Symbol.dispose`, or the symbol that compilers put in its place in runtimes without it.
 *
 * Classes take it up by `makeDisposable` in a constructor: a method of that name would stand in their declaration, where
 * older libs cannot name it, and bundlers keep classes that have static blocks, whether they are used or not.
 */
export const DISPOSE: unique symbol = ((Symbol as { dispose?: symbol }).dispose ??
	Symbol.for('Symbol.dispose')) as never;

/** Gives a prototype its disposing method, once. */
export function makeDisposable<T extends object>(prototype: T, dispose: (this: T) => void): void {
	(prototype as { [DISPOSE]?: (this: T) => void })[DISPOSE] ??= dispose;
}

/** What most disposing methods do. */
export function disposeOf(this: { dispose(): void }): void {
	this.dispose();
}
