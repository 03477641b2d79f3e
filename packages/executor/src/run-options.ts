// What a run host is given.

import type { ParameterType, Plan } from '@workflow-platform/core';
import type { BreakPoints, EngineIdentity, RetryRequest, RunEvent } from '@workflow-platform/events';
import type { Checkpoint } from './attempt/checkpoint.ts';
import type { LoadedPlugin } from './plugin/manifest.ts';
import type { HostPorts } from './ports.ts';

export interface RunOptions {
  readonly runId: string;
  readonly plan: Plan;
  readonly ports: HostPorts;
  /**
   * A new run with its first event, or one that is in the journal already: `continue` goes on where its engine stopped,
   * `resume` also takes up what had not succeeded, as somebody asked.
   */
  readonly start:
    | { readonly kind: 'new'; readonly created: Extract<RunEvent, { type: 'run.created' }> }
    | {
        readonly kind: 'resume';
        readonly by: string;
        /** Carries a step of a run that is over out again. */
        readonly retry?: RetryRequest;
        /** Instead of those that the run had. */
        readonly breakPoints?: BreakPoints;
      };
  readonly engine: EngineIdentity;
  readonly paths: {
    /** Absolute path of `runs/<runId>/`; made when it is not there. */
    readonly runFolder: string;
    /** Absolute path of the folder that workspaces are made from. */
    readonly from: string;
  };
  readonly workspaceId: string;
  /** Environment that all steps start from. */
  readonly env: NodeJS.ProcessEnv;
  /** Values of secret parameters. */
  readonly secrets: { readonly [name: string]: string };
  /** Command of this program, with which built-in actions and plugin modules are run: `[node, cli]`. */
  readonly engineCommand: readonly string[];
  readonly plugins: readonly LoadedPlugin[];
  /** The built-in ones and those of plugins. */
  readonly parameterTypes: readonly ParameterType[];
  /** Leave as soon as nothing but answers of people is waited for; the run stays as it is. */
  readonly leavesToPeople?: boolean;
  /** Between TERM and KILL of an attempt that has to end. Default 10 s. */
  readonly graceMs?: number;
  /** What the log of an attempt may have; of more, only the beginning and the end are kept. Default 1 GiB. */
  readonly logBytesMax?: number;
  /** Whether cached steps may take kept results; what they leave is kept in any case. Default true. */
  readonly readsCache?: boolean;
  /** Called at each of them; for tests that let an engine die there. */
  readonly onCheckpoint?: (reached: Checkpoint) => void;
}
