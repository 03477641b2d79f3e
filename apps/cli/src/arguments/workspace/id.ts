// The positional argument and the flag that several workspace subcommands have.

import { word } from '../common-flags.ts';

/** Which workspace. */
export const idArgument = { parse: word, brief: 'Id of the workspace', placeholder: 'ID' } as const;

/** Leaves `.envrc` alone. */
export const noDirenv = { kind: 'boolean', brief: 'Do not load .envrc with direnv', default: false } as const;
