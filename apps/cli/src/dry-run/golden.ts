// Holds the trace of a dry run against the one that is kept in a file.
// Not here: making the trace (walk.ts), finding the lines that differ (diff-lines.ts).

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '@workflow-platform/events';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { diffLines, type DiffLine } from './diff-lines.ts';

/** Writes the trace into the file. */
export function updateGolden(context: CliContext, file: string, trace: string): void {
  const path = resolve(context.cwd, file);
  const isSame = existsSync(path) && readFileSync(path, 'utf8') === trace;
  if (!isSame) {
    try {
      writeFileSync(path, trace);
    } catch (cause) {
      throw new UserError('unwritable-file', `cannot write ${file}: ${(cause as Error).message}`, { cause });
    }
  }
  context.err.write(`${file} ${isSame ? 'is as it was' : 'is written'}\n`);
}

/** Prints how the trace differs from the file, and throws then. */
export function compareGolden(context: CliContext, file: string, trace: string): void {
  let golden: string;
  try {
    golden = readFileSync(resolve(context.cwd, file), 'utf8');
  } catch (cause) {
    throw new UserError('not-found', `cannot read ${file}: ${(cause as Error).message}`, {
      hint: 'write it with `--update-golden`',
      exitCode: exitCodes.notFound,
      cause,
    });
  }
  if (golden === trace) {
    context.err.write(`the trace is as in ${file}\n`);
    return;
  }
  const { style } = context.out;
  const looks: { readonly [kind in DiffLine['kind']]: (text: string) => string } = {
    same: (text) => ` ${text}`,
    removed: (text) => style.red(`-${text}`),
    added: (text) => style.green(`+${text}`),
    gap: (text) => style.cyan(text),
  };
  const lines = diffLines(golden.split('\n'), trace.split('\n'));
  context.out.write(`--- ${file}\n+++ this dry run\n`);
  context.out.write(lines.map(({ kind, text }) => `${looks[kind](text)}\n`).join(''));
  throw new UserError('golden-differs', `the trace is not as in ${file}`, {
    hint: 'if that is meant, write the file anew with `--update-golden`',
    exitCode: exitCodes.failed,
  });
}
