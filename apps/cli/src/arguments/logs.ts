// Arguments of `workflow logs`.

import { buildCommand } from '@stricli/core';
import { UserError } from '@workflow-platform/events';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { count, json, lazily, runArgument, withExamples, word } from './common-flags.ts';

export interface LogsFlags {
  readonly step?: readonly string[];
  readonly attempt?: number | 'all' | 'last';
  readonly follow: boolean;
  readonly tail?: number;
  readonly since?: string;
  readonly timestamps: boolean;
  readonly plain: boolean;
  readonly raw: boolean;
  readonly json: boolean;
  readonly offset?: readonly LogOffset[];
}

/** A place in one of the two files of an attempt. */
export interface LogOffset {
  readonly stream: 'log' | 'stdout';
  readonly offset: number;
}

export const logsCommand = buildCommand<LogsFlags, [string, string?], CliContext>({
  loader: lazily(async () => (await import('../subcommands/logs.ts')).logs),
  parameters: {
    flags: {
      step: {
        kind: 'parsed',
        parse: word,
        optional: true,
        variadic: true,
        brief: 'Another step, or several: * stands for anything',
        placeholder: 'STEP',
      },
      attempt: {
        kind: 'parsed',
        parse: attemptChoice,
        optional: true,
        brief: 'This attempt, all, or the last; default: the last of steps that are named, else all',
        placeholder: 'N|all|last',
      },
      follow: { kind: 'boolean', brief: 'Go on printing until the run, or the steps that are named, are over', default: false },
      tail: {
        kind: 'parsed',
        parse: count(0),
        optional: true,
        brief: 'Only the last lines of each attempt',
        placeholder: 'LINES',
      },
      since: {
        kind: 'parsed',
        parse: word,
        optional: true,
        brief: 'Only what was written since then, to about a second: a time (RFC 3339), or how long ago, such as 10m',
        placeholder: 'TIME',
      },
      timestamps: { kind: 'boolean', brief: 'Put in front of each line when it was there, to about a second', default: false },
      plain: {
        kind: 'boolean',
        brief: 'Text only: no colours or other sequences, and of rewritten lines the last state',
        default: false,
      },
      raw: { kind: 'boolean', brief: 'The bytes of one step as they are, on a terminal too', default: false },
      json: json('Print one line a JSON object: { run, step, attempt, stream, offset, bytes, time, notBefore, text }'),
      offset: {
        kind: 'parsed',
        parse: logOffset,
        optional: true,
        variadic: true,
        brief: 'Go on at this byte of one attempt, or stdout:BYTE of its captured stdout',
        placeholder: 'BYTE',
      },
    },
    aliases: { f: 'follow' },
    positional: {
      kind: 'tuple',
      parameters: [runArgument, { parse: word, optional: true, brief: 'Step; default: all of them', placeholder: 'STEP' }],
    },
  },
  docs: {
    brief: 'Print what the steps of a run wrote',
    fullDescription: withExamples(
      'Prints the logs of a run: of one step as it wrote them, of all steps each line with the step in front.',
      [
        ['workflow logs @', 'all steps of the latest run'],
        ['workflow logs @ build', 'one step'],
        ['workflow logs @ test --attempt 1', 'an earlier attempt'],
        ['workflow logs @ --follow', 'as they are written'],
        ['workflow logs @ --since 10m --timestamps', 'the last ten minutes, with times'],
        ["workflow logs @ --step 'lint*' --tail 20", 'the last lines of some steps'],
      ],
    ),
  },
});

function attemptChoice(input: string): number | 'all' | 'last' {
  return input === 'all' || input === 'last' ? input : count(1)(input);
}

function logOffset(input: string): LogOffset {
  const [, stream = 'log', digits = ''] = /^(?:(log|stdout):)?(\d+)$/.exec(input) ?? [];
  const offset = Number(digits);
  if (digits !== '' && Number.isSafeInteger(offset)) return { stream: stream as LogOffset['stream'], offset };
  throw new UserError('wrong-usage', `\`${input}\` is no number of a byte`, {
    hint: 'write --offset 120, or --offset stdout:120 for captured stdout',
    exitCode: exitCodes.usage,
  });
}
