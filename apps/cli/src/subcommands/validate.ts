// `workflow validate [FILE…]`: checks files and prints every mistake.
// Not here: the rules (core), reading files (source), how mistakes look (print/diagnostics.ts).

import { locateDiagnostics, type LocatedDiagnostic } from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import { candidateFiles, loadWorkflow, NotText } from '@workflow-platform/source';
import type { ValidateFlags } from '../arguments/validate.ts';
import { loadCatalog } from '../catalog.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { renderCount, renderDiagnostics } from '../print/diagnostics.ts';
import { renderError } from '../print/error.ts';
import { formatCount } from '../print/format.ts';
import { harmless } from '../print/harmless.ts';

/** Checks the files; exits with 2 when one has errors. */
export async function validate(context: CliContext, flags: ValidateFlags, ...references: string[]): Promise<void> {
  if (flags.json && flags.sarif) {
    throw new UserError('wrong-usage', '--json and --sarif exclude each other', { exitCode: exitCodes.usage });
  }
  const { catalog } = loadCatalog(context);
  const located: LocatedDiagnostic[] = [];
  const texts = new Map<string, string>();
  const names: string[] = [];
  const unreadable: { readonly reference: string; readonly error: UserError }[] = [];
  for (const reference of references.length > 0 ? references : allFiles(context.cwd)) {
    try {
      const loaded = await loadWorkflow(reference, { cwd: context.cwd, env: context.env, catalog });
      names.push(loaded.name);
      for (const { fileName, text } of loaded.texts) texts.set(fileName, text);
      located.push(...locateDiagnostics(loaded.texts, loaded.diagnostics));
    } catch (error) {
      // One file that is no text does not hide the mistakes of the others.
      if (!(error instanceof UserError)) throw error;
      unreadable.push({ reference, error });
    }
  }
  const codes = unreadable.map(({ error }) => error.exitCode);
  const isInvalid = located.some(({ severity }) => severity === 'error') || codes.includes(exitCodes.usage);
  context.exitWith(isInvalid ? exitCodes.usage : Math.max(exitCodes.fine, ...codes));
  const all = [...located, ...unreadable.map(asDiagnostic)];
  if (flags.json) context.out.write(`${JSON.stringify(all, null, 2)}\n`);
  else if (flags.sarif) await printSarif(context, all);
  else {
    if (names.length > 0) printText(context, { located, texts, names });
    for (const { error } of unreadable) context.err.write(`${renderError(error, context.err.style)}\n`);
  }
}

/** For programs, a file that cannot be read is a mistake at its first character that is none, or at its start. */
function asDiagnostic({ reference, error }: { readonly reference: string; readonly error: UserError }): LocatedDiagnostic {
  const { file, line, column } = error instanceof NotText ? error : { file: reference, line: 1, column: 1 };
  return {
    file,
    line,
    column,
    endLine: line,
    endColumn: error instanceof NotText ? column + 1 : column,
    code: error.code,
    severity: 'error',
    message: error.message,
    help: error.hint,
    related: [],
  };
}

function allFiles(cwd: string): readonly string[] {
  const files = candidateFiles(cwd);
  if (files.length > 0) return files;
  throw new UserError('no-workflow', `there is no workflow.toml and no workflows/*.toml in ${cwd} or above it`, {
    hint: 'name a file, or make one with `workflow init`',
    exitCode: exitCodes.notFound,
  });
}

async function printSarif(context: CliContext, located: readonly LocatedDiagnostic[]): Promise<void> {
  const { rules } = await import('@workflow-platform/core');
  const { toSarif } = await import('../print/sarif.ts');
  const titles = new Map(rules.map(({ code, title }) => [code, title]));
  context.out.write(`${JSON.stringify(toSarif(located, titles), null, 2)}\n`);
}

function printText(
  context: CliContext,
  found: { located: readonly LocatedDiagnostic[]; texts: ReadonlyMap<string, string>; names: readonly string[] },
): void {
  const { located, texts, names } = found;
  const { style } = context.out;
  if (located.length === 0) {
    const what = names.length === 1 ? harmless(names[0]!) : formatCount(names.length, 'file');
    context.out.write(`${style.green('✔')} ${what}: no mistakes\n`);
    return;
  }
  context.out.write(renderDiagnostics(located, { texts, style, columns: context.out.columns() }));
  context.out.write(`${renderCount(located, names)}\n`);
  const codes = [...new Set(located.map((diagnostic) => diagnostic.code))];
  context.err.write(style.dim(`more about a code: workflow explain ${codes[0]}\n`));
}
