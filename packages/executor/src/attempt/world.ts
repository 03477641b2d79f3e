// What an attempt needs to know of its run.

import type { ExpressionScope, ParameterType, Plan } from '@workflow-platform/core';
import type { WorkspaceIdentity } from '@workflow-platform/events';
import type { ScopeExtras } from '@workflow-platform/scheduler';
import type { LoadedPlugin } from '../plugin/manifest.ts';
import type { WorkspacePort } from '../ports.ts';
import type { Launcher } from './launcher.ts';

export interface AttemptWorld {
  readonly runId: string;
  readonly plan: Plan;
  /** Absolute path of the folder of the run's files. */
  readonly runFolder: string;
  /** Absolute path of the folder that workspaces are made from. */
  readonly from: string;
  readonly workspace: WorkspaceIdentity;
  readonly workspaces: WorkspacePort;
  readonly launcher: Launcher;
  /** Command of this program, which carries out built-in actions and plugin modules: `[node, cli]`. */
  readonly engineCommand: readonly string[];
  readonly plugins: readonly LoadedPlugin[];
  readonly parameterTypes: readonly ParameterType[];
  readonly secrets: { readonly [name: string]: string };
  /** Keeps a file below a folder as an artifact of the run; returns what is wrong, or null. */
  keepArtifact(name: string, path: string, folder: string): Promise<string | null>;
  /** Returns where the texts of a step find their values now. */
  scopeOf(step: string, extras: ScopeExtras): ExpressionScope;
}
