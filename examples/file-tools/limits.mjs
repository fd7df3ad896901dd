// What the tools leave alone, and say so.

/** Larger files are counted and not read: one of them must not decide how much memory this takes. */
export const FILE_LIMIT = 16 * 1024 * 1024;

/** Generated or foreign trees that an agent would not walk either. */
export const SKIPPED_FOLDERS = ['.git', 'node_modules', 'target'];

/** How many failures are shown by name; all of them are counted. */
export const SHOWN_FAILURES = 5;
