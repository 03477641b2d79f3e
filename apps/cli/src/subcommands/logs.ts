// `workflow logs RUN [STEP]`: prints what steps wrote, in full or as it is written.
// Not here: reading growing files (log-reader.ts).

import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import type { Plan } from '@workflow-platform/core';
import { UserError, type EventEnvelope } from '@workflow-platform/events';
import { lockHolder, type History } from '@workflow-platform/journal';
import type { LogsFlags } from '../arguments/logs.ts';
import { attemptsOf, checkStep, isWithin, outputFiles, type AttemptRow } from '../attempt-files.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { withHistory } from '../history.ts';
import { LogReader } from '../log-reader.ts';
import { harmless } from '../print/harmless.ts';
import { createLogPrinter, type LogPrinter } from '../print/log-lines.ts';

const POLL_MS = 100;
/** How often a follower looks whether an engine still drives the run. */
const OWNER_CHECK_MS = 1000;

/** Prints the logs. */
export async function logs(context: CliContext, flags: LogsFlags, run: string, step?: string): Promise<void> {
  await withHistory(context, async (history, paths) => {
    const runId = history.resolveRun(run);
    const events = history.readEvents(runId);
    if (step !== undefined) checkStep(step, JSON.parse(history.readPlan(runId)) as Plan, events);
    const wanted = chooseAttempts(attemptsOf(events), { step, attempt: flags.attempt });
    if (flags.attempt !== undefined && wanted.length === 0 && !flags.follow) throw noSuchAttempt(events, step, flags.attempt);
    const runFolder = paths.runFolder(runId);
    if (flags.follow) await follow(context, { history, runId, runFolder, events, step, flags });
    else await printAll(context, wanted, runFolder, { step, json: flags.json });
  });
}

/** Of one step the last attempt unless another is asked for; of a whole run all of them. */
function chooseAttempts(
  attempts: readonly AttemptRow[],
  asked: { step: string | undefined; attempt: number | undefined },
): readonly AttemptRow[] {
  const { step, attempt } = asked;
  const ofStep = step === undefined ? attempts : attempts.filter((row) => isWithin(row.step, step));
  if (attempt !== undefined) return ofStep.filter((row) => row.attempt === attempt);
  if (step === undefined) return ofStep;
  return ofStep.filter((row) => !ofStep.some((later) => later.step === row.step && later.attempt > row.attempt));
}

function noSuchAttempt(events: readonly EventEnvelope[], step: string | undefined, attempt: number): UserError {
  const made = Math.max(
    0,
    ...attemptsOf(events)
      .filter((row) => step === undefined || isWithin(row.step, step))
      .map((row) => row.attempt),
  );
  return new UserError('attempt-not-found', `there was no attempt ${attempt}${step === undefined ? '' : ` of ${step}`}`, {
    hint: made === 0 ? 'it has not started' : `the last one was attempt ${made}`,
    exitCode: exitCodes.notFound,
  });
}

async function printAll(
  context: CliContext,
  attempts: readonly AttemptRow[],
  runFolder: string,
  options: { step: string | undefined; json: boolean },
): Promise<void> {
  if (attempts.length > 0 && attempts.every((attempt) => outputFiles(runFolder, attempt.attemptNo).length === 0)) {
    throw new UserError('log-not-found', 'nothing that was asked for has a log', {
      hint: `the processes were never started, or their files were removed from ${runFolder}`,
      exitCode: exitCodes.notFound,
    });
  }
  const alone = isAlone(attempts, options.step);
  for (const attempt of attempts) {
    const printer = createLogPrinter(context.out, attempt, { json: options.json, alone, width: labelWidth(attempts) });
    const files = outputFiles(runFolder, attempt.attemptNo);
    if (files.length === 0) context.err.write(`there is no log of ${harmless(attempt.step)} (attempt ${attempt.attempt})\n`);
    for (const file of files) {
      const reader = new LogReader(file);
      await drain(reader, printer, context);
      reader.close();
    }
    printer.end();
    if (!context.out.isOpen()) return;
  }
  if (attempts.length === 0) context.err.write('nothing was written yet\n');
}

