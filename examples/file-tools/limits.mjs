// What the tools leave alone, and say so, and how much they keep.

const KIB = 1024;
const MIB = 1024 * KIB;

/** Larger files are counted and not read: one of them must not decide how much memory this takes. */
export const FILE_LIMIT = 16 * MIB;

/** Generated or foreign trees that an agent would not walk either. */
export const SKIPPED_FOLDERS = ['.git', 'node_modules', 'target'];

/** How many failures are shown by name; all of them are counted. */
export const SHOWN_FAILURES = 5;

/** The files that an agent comes back to, those with the most definitions; so many whatever the folder holds. */
export const FILES_TO_RETURN_TO = 100;

/** Contents kept in memory: twice as many as it comes back to, in twice the bytes of the largest file. */
export const KEPT_FILES = 200;
export const KEPT_BYTES = 32 * MIB;

/** Answers to searches kept in memory; each is a number under the name of its file. */
export const KEPT_ANSWERS = 10_000;

/** The smallest buffer that is read into: few sizes find a used buffer more often than many do. */
export const LEAST_BUFFER = 8 * KIB;
