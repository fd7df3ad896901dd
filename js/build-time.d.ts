/** The version of the package, put in by scripts/bundle.mjs. */
declare const VERSION: string;

/** Whether this is the entry for hosts that give the module as an import, put in by scripts/bundle.mjs. */
declare const WORKERD: boolean;

/** Whether this is the entry that never names the module, put in by scripts/bundle.mjs. */
declare const SLIM: boolean;
