// Flags and arguments that `approve`, `answer`, `reject` and `cancel` have in common.

import { assignment, runArgument, word } from './common-flags.ts';

/** `RUN [STEP]`. */
export const stepOfRun = {
  kind: 'tuple',
  parameters: [runArgument, { parse: word, brief: 'The step; needed where several wait', placeholder: 'STEP', optional: true }],
} as const;

/** `--no-wait` of what asks something of a run. */
export const noWaitForAnswer = {
  kind: 'boolean',
  brief: 'Leave once the request is made, without waiting until the run has taken it in',
  default: false,
  withNegated: false,
} as const;

/** `--field` and `--fields-file`. */
export const fieldFlags = {
  field: {
    kind: 'parsed',
    parse: assignment,
    optional: true,
    variadic: true,
    brief: 'Fill in a field: NAME=VALUE',
    placeholder: 'NAME=VALUE',
  },
  fieldsFile: {
    kind: 'parsed',
    parse: word,
    optional: true,
    brief: 'Read fields from this JSON or TOML file',
    placeholder: 'FILE',
  },
} as const;
