// What an attempt needs to know of its run.

import type { ExpressionScope, ParameterType, Plan } from '@workflow-platform/core';
import type { RunEvent, WorkspaceIdentity, WorkspaceProgress } from '@workflow-platform/events';
import type { ScopeExtras } from '@workflow-platform/scheduler';
import type { LoadedPlugin } from '../plugin/manifest.ts';
import type { GivenWorkspace, StepCachePort, WorkspacePort } from '../ports.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Launcher } from './launcher.ts';

export interface AttemptWorld {
  readonly runId: string;
  readonly plan: Plan;
  /** Absolute path of the folder of the run's files. */
  readonly runFolder: string;
  /** Absolute path of the folder that workspaces are made from. */
  readonly from: string;
  readonly workspace: WorkspaceIdentity;
  /** What the workspace adds to the environment of its steps. */
  readonly workspaceEnv: GivenWorkspace['env'];
  readonly workspaces: WorkspacePort;
  readonly stepCache: StepCachePort;
  /** Whether a step may take a kept result; what it leaves is kept in any case. */
  readsCache(step: string): boolean;
  readonly launcher: Launcher;
  /** Environment that all steps start from. */
  readonly env: NodeJS.ProcessEnv;
  /** Command of this program, which carries out built-in actions and plugin modules: `[node, cli]`. */
  readonly engineCommand: readonly string[];
  readonly plugins: readonly LoadedPlugin[];
  readonly parameterTypes: readonly ParameterType[];
  readonly secrets: { readonly [name: string]: string };
  /** Engines before this one had the same. */
  readonly areSecretsTheSame: boolean;
  /** What the log of an attempt may have; its middle is left out beyond that. The same for as long as the attempt lasts. */
  logBytesMax(attemptNo: number): number;
  nowMs(): number;
  /** Told of places at which a crash would have to be survived; does nothing but in tests. */
  checkpoint(reached: Checkpoint): void;
  /** Told how far the making of a step's own workspace has got. */
  onWorkspaceProgress(step: string, progress: WorkspaceProgress): void;
  /** Keeps a file below a folder as an artifact of the run; returns what is wrong, or null. */
  keepArtifact(name: string, path: string, folder: string): Promise<string | null>;
  /** Told again and again whether what runs on the terminal of an attempt seems to wait for somebody. */
  noteInput(of: { readonly step: string; readonly attempt: number }, isAwaited: boolean): void;
  /** Puts events into the journal. */
  record(events: readonly RunEvent[]): void;
  /** Returns where the texts of a step find their values now. */
  scopeOf(step: string, extras: ScopeExtras): ExpressionScope;
}
