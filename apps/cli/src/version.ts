// The version of the program; the same as in package.json, which a test checks.

/** Version as printed by `workflow --version` and noted in every run. */
export const VERSION = '0.1.0';
