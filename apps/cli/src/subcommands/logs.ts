// `workflow logs RUN [STEP]`: prints what steps wrote, in full, from somewhere on, or as it is written.
// Not here: choosing, reading and following (logs/), how output looks (print/log-lines.ts).

import type { Plan } from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import type { LogsFlags } from '../arguments/logs.ts';
import { Attempts, plannedSteps, shapeOf, type AttemptRow } from '../attempts.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { withHistory } from '../history.ts';
import { AttemptOutput, type LogStart } from '../logs/attempt-output.ts';
import { checkSteps, chooseAttempts, matchSteps } from '../logs/choose-steps.ts';
import { followLogs } from '../logs/follow-logs.ts';
import { parseSince } from '../logs/parse-since.ts';
import { StepsOver } from '../logs/steps-over.ts';
import { formatBytes, formatTime } from '../print/format.ts';
import { harmless } from '../print/harmless.ts';
import { createLogPrinter, type LogLook } from '../print/log-lines.ts';

/** Prints the logs. */
export async function logs(context: CliContext, flags: LogsFlags, run: string, step?: string): Promise<void> {
  const asked = [...(step === undefined ? [] : [step]), ...(flags.step ?? [])];
  const onlyStep = asked.length === 1 && !asked[0]!.includes('*') ? asked[0]! : null;
  checkUsage(flags, onlyStep);
  const start: LogStart = {
    offsets: Object.fromEntries((flags.offset ?? []).map(({ stream, offset }) => [stream, offset])),
    sinceMs: flags.since === undefined ? null : parseSince(flags.since, Date.now()),
    tail: flags.tail ?? null,
  };
  await withHistory(context, async (history, paths) => {
    const runId = history.resolveRun(run);
    const runFolder = paths.runFolder(runId);
    const events = history.readEvents(runId);
    const plan = JSON.parse(history.readPlan(runId)) as Plan;
    const attempts = new Attempts();
    for (const envelope of events) attempts.apply(envelope);
    checkSteps(asked, plan, attempts.rows);
    const isMeant = matchSteps(asked);
    const choice = flags.attempt ?? (asked.length === 0 ? 'all' : 'last');
    const chosen = chooseAttempts(attempts.rows, isMeant, choice);
    if (onlyStep !== null && flags.raw)
      checkOneStep(
        attempts.rows.filter(({ step: each }) => isMeant(each)),
        onlyStep,
      );
    if (typeof choice === 'number' && chosen.length === 0 && !flags.follow) {
      throw noSuchAttempt(
        attempts.rows.filter(({ step: each }) => isMeant(each)),
        { step: asked.join(', '), attempt: choice },
      );
    }
    const actions = conversingSteps(plan);
    const names = flags.follow
      ? plannedSteps(plan.steps)
          .map(([ref]) => ref)
          .filter(isMeant)
      : [];
    const labelWidth = Math.max(0, ...names.map(({ length }) => length), ...chosen.map((row) => row.step.length));
    const open = (row: AttemptRow, isNew: boolean): AttemptOutput => {
      const look = chooseLook(context, flags, { runId, labelWidth: row.step === onlyStep ? null : labelWidth });
      return new AttemptOutput(row, {
        screen: context.out,
        runFolder,
        start: isNew ? fromTheStart : start,
        nowMs: Date.now,
        hasConversation: actions.has(shapeOf(row.step)),
        makePrinter: (stream, times) => createLogPrinter(context.out, look, { attempt: row, stream, times }),
      });
    };
    const tellOfUnstable = (output: AttemptOutput): void => {
      const bytes = output.unstableBytes;
      if (bytes === 0) return;
      const more = `${formatBytes(bytes)} more of ${harmless(output.row.step)} are not shown: its log is too long, and its end follows when it is over\n`;
      context.err.write(more);
    };
    if (flags.follow) {
      const over = new StepsOver(asked, plan);
      await followLogs(context, { history, runId, runFolder, events, isMeant, choice, onlyStep, over, open, tellOfUnstable });
    } else {
      await printAll(context, { attempts: chosen, runFolder, prunedMs: history.logsPrunedMs(runId), open, tellOfUnstable });
    }
  });
}

const fromTheStart: LogStart = { offsets: {}, sinceMs: null, tail: null };

/** What an action says goes to the engine, which writes into the log what a person should read. */
function conversingSteps(plan: Plan): ReadonlySet<string> {
  const refs = plannedSteps(plan.steps).flatMap(([ref, step]) =>
    step.kind === 'attempt' && (step.action.kind === 'builtin' || step.action.kind === 'plugin') ? [ref] : [],
  );
  return new Set(refs);
}

