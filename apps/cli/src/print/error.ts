// Prints what ended a subcommand: an error of the user or the world in two lines, or a bug of ours with what to report.

import { UserError } from '@workflow-platform/events';
import { exitCodes } from '../exit-codes.ts';
import { VERSION } from '../version.ts';
import { harmlessLines } from './harmless.ts';
import type { Style } from './style.ts';

/** Returns the text for the end of stderr, without the last newline. */
export function renderError(error: unknown, style: Style): string {
  if (!(error instanceof UserError)) return renderBug(error, style);
  const head = `${style.bold(style.red(`error[${error.code}]`))}: ${harmlessLines(error.message)}`;
  return error.hint === null ? head : `${head}\n  ${style.cyan('=')} ${style.bold('help')}: ${harmlessLines(error.hint)}`;
}

/** Returns the exit code that an error stands for. */
export function exitCodeOf(error: unknown): number {
  return error instanceof UserError ? error.exitCode : exitCodes.bug;
}

function renderBug(error: unknown, style: Style): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [
    `${style.bold(style.red('bug'))}: this is a mistake in workflow itself, not in your file`,
    ...harmlessLines(stack)
      .split('\n')
      .slice(0, 20)
      .map((line) => `  ${style.dim(line)}`),
    `  ${style.cyan('=')} ${style.bold('help')}: please report it with the lines above and this one: workflow ${VERSION}, node ${process.version}, ${process.platform}-${process.arch}`,
  ].join('\n');
}
