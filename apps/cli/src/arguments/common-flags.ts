// Flags and positional arguments that several subcommands have.

import { UserError } from '@workflow-platform/events';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';

/** Turns a subcommand, loaded only when it is called, into what the argument parser calls. */
export function lazily<Flags, Arguments extends readonly unknown[]>(
  load: () => Promise<(context: CliContext, flags: Flags, ...args: Arguments) => void | Promise<void>>,
) {
  return async () => {
    const perform = await load();
    return function (this: CliContext, flags: Flags, ...args: Arguments): void | Promise<void> {
      return perform(this, flags, ...args);
    };
  };
}

/** Takes a word as it is. */
export const word = (input: string): string => input;

/** A whole number from `least`. */
export function count(least: number): (input: string) => number {
  return (input) => {
    const value = Number(input);
    if (/^\d+$/.test(input) && Number.isSafeInteger(value) && value >= least) return value;
    throw new UserError('wrong-usage', `\`${input}\` is not a whole number from ${least}`, { exitCode: exitCodes.usage });
  };
}

/** `KEY=VALUE` with a key in front. */
export function assignment(input: string): string {
  if (/^[^=]+=/.test(input)) return input;
  throw new UserError('wrong-usage', `\`${input}\` is not of the form KEY=VALUE`, { exitCode: exitCodes.usage });
}

/** `--json`, with what it prints. */
export const json = (brief: string) => ({ kind: 'boolean', brief, default: false }) as const;

/** `--no-wait` of what drives a run. */
export const noWait = {
  kind: 'boolean',
  brief: 'Leave with exit code 4 when only people are waited for; `workflow resume` goes on',
  default: false,
  withNegated: false,
} as const;

/** Flags that change what the file says; the same for plan and run. */
export interface OverrideFlags {
  readonly param?: readonly string[];
  readonly paramsFile?: string;
  readonly env?: readonly string[];
  readonly set?: readonly string[];
  readonly base?: string;
  readonly parallel?: number;
}

/** Definitions of OverrideFlags. */
export const overrideFlags = {
  param: {
    kind: 'parsed',
    parse: assignment,
    optional: true,
    variadic: true,
    brief: 'Give a parameter its value: KEY=VALUE',
    placeholder: 'KEY=VALUE',
  },
  paramsFile: {
    kind: 'parsed',
    parse: word,
    optional: true,
    brief: 'Read parameters from this TOML or JSON file',
    placeholder: 'FILE',
  },
  env: {
    kind: 'parsed',
    parse: assignment,
    optional: true,
    variadic: true,
    brief: 'Set an environment variable of every step: KEY=VALUE',
    placeholder: 'KEY=VALUE',
  },
  set: {
    kind: 'parsed',
    parse: assignment,
    optional: true,
    variadic: true,
    brief: 'Replace a value of the file, such as steps.build.timeout=1m',
    placeholder: 'KEY=VALUE',
  },
  base: { kind: 'parsed', parse: word, optional: true, brief: 'Start the workspace from this revision', placeholder: 'REV' },
  parallel: { kind: 'parsed', parse: count(1), optional: true, brief: 'Run up to this many steps at once', placeholder: 'N' },
} as const;

/** Refuses interactive steps. */
export const noInteractive = {
  kind: 'boolean',
  brief: 'Refuse a run with steps that need a person at a terminal',
  default: false,
  withNegated: false,
} as const;

/** Where a run is to stop. */
export interface BreakFlags {
  readonly breakBefore?: readonly string[];
  readonly breakOnFailure: boolean;
}

/** Definitions of BreakFlags. */
export const breakFlags = {
  breakBefore: {
    kind: 'parsed',
    parse: word,
    optional: true,
    variadic: true,
    brief: 'Stop before this step until somebody says how it goes on',
    placeholder: 'STEP',
  },
  breakOnFailure: {
    kind: 'boolean',
    brief: 'Stop at a step that fails, before anything follows from that',
    default: false,
    withNegated: false,
  },
} as const;

/** The run to look at: an id, the start of one, or @ for the latest. */
export const runArgument = { parse: word, brief: 'Run id, the start of one, or @ for the latest', placeholder: 'RUN' } as const;

/** The workflow to work on. */
export const workflowArgument = {
  parse: word,
  optional: true,
  brief: 'Workflow id, file, folder or URL; default: the workflow.toml here',
  placeholder: 'WORKFLOW',
} as const;

/** Lays examples out for the help text of a subcommand. */
export function withExamples(description: string, examples: readonly (readonly [command: string, what: string])[]): string {
  const width = Math.max(...examples.map(([command]) => command.length));
  return `${description}\n\nEXAMPLES\n${examples.map(([command, what]) => `  ${command.padEnd(width)}  ${what}`).join('\n')}`;
}
