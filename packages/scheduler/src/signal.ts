// What a host reports to the scheduler. A signal may come late or twice; decide() ignores one that no longer fits the state.
// Not here: what follows from it (decide/).

import type { SavedWork } from '@workflow-platform/events';
import type {
  BreakPoints,
  EngineIdentity,
  Fact,
  Failure,
  Json,
  ObservationPurpose,
  ReadinessEvent,
  RetryRequest,
  Usage,
  WorkspaceIdentity,
} from '@workflow-platform/events';

/** How an attempt ended, as the host saw it. */
export type AttemptResult = (
  | {
      readonly kind: 'succeeded';
      readonly exitCode: number;
      readonly durationMs: number;
      readonly outputs: { readonly [name: string]: string };
      /** It was kept from an earlier attempt: nothing ran. */
      readonly isCached?: boolean;
    }
  | {
      readonly kind: 'failed';
      readonly failure: Failure;
      readonly exitCode: number | null;
      readonly durationMs: number;
      /** It had ended before anybody told it to stop; then a stop that was decided since is not why it failed. */
      readonly onItsOwn?: boolean;
    }
) & {
  /** What it told besides its outcome, whatever that is. */
  readonly told?: AttemptTold;
};

/** What an attempt told of its work. */
export interface AttemptTold {
  /** By which name its work can be taken up again; null when it told none. */
  readonly session: string | null;
  readonly usage: readonly Usage[];
}

/** Which request of another process a signal stands for. Of one request, only the first signal counts, and it is always answered for. */
export interface RequestMark {
  readonly id: string;
  /** When it was made: an answer given in time counts, also when an engine learns of it later. */
  readonly atMs: number;
}

export type Signal =
  /** The host takes the run up: first time, after a crash, or to go on with what had not succeeded. */
  | { readonly kind: 'start'; readonly engine: EngineIdentity }
  | {
      readonly kind: 'resume';
      readonly engine: EngineIdentity;
      readonly by: string;
      /** A step of a run that is over is to be carried out again. */
      readonly retry?: RetryRequest;
      /** Instead of those that the run had. */
      readonly breakPoints?: BreakPoints;
    }
  /** Time has passed; nothing else. */
  | { readonly kind: 'tick' }
  | {
      readonly kind: 'workspace-ready';
      readonly workspace: WorkspaceIdentity;
      readonly reused: boolean;
      /** Work that the run had left in an earlier one and that is in this one. */
      readonly restored?: SavedWork;
      /** What was done to make it ready. */
      readonly prepared?: readonly ReadinessEvent[];
    }
  /** It could not be made. A run that is under way is not over for that: its engine leaves, and another one may try later. */
  | { readonly kind: 'workspace-failed'; readonly message: string }
  /** The making was ended because of a cancel; nothing of it is left. Said again while the `workspace` effect is due. */
  | { readonly kind: 'workspace-cancelled' }
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
  /** Another run was turned away: there is no quota of the token before that time. */
  | { readonly kind: 'quota-seen'; readonly token: string; readonly untilMs: number; readonly runId: string }
  /** Another run that had said so got through. */
  | { readonly kind: 'quota-freed'; readonly token: string }
  /** The attempt told by which name its work can be taken up again. */
  | { readonly kind: 'attempt-session'; readonly step: string; readonly attempt: number; readonly session: string }
  | {
      readonly kind: 'answered';
      readonly step: string;
      /** `name@host`. */
      readonly by: string;
      readonly approved: boolean;
      readonly message: string;
      readonly fields: { readonly [name: string]: Json };
      readonly request?: RequestMark;
    }
  | {
      readonly kind: 'cancel';
      readonly by: string;
      readonly reason: string;
      readonly now?: boolean;
      readonly request?: RequestMark;
    }
  /** Somebody asked for something that nobody can read. */
  | { readonly kind: 'unreadable-request'; readonly by: string; readonly request: RequestMark }
  /** Artifacts are collected and the workspace is released, as the `finalization` effect asked. */
  | { readonly kind: 'finalized'; readonly problems: readonly string[] };
