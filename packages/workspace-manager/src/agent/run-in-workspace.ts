// `workspace run`: makes or finds an agent workspace, gets it ready, runs a command in it, and notes how that ended.
// Not here: making one (ensure-workspace.ts), running something (run-command.ts).

import { lstatSync } from 'node:fs';

import { UserError } from '@workflow-platform/events';

import { placesIn } from './agent-home.ts';
import type { AgentHome } from './agent-home.ts';
import type { AgentPlaces } from './agent-places.ts';
import { removeWorkspace } from './clean-workspace.ts';
import { startFailure, withDirenv } from './direnv.ts';
import { noteEvent, statusChanged } from './event-log.ts';
import { changeMetadata, readMetadata } from './metadata.ts';
import type { AgentStatus, MetadataChanges } from './metadata.ts';
import { catchSignals, statusOfSignal } from './passed-signals.ts';
import type { PassedSignals } from './passed-signals.ts';
import { runCommand } from './run-command.ts';
import { prepareWorkspace } from './prepare-workspace.ts';
import type { DirenvPolicy, PreparedWorkspace } from './prepare-workspace.ts';
import { usersOf } from './users.ts';
import { withWorkspaceLock } from './workspace-lock.ts';

/** What to run where. */
export interface AgentRunRequest {
  readonly id: string;
  readonly command: readonly string[];
  readonly workflow: string | null;
  /** Put a new workspace on this change. */
  readonly baseChange: string | null;
  /** Remove the workspace after success. */
  readonly cleanup: boolean;
  readonly direnv: DirenvPolicy;
}

/** Carries the request out and returns the exit status for the caller: the command's own. */
export async function runInWorkspace(home: AgentHome, request: AgentRunRequest): Promise<number> {
  const places = placesIn(home, request.id);
  const [program, ...args] = request.command;
  if (program === undefined || program === '') {
    throw new UserError('no-command', 'the command must not be empty', {
      hint: '`workflow workspace run --workspace-id ID -- COMMAND …`',
      exitCode: 2,
    });
  }
  const signals = catchSignals();
  try {
    const prepared = await withWorkspaceLock(home, places, () =>
      prepareWorkspace(home, places, { ...request, status: 'running', signals }),
    );
    try {
      const { env, usesDirenv } = prepared;
      const argv = usesDirenv ? withDirenv([program, ...args]) : ([program, ...args] as const);
      const ended = await runCommand({ argv, cwd: places.folder, env, signals, say: home.say });
      await signals.arrived(ended);
      const status = (usesDirenv && ended === 1 && (await startFailure(program, places.folder, env))) || ended;
      return await finish(home, places, { request, prepared, signals, status });
    } finally {
      prepared.user.release();
    }
  } finally {
    signals.release();
  }
}

interface Ended {
  readonly request: AgentRunRequest;
  readonly prepared: PreparedWorkspace;
  readonly signals: PassedSignals;
  readonly status: number;
}

async function finish(home: AgentHome, places: AgentPlaces, { request, prepared, signals, status }: Ended): Promise<number> {
  // A command that made its peace with Ctrl-C and ended well has ended well; who was told to stop by a signal of our own has not.
  const isStopped = signals.stop !== null && (signals.isStopOurs || status !== 0);
  const outcome: AgentStatus = isStopped ? 'cancelled' : status === 0 ? 'done' : 'error';
  try {
    await withWorkspaceLock(home, places, async () => {
      note(home, places, { ...prepared.metadata, status: outcome });
      noteEvent(home, places, statusChanged(places.id, outcome, request.workflow));
      prepared.user.release();
      if (!request.cleanup || outcome !== 'done') return;
      await removeWorkspace(home, places);
      home.say(`workspace ${places.id} is removed`);
    });
  } catch (cause) {
    // Somebody else has come to use it meanwhile, or something in it would be lost: the command ended as it did all the same.
    if (!(cause instanceof UserError)) throw cause;
    home.say(`${cause.message}: it stays`);
  }
  return isStopped && status === 0 ? statusOfSignal(signals.stop ?? 'SIGTERM') : status;
}

/** Writes how it ended, unless somebody has begun another run there that still goes on. */
function note(home: AgentHome, places: AgentPlaces, metadata: MetadataChanges): void {
  try {
    if (lstatSync(places.folder, { throwIfNoEntry: false }) === undefined) {
      home.say(`workspace ${places.id} was removed while the command ran`);
      return;
    }
    const before = readMetadata(places.metadataFile);
    if (before === null || before === 'unreadable') {
      changeMetadata(places, metadata, home.nowMs());
      return;
    }
    const latest = before['process_id'];
    if (latest !== process.pid && typeof latest === 'number' && usersOf(home, places).includes(latest)) return;
    changeMetadata(places, { status: metadata.status ?? 'error' }, home.nowMs());
  } catch (cause) {
    home.say(`cannot note in ${places.metadataFile} how it ended: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}