/** One step without items or turns prints as it is; several get their names in front of each line. */
function isAlone(attempts: readonly AttemptRow[], step: string | undefined): boolean {
  return step !== undefined && attempts.every((row) => row.step === step);
}

function labelWidth(attempts: readonly AttemptRow[]): number {
  return Math.min(24, Math.max(0, ...attempts.map((row) => row.step.length)));
}

async function drain(reader: LogReader, printer: LogPrinter, context: CliContext): Promise<void> {
  for (let chunk = reader.read(); chunk !== null && context.out.isOpen(); chunk = reader.read()) {
    printer.print(chunk);
    await context.out.drained();
  }
}

interface Following {
  readonly history: History;
  readonly runId: string;
  readonly runFolder: string;
  readonly events: readonly EventEnvelope[];
  readonly step: string | undefined;
  readonly flags: LogsFlags;
}

interface Tail {
  readonly attempt: AttemptRow;
  readonly printer: LogPrinter;
  readonly readers: Map<string, LogReader>;
  settled: boolean;
}

/** Prints what is there and what comes, until the run ends or nobody drives it any more. */
async function follow(context: CliContext, { history, runId, runFolder, events, step, flags }: Following): Promise<void> {
  const tails = new Map<string, Tail>();
  let seq = 0;
  let finished = false;
  const take = (fresh: readonly EventEnvelope[]) => {
    for (const { event, seq: at } of fresh) {
      seq = at;
      if (event.type === 'run.finished') finished = true;
      if (event.type === 'run.resumed') finished = false;
      if (event.type === 'step.attempt-started') {
        const attempt: AttemptRow = { step: event.step, attempt: event.attempt, attemptNo: event.attemptNo };
        if (step !== undefined && !isWithin(attempt.step, step)) continue;
        if (flags.attempt !== undefined && attempt.attempt !== flags.attempt) continue;
        const printer = createLogPrinter(context.out, attempt, {
          json: flags.json,
          alone: attempt.step === step,
          width: Math.min(24, attempt.step.length),
        });
        tails.set(`${attempt.attemptNo}`, { attempt, printer, readers: new Map(), settled: false });
      } else if (
        event.type === 'step.attempt-failed' ||
        event.type === 'step.succeeded' ||
        event.type === 'step.cancelled' ||
        event.type === 'step.failed'
      ) {
        for (const tail of tails.values()) if (tail.attempt.step === event.step) tail.settled = true;
      }
    }
  };
  take(events);
  let version = history.dataVersion();
  let ownerCheckAtMs = 0;
  for (;;) {
    for (const [key, tail] of tails) {
      // Settled before this look: whatever it wrote is in the file by now.
      const last = tail.settled || finished;
      await readTail(tail, runFolder, context);
      if (last) {
        tail.printer.end();
        for (const reader of tail.readers.values()) reader.close();
        tails.delete(key);
      }
    }
    if (finished || !context.out.isOpen()) return;
    await sleep(POLL_MS);
    const now = history.dataVersion();
    if (now !== version) {
      version = now;
      take(history.readEvents(runId, seq));
    } else if (performance.now() >= ownerCheckAtMs) {
      ownerCheckAtMs = performance.now() + OWNER_CHECK_MS;
      if (lockHolder(join(runFolder, 'owner.lock')) === null) {
        // It may have finished between the two looks.
        take(history.readEvents(runId, seq));
        if (finished) continue;
        context.err.write(`nobody drives this run any more; go on with it: workflow resume ${runId}\n`);
        return;
      }
    }
  }
}

async function readTail(tail: Tail, runFolder: string, context: CliContext): Promise<void> {
  for (const file of outputFiles(runFolder, tail.attempt.attemptNo)) {
    let reader = tail.readers.get(file);
    if (reader === undefined) tail.readers.set(file, (reader = new LogReader(file)));
    await drain(reader, tail.printer, context);
  }
}
