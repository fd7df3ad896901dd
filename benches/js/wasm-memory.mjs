/**
 * Keeps an eye on the linear memories of the process. It wraps the ways to instantiate a module, and so must be installed
 * before the modules are: neither this package nor a peer then has to offer its memory for the benchmark's sake.
 */

const memories = new Set();

/** Starts noting the memories of every module instantiated from now on. */
export function watchMemories() {
	const { instantiate, Instance } = WebAssembly;
	WebAssembly.instantiate = async (...args) => {
		const result = await instantiate.apply(WebAssembly, args);
		note((result.instance ?? result).exports);
		return result;
	};
	WebAssembly.Instance = new Proxy(Instance, {
		construct(target, args) {
			const instance = Reflect.construct(target, args);
			note(instance.exports);
			return instance;
		},
	});
}

/** Runs `start`, and returns a function that sums up the bytes of the memories that appeared meanwhile. */
export async function memoriesOf(start) {
	const before = new Set(memories);
	await start();
	const own = [...memories].filter((memory) => !before.has(memory));
	if (own.length === 0)
		throw new Error('no linear memory appeared: is the module loaded by a way that is not watched?');
	return () => own.reduce((total, memory) => total + memory.buffer.byteLength, 0);
}

function note(exports) {
	for (const value of Object.values(exports)) if (value instanceof WebAssembly.Memory) memories.add(value);
}
