// `workflow run --dry-run`: shows what a run would do. With stubs it is walked to its end in memory; without, that is the plan.
// Not here: the walk (walk.ts), reading stubs (read-stubs.ts), the looks of it (print/trace.ts).

import { writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { limitDiagnostics, locateDiagnostics, writeCanonicalJson } from '@workflow-platform/core';
import type { Diagnostic, TomlDocument } from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import { decodeText, readBytes } from '@workflow-platform/source';
import type { RunFlags } from '../arguments/run.ts';
import type { CliContext } from '../context.ts';
import { exitCodeOfRun } from '../drive-run.ts';
import { exitCodes } from '../exit-codes.ts';
import { preparePlan, secretsOf, type PreparedPlan } from '../prepare-plan.ts';
import { renderCount, renderDiagnostics } from '../print/diagnostics.ts';
import { renderPlan } from '../print/plan-picture.ts';
import { createStyle } from '../print/style.ts';
import { renderTrace, renderTraceEnd, traceLines } from '../print/trace.ts';
import { startAtOf } from '../start-at.ts';
import { compareGolden, updateGolden } from './golden.ts';
import { missingStubs } from './missing-stubs.ts';
import { readStubs } from './read-stubs.ts';
import { StubBook } from './stub-book.ts';
import { walk, type Walk } from './walk.ts';
import { draftStubs } from './write-stubs.ts';

/** Shows it. Nothing is started, made or kept. */
export async function dryRun(context: CliContext, flags: RunFlags, reference?: string): Promise<void> {
  const prepared = await preparePlan(context, reference ?? null, flags);
  if (flags.stubsInit) return initStubs(context, prepared, flags.stubs);
  if (flags.stubs === undefined) return showPlan(context, prepared, flags);
  const walked = walkWith(context, prepared, flags.stubs, flags);
  const style = createStyle(false);
  const text = flags.json
    ? traceLines(walked.entries)
    : renderTrace(walked.entries, style) + renderTraceEnd(prepared.plan, walked, style);
  if (flags.golden === undefined) return;
  if (flags.updateGolden) updateGolden(context, flags.golden, text);
  else compareGolden(context, flags.golden, text);
}

/** Walks the plan and says what is wrong with the stubs; shows the trace where it is not for a file. */
function walkWith(context: CliContext, prepared: PreparedPlan, file: string, flags: RunFlags): Walk {
  const { plan, installed, parameters } = prepared;
  const { actions } = installed.catalog;
  const path = resolve(context.cwd, file);
  const text = decodeText(readBytes(path, { what: 'stubs file' }), file);
  const reading = readStubs({ fileName: file, text, plan, actions });
  if (reading.diagnostics.length > 0) refuse(context, reading.document, reading.diagnostics);
  const book = new StubBook(reading);
  const secrets = Object.fromEntries(Object.keys(secretsOf(parameters)).map((name) => [name, '***']));
  const { startAt } = startAtOf(flags, plan);
  const walked = walk({ plan, book, secrets, workspaceId: flags.workspaceId ?? 'dry-run', startAt });
  if (flags.golden === undefined) show(context, prepared, walked, flags);
  if (walked.missing.length > 0) throw missingStubs(walked.missing, { plan, actions, file });
  if (walked.isEndless) {
    throw new UserError('dry-run-endless', 'with these stubs the run does not end: a loop goes on and on', {
      hint: 'give one of its turns what ends it, such as `[steps."turns[3].fix"]`, or the loop a `max`',
      exitCode: exitCodes.usage,
    });
  }
  const unused = book.unused();
  if (unused.length > 0) refuse(context, reading.document, unused);
  if (flags.golden === undefined && walked.status !== null) context.exitWith(exitCodeOfRun(walked.status));
  return walked;
}

function show(context: CliContext, { plan }: PreparedPlan, walked: Walk, { json }: RunFlags): void {
  if (json) {
    context.out.write(traceLines(walked.entries));
    return;
  }
  const { style } = context.out;
  context.out.write(renderTrace(walked.entries, style) + renderTraceEnd(plan, walked, style));
}

function refuse(context: CliContext, document: TomlDocument, diagnostics: readonly Diagnostic[]): never {
  const located = locateDiagnostics([document], limitDiagnostics(diagnostics));
  const texts = new Map([[document.fileName, document.text]]);
  const { style } = context.err;
  context.err.write(renderDiagnostics(located, { texts, style, columns: context.err.columns() }));
  throw new UserError('invalid-stubs', renderCount(located, [document.fileName]), { exitCode: exitCodes.usage });
}

function showPlan(context: CliContext, prepared: PreparedPlan, { json }: RunFlags): void {
  if (json) {
    writeCanonicalJson(prepared.plan, (piece) => context.out.write(piece));
    context.out.write('\n');
    return;
  }
  context.out.write(renderPlan(prepared, { style: context.out.style, columns: context.out.columns() }));
  context.err.write(
    '\nto see how it goes on from step to step, say what each would give: --stubs FILE (`--stubs-init` writes a first one)\n',
  );
}

function initStubs(context: CliContext, { plan, installed }: PreparedPlan, file: string | undefined): void {
  const text = draftStubs(plan, installed.catalog.actions);
  if (file === undefined) {
    context.out.write(text);
    return;
  }
  const path = resolve(context.cwd, file);
  try {
    // `wx`: a file that is there is never touched.
    writeFileSync(path, text, { flag: 'wx' });
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw isThere
      ? new UserError('file-exists', `${file} is there already; nothing was changed`, {
          hint: 'without `--stubs` the text goes to stdout',
          exitCode: exitCodes.usage,
          cause,
        })
      : new UserError('unwritable-file', `cannot write ${file}: ${(cause as Error).message}`, { cause });
  }
  context.err.write(`${relative(context.cwd, path)} is written; each step succeeds there\n`);
}
