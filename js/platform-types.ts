/**
 * Types of the platform, where the compiler's `lib` or a types package has them; otherwise `never`. So the declarations
 * of this package check with any `lib`, also with one that knows neither browsers nor Node.
 */
type Platform<Name extends string> = typeof globalThis extends { readonly [K in Name]: { prototype: infer T } }
	? T & object
	: never;

/** `AbortSignal`. */
export type Signal = Platform<'AbortSignal'>;

/** `URL`. */
export type UrlObject = Platform<'URL'>;

/** `Response`. */
export type FetchResponse = Platform<'Response'>;

/** `WebAssembly.Module`, which is an empty interface: without `object` anything would do. */
export type CompiledModule = typeof globalThis extends {
	readonly WebAssembly: { readonly Module: { prototype: infer T } };
}
	? T & object
	: never;

/** `Uint8Array` over an `ArrayBuffer`, which compilers before 5.7 do not tell from those over shared memory. */
export type Bytes = ReturnType<Uint8ArrayConstructor['from']>;
