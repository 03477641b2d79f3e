// Drives one run in this process: takes its lock, opens the history for writing, starts the host, passes signals of the
// terminal on as a cancel.
// Not here: the run itself (executor), progress on the screen (print/), what was typed (subcommands/).

import { hostname } from 'node:os';
import type { Plan } from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import { runHost, type RunHandle, type RunOptions, type RunOutcome } from '@workflow-platform/executor';
import {
  newRunId,
  openHistory,
  openQuotaBoard,
  RUN_ID_RANDOM_BYTES,
  statePaths,
  type History,
  type StatePaths,
} from '@workflow-platform/journal';
import type { InstalledCatalog } from './catalog.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { logLimit } from './log-limit.ts';
import { makeStateFolder } from './make-folder.ts';
import { takeRunLock } from './run-lock.ts';
import { NO_INTERACTIVE } from './require-terminals.ts';
import { VERSION } from './version.ts';
import { createPorts, type Listeners } from './wire.ts';

/** What is driven. */
export interface DriveRequest extends Listeners {
  readonly runId: string;
  readonly plan: Plan;
  readonly start: RunOptions['start'];
  /** Folder that workspaces are made from. */
  readonly from: string;
  readonly workspaceId: string;
  readonly secrets: { readonly [name: string]: string };
  readonly installed: InstalledCatalog;
  /** False: cached steps are carried out. Default true. */
  readonly readsCache?: boolean;
  /** Leave the run when nothing but answers of people is waited for. */
  readonly leavesToPeople?: boolean;
  /** False: no step may need a person at a terminal, in runs within this one either. Default true. */
  readonly isInteractive?: boolean;
  /** Told once the run can be cancelled. */
  onStarted(handle: Pick<RunHandle, 'cancel' | 'kill'>): void;
}

/** An open history with its places; closed by whoever opened it. */
export interface OpenState {
  readonly history: History;
  readonly paths: StatePaths;
}

/** Opens the history for writing, runs `use`, closes it. */
export async function withState<T>(context: CliContext, use: (state: OpenState) => Promise<T>): Promise<T> {
  const paths = statePaths(context.env);
  makeStateFolder(paths.folder);
  const history = openHistory({ folder: paths.folder, mode: 'write' });
  try {
    return await use({ history, paths });
  } finally {
    history.close();
  }
}

/** Drives a run to its end. Throws a UserError when another process drives it. */
export async function driveRun(context: CliContext, { history, paths }: OpenState, request: DriveRequest): Promise<RunOutcome> {
  const { runId, plan, installed } = request;
  const logBytesMax = logLimit(context.env);
  const readsCache = (request.readsCache ?? true) && !context.env[NO_CACHE];
  const runFolder = paths.runFolder(runId);
  const lock = await takeRunLock(runFolder);
  if ('heldBy' in lock) {
    throw new UserError('run-in-progress', `run ${runId} is being driven by ${lock.heldBy}`, {
      hint: `watch it with \`workflow watch ${runId}\``,
    });
  }
  const quotas = openQuotaBoard(paths.quotaFile, (text) => request.onWarning(text));
  try {
    const handle = runHost({
      runId,
      plan,
      ports: createPorts({ history, quotas, paths }, context.env, request),
      start: request.start,
      engine: { version: VERSION, host: hostname(), pid: process.pid },
      paths: { runFolder, from: request.from },
      workspaceId: request.workspaceId,
      env: {
        ...context.env,
        ...(readsCache ? {} : { [NO_CACHE]: '1' }),
        ...((request.isInteractive ?? true) ? {} : { [NO_INTERACTIVE]: '1' }),
      },
      readsCache,
      secrets: request.secrets,
      engineCommand: [process.execPath, ...process.execArgv, process.argv[1]!],
      plugins: installed.plugins.plugins,
      parameterTypes: installed.catalog.parameterTypes,
      ...(logBytesMax === undefined ? {} : { logBytesMax }),
      ...(request.leavesToPeople === undefined ? {} : { leavesToPeople: request.leavesToPeople }),
    });
    request.onStarted(handle);
    return await handle.finished;
  } finally {
    quotas.close();
    lock.release();
  }
}

/** Runs within a run do without, too: they find this in their environment. */
const NO_CACHE = 'WORKFLOW_NO_CACHE';

/** Makes the id of a new run. */
export function makeRunId(): string {
  return newRunId(
    Date.now(),
    Uint8Array.from({ length: RUN_ID_RANDOM_BYTES }, () => Math.random() * 256),
  );
}

/** The name a run's workspace has when nobody gave one: the workflow's id and the end of the run's. */
export function defaultWorkspaceId(workflowId: string, runId: string): string {
  const name = workflowId
    .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40);
  return `${name === '' ? 'run' : name}-${runId.slice(8)}`;
}

/** The exit code of a run that ended so. */
export function exitCodeOfRun(status: RunOutcome['status']): number {
  switch (status) {
    case 'succeeded':
      return exitCodes.fine;
    case 'failed':
      return exitCodes.failed;
    case 'cancelled':
      return exitCodes.interrupted;
    case 'waiting':
      return exitCodes.waiting;
    default:
      return status satisfies never;
  }
}
