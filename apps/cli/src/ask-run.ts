// Asks something of a run from outside: writes the request where it will be found, and waits until the journal answers for it.
//
//   written, durable ──► an engine has the run: it takes the request in ────────────► event with the id
//                   └──► nobody has it: its lock is taken, the request recorded ────► event with the id
//
// Whoever dies on the way, the file stays until the journal has its id, so the next one to hold the lock takes it in.
// Not here: what is asked (subcommands/), how an engine takes it in (executor).

import { setTimeout as sleep } from 'node:timers/promises';
import { readPlan } from '@workflow-platform/core';
import { UserError, type RunEvent } from '@workflow-platform/events';
import { recordRequests, writeRequest, type ControlRequest } from '@workflow-platform/executor';
import { newRunId, openHistory, RUN_ID_RANDOM_BYTES, type History, type StatePaths } from '@workflow-platform/journal';
import { exitCodes } from './exit-codes.ts';
import { isDriven, takeLockToRecord } from './run-lock.ts';
import { onStopSignals } from './stop-signals.ts';

/** What is asked, without what every request has. */
export type Asked =
  | Omit<Extract<ControlRequest, { readonly kind: 'cancel' }>, 'id' | 'atMs' | 'by'>
  | Omit<Extract<ControlRequest, { readonly kind: 'answer' }>, 'id' | 'atMs' | 'by'>;

/** What came of it. */
export type AskedOutcome =
  | {
      readonly kind: 'done';
      readonly event: Extract<RunEvent, { readonly type: 'step.answered' | 'step.unpaused' | 'run.cancel-requested' }>;
    }
  | { readonly kind: 'refused'; readonly event: Extract<RunEvent, { readonly type: 'run.request-refused' }> }
  /** The run ended before it could take the request in. */
  | { readonly kind: 'over' }
  /** Nobody drives the run, and the request is not to be recorded without an engine. */
  | { readonly kind: 'not-driven' };

export interface AskOptions {
  readonly history: History;
  readonly paths: StatePaths;
  readonly runId: string;
  readonly by: string;
  /** What to do when nobody drives the run: record the request, or leave it to the caller to drive the run. */
  readonly ifNotDriven: 'record' | 'tell';
}

const POLL_MS = 25;
const LOCK_CHECK_MS = 100;

/** Writes the request and returns its id; from then on it will be answered for, whatever becomes of this process. */
export function makeRequest(asked: Asked, { paths, runId, by }: Pick<AskOptions, 'paths' | 'runId' | 'by'>): string {
  const atMs = Date.now();
  const id = newRunId(
    atMs,
    Uint8Array.from({ length: RUN_ID_RANDOM_BYTES }, () => Math.random() * 256),
  );
  writeRequest(paths.runFolder(runId), { ...asked, id, atMs, by });
  return id;
}

/** Waits until the journal has answered for a request. Ctrl-C ends the waiting, not the request. */
export async function awaitAnswer(id: string, options: AskOptions): Promise<AskedOutcome> {
  const asked = { toStop: false };
  const signals = onStopSignals(() => (asked.toStop = true));
  try {
    return await poll(id, options, asked);
  } finally {
    signals.stop();
  }
}

async function poll(id: string, options: AskOptions, asked: { readonly toStop: boolean }): Promise<AskedOutcome> {
  const { history, paths, runId } = options;
  const runFolder = paths.runFolder(runId);
  let seq = 0;
  let version: number | null = null;
  let isOver = false;
  let lockCheckAtMs = 0;
  while (!asked.toStop) {
    const now = history.dataVersion();
    if (now !== version) {
      version = now;
      for (const { event, seq: at } of history.readEvents(runId, seq)) {
        seq = at;
        const outcome = outcomeIn(event, id);
        if (outcome !== null) return outcome;
        isOver = event.type === 'run.finished';
      }
    }
    const nowMs = performance.now();
    if (nowMs >= lockCheckAtMs) {
      lockCheckAtMs = nowMs + LOCK_CHECK_MS;
      if (!isDriven(runFolder)) {
        if (options.ifNotDriven === 'tell') return { kind: isOver ? 'over' : 'not-driven' };
        if (recordNow(options, runFolder)) lockCheckAtMs = 0;
        // What was recorded is seen in the next turn. A run that is over takes nothing in.
        else if (isOver) return { kind: 'over' };
        continue;
      }
    }
    await sleep(POLL_MS);
  }
  throw new UserError('not-waited-for', `the request to run ${runId} is made, and not acknowledged yet`, {
    hint: `it stays until the run takes it in; see \`workflow status ${runId}\``,
    exitCode: exitCodes.interrupted,
  });
}

/** Records what was asked, if nobody has taken the run up meanwhile; returns whether anything was recorded. */
function recordNow({ paths, runId }: AskOptions, runFolder: string): boolean {
  const lock = takeLockToRecord(runFolder);
  if (lock === null) return false;
  try {
    const journal = openHistory({ folder: paths.folder, mode: 'write' });
    try {
      const plan = readPlan(journal.readPlan(runId));
      return recordRequests({ runId, plan, journal, runFolder, nowMs: Date.now() });
    } finally {
      journal.close();
    }
  } finally {
    lock.release();
  }
}

function outcomeIn(event: RunEvent, id: string): AskedOutcome | null {
  if (!('request' in event) || event.request !== id) return null;
  return event.type === 'run.request-refused' ? { kind: 'refused', event } : { kind: 'done', event };
}

/** The error of a request that came to nothing. */
export function notDone(outcome: Extract<AskedOutcome, { readonly kind: 'refused' | 'over' }>, runId: string): UserError {
  const hint = `see \`workflow status ${runId}\``;
  if (outcome.kind === 'over')
    return new UserError('run-finished', `run ${runId} has ended, so nothing came of it`, { hint, exitCode: exitCodes.usage });
  const { code, message } = outcome.event;
  return new UserError(code, message, { hint, exitCode: code === 'step-unknown' ? exitCodes.notFound : exitCodes.usage });
}
