// Puts the real world behind the ports of a run: history, artifacts, workspaces, clock, chance.
// Not here: what a run does with them (executor), which run it is (drive-run.ts).

import type { EventEnvelope, WorkspaceProgress } from '@workflow-platform/events';
import type { HostPorts } from '@workflow-platform/executor';
import {
  acquireLock,
  openBlobs,
  openStepCache,
  stepCacheFolder,
  type History,
  type QuotaBoard,
  type StatePaths,
} from '@workflow-platform/journal';
import { createWorkspaceManager, workspacesRoot, type WorkspaceManager } from '@workflow-platform/workspace-manager';

/** Node's timers cannot be set further ahead; an early call only means another look. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Who is told while a run goes on. */
export interface Listeners {
  /** Told of events once they are durable. */
  onEvents(envelopes: readonly EventEnvelope[]): void;
  /** Told, in a sentence, what the user should know about a workspace; each sentence once. */
  onWarning(text: string): void;
  /** Told how far the making of a workspace has got, when it takes more than a moment. */
  onWorkspaceProgress(progress: WorkspaceProgress & { readonly step: string | null }): void;
}

/** Returns the ports. */
export function createPorts(
  { history, quotas, paths }: { readonly history: History; readonly quotas: QuotaBoard; readonly paths: StatePaths },
  env: NodeJS.ProcessEnv,
  listeners: Listeners,
): HostPorts {
  return {
    journal: history,
    workspaces: passingWarnings(createWorkspaceManager({ root: workspacesRoot(env), acquireLock, env }), (text) =>
      listeners.onWarning(text),
    ),
    blobs: openBlobs(paths.blobsFolder),
    stepCache: openStepCache({ folder: stepCacheFolder(env), keyFile: paths.stepCacheKeyFile }),
    clock: {
      nowMs: Date.now,
      at(atMs, callback) {
        const timer = setTimeout(callback, Math.min(Math.max(0, atMs - Date.now()), TIMER_MS_MAX));
        return () => clearTimeout(timer);
      },
    },
    quotas,
    chance: Math.random,
    onEvents: (envelopes) => listeners.onEvents(envelopes),
    onWorkspaceProgress: (progress) => listeners.onWorkspaceProgress(progress),
  };
}

/** Steps with a workspace of their own would say again what was said of the run's. */
function passingWarnings(manager: WorkspaceManager, onWarning: (text: string) => void): WorkspaceManager {
  const said = new Set<string>();
  return {
    snapshot: (workspace, step) => manager.snapshot(workspace, step),
    release: (workspace, status) => manager.release(workspace, status),
    remove: (workspace, status) => manager.remove(workspace, status),
    async ensure(request) {
      const made = await manager.ensure(request);
      for (const warning of made.warnings.filter((text) => !said.has(text))) {
        said.add(warning);
        onWarning(warning);
      }
      return made;
    },
  };
}
