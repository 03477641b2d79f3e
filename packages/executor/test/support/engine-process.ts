// An engine in a process of its own, with a real history: for tests that kill it. Takes one JSON argument.

import { mkdirSync } from 'node:fs';
import { UserError } from '@workflow-platform/events';
import type { RunEvent } from '@workflow-platform/events';
import { acquireLock, openHistory } from '@workflow-platform/journal';
import { createWorkspaceManager } from '@workflow-platform/workspace-manager';
import { startRun, testRunId } from './make-run.ts';
import type { RunTweaks } from './make-run.ts';

export interface EngineProcessRequest extends Pick<RunTweaks, 'plugins' | 'logBytesMax' | 'secrets'> {
  readonly plan: Parameters<typeof startRun>[0];
  readonly base: string;
  readonly start?: NonNullable<RunTweaks['start']>;
  /** The journal takes nothing more after an event of this type. */
  readonly refusesAfter?: RunEvent['type'];
  /** Folder for real workspaces. */
  readonly workspacesRoot?: string;
}

const { plan, base, refusesAfter, workspacesRoot, ...tweaks } = JSON.parse(process.argv[2] ?? '') as EngineProcessRequest;
mkdirSync(base, { recursive: true });
const history = openHistory({ folder: base, mode: 'write' });
history.savePlan(testRunId, JSON.stringify(plan));
let isFull = false;
const journal: NonNullable<RunTweaks['ports']>['journal'] = {
  readEvents: (runId) => history.readEvents(runId),
  append: (envelopes) => {
    if (isFull) throw new UserError('disk-full', 'no room left', { hint: 'free some space' });
    history.append(envelopes);
    isFull = envelopes.some(({ event }) => event.type === refusesAfter);
  },
};
const workspaces = workspacesRoot === undefined ? null : createWorkspaceManager({ root: workspacesRoot, acquireLock });
const ports = { journal, ...(workspaces && { workspaces }) };
const { handle } = startRun(plan, { base, ports, ...tweaks });
process.on('SIGTERM', () => handle.cancel('somebody', 'enough'));
try {
  process.stdout.write(`${(await handle.finished).status}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify(error)} ${error instanceof UserError ? error.hint : String(error)}\n`);
}
history.close();
