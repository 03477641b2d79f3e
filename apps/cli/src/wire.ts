// Puts the real world behind the ports of a run: history, artifacts, workspaces, clock, chance.
// Not here: what a run does with them (executor), which run it is (drive-run.ts).

import type { EventEnvelope } from '@workflow-platform/events';
import type { HostPorts } from '@workflow-platform/executor';
import { acquireLock, openBlobs, type History, type StatePaths } from '@workflow-platform/journal';
import { createWorkspaceManager, workspacesRoot } from '@workflow-platform/workspace-manager';

/** Node's timers cannot be set further ahead; an early call only means another look. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Returns the ports. `onEvents` is told of events once they are durable. */
export function createPorts(
  history: History,
  paths: StatePaths,
  env: NodeJS.ProcessEnv,
  onEvents: (envelopes: readonly EventEnvelope[]) => void,
): HostPorts {
  return {
    journal: history,
    workspaces: createWorkspaceManager({ root: workspacesRoot(env), acquireLock }),
    blobs: openBlobs(paths.blobsFolder),
    clock: {
      nowMs: Date.now,
      at(atMs, callback) {
        const timer = setTimeout(callback, Math.min(Math.max(0, atMs - Date.now()), TIMER_MS_MAX));
        return () => clearTimeout(timer);
      },
    },
    chance: Math.random,
    onEvents,
  };
}
