// What a host reports to the scheduler. A signal may come late or twice; decide() ignores one that no longer fits the state.
// Not here: what follows from it (decide/).

import type { EngineIdentity, Fact, Failure, Json, ObservationPurpose, WorkspaceIdentity } from '@workflow-platform/events';

/** How an attempt ended, as the host saw it. */
export type AttemptResult =
  | {
      readonly kind: 'succeeded';
      readonly exitCode: number;
      readonly durationMs: number;
      readonly outputs: { readonly [name: string]: string };
    }
  | {
      readonly kind: 'failed';
      readonly failure: Failure;
      readonly exitCode: number | null;
      readonly durationMs: number;
    };

export type Signal =
  /** The host takes the run up: first time, after a crash, or to go on with what had not succeeded. */
  | { readonly kind: 'start'; readonly engine: EngineIdentity }
  | { readonly kind: 'resume'; readonly engine: EngineIdentity; readonly by: string }
  /** Time has passed; nothing else. */
  | { readonly kind: 'tick' }
  | { readonly kind: 'workspace-ready'; readonly workspace: WorkspaceIdentity; readonly reused: boolean }
  | { readonly kind: 'workspace-failed'; readonly message: string }
  /** The host looked into the workspace as an `observation` effect asked. */
  | {
      readonly kind: 'observed';
      /** Of the effect that is answered; a host that may repeat itself gives it, so that a late answer meets no later question. */
      readonly key?: string;
      readonly step: string;
      readonly purpose: ObservationPurpose;
      readonly facts: readonly Fact[];
    }
  /** Nothing of the attempt is left running. */
  | { readonly kind: 'attempt-ended'; readonly step: string; readonly attempt: number; readonly result: AttemptResult }
  /** The attempt has written nothing for `idleMs`. */
  | { readonly kind: 'attempt-idle'; readonly step: string; readonly attempt: number; readonly idleMs: number }
  | {
      readonly kind: 'answered';
      readonly step: string;
      readonly by: string;
      readonly approved: boolean;
      readonly message: string;
      readonly fields: { readonly [name: string]: Json };
    }
  | { readonly kind: 'cancel'; readonly by: string; readonly reason: string }
  /** Artifacts are collected and the workspace is released, as the `finalization` effect asked. */
  | { readonly kind: 'finalized'; readonly problems: readonly string[] };