/** A single step's bytes for another program stay what they are; a terminal, and lines beside others, get nothing that could do harm. */
function chooseLook(context: CliContext, flags: LogsFlags, about: { runId: string; labelWidth: number | null }): LogLook {
  const { runId, labelWidth } = about;
  if (flags.json) return { kind: 'json', runId };
  if (flags.raw) return { kind: 'bytes' };
  const times = flags.timestamps;
  if (labelWidth === null && !context.out.isTerminal && !flags.plain && !times) return { kind: 'bytes' };
  return { kind: 'lines', colors: context.out.style.enabled && !flags.plain, times, labelWidth };
}

interface Printing {
  readonly attempts: readonly AttemptRow[];
  readonly runFolder: string;
  /** When the logs of the run were pruned. */
  readonly prunedMs: number | null;
  readonly open: (row: AttemptRow, isNew: boolean) => AttemptOutput;
  readonly tellOfUnstable: (output: AttemptOutput) => void;
}

async function printAll(context: CliContext, { attempts, runFolder, prunedMs, open, tellOfUnstable }: Printing): Promise<void> {
  if (attempts.length === 0) context.err.write('nothing was written yet\n');
  const without: AttemptRow[] = [];
  for (const row of attempts) {
    const output = open(row, false);
    if (output.hasFiles) await output.print();
    else without.push(row);
    output.end();
    tellOfUnstable(output);
    output.close();
    if (!context.out.isOpen()) return;
  }
  if (attempts.length > 0 && without.length === attempts.length) {
    if (prunedMs !== null) throw logsPruned(prunedMs);
    throw new UserError('log-not-found', 'nothing that was asked for has a log', {
      hint: `the processes were never started, or their files were removed from ${runFolder}`,
      exitCode: exitCodes.notFound,
    });
  }
  for (const { step, attempt } of without) context.err.write(`there is no log of ${harmless(step)} (attempt ${attempt})\n`);
}

function logsPruned(atMs: number): UserError {
  return new UserError('logs-pruned', `the logs of this run were pruned on ${formatTime(atMs)}`, {
    hint: '`workflow status RUN` still shows its steps; `logs` under [retention] in config.toml says how long logs are kept',
    exitCode: exitCodes.notFound,
  });
}

function checkUsage(flags: LogsFlags, onlyStep: string | null): void {
  const looks = (['json', 'raw', 'plain'] as const).filter((name) => flags[name]);
  if (looks.length > 1) throw wrongUsage(`--${looks[0]} and --${looks[1]} exclude each other`, 'leave one of them out');
  if (flags.raw && flags.timestamps) throw wrongUsage('--raw and --timestamps exclude each other', 'leave one of them out');
  if (flags.raw && onlyStep === null) throw wrongUsage('--raw needs one step', 'name it: workflow logs RUN STEP --raw');
  if (flags.offset === undefined) return;
  if (onlyStep === null || typeof flags.attempt !== 'number') {
    throw wrongUsage('--offset is a place in one attempt', 'name it: workflow logs RUN STEP --attempt N --offset BYTES');
  }
  if (new Set(flags.offset.map(({ stream }) => stream)).size < flags.offset.length) {
    throw wrongUsage(
      '--offset is given twice for the same file',
      'write --offset BYTES for the log, --offset stdout:BYTES for captured stdout',
    );
  }
}

/** A step of others is no single stream of bytes. */
function checkOneStep(rows: readonly AttemptRow[], onlyStep: string): void {
  const other = rows.find(({ step }) => step !== onlyStep);
  if (other === undefined) return;
  throw wrongUsage(
    `--raw needs one step, and ${harmless(onlyStep)} holds several`,
    `name one of them, such as ${harmless(other.step)}`,
  );
}

function wrongUsage(message: string, hint: string): UserError {
  return new UserError('wrong-usage', message, { hint, exitCode: exitCodes.usage });
}

function noSuchAttempt(
  rows: readonly AttemptRow[],
  { step, attempt }: { readonly step: string; readonly attempt: number },
): UserError {
  const made = Math.max(0, ...rows.map((row) => row.attempt));
  return new UserError('attempt-not-found', `there was no attempt ${attempt}${step === '' ? '' : ` of ${harmless(step)}`}`, {
    hint: made === 0 ? 'it has not started' : `the last one was attempt ${made}`,
    exitCode: exitCodes.notFound,
  });
}
