// What a stubs file says, as plain data: for each step what it would give, and what it would find in the workspace.
// Not here: reading it (read-stubs.ts), what of it is used (stub-book.ts).

import type { Json, Path } from '@workflow-platform/core';
import type { Failure } from '@workflow-platform/events';
import type { RefPart, StepPlace } from './stub-places.ts';

/** How one attempt, or one person, would end. */
export type OutcomeEnd =
  | { readonly kind: 'success'; readonly outputs: { readonly [name: string]: string } }
  | { readonly kind: 'failure'; readonly failure: Failure }
  | { readonly kind: 'quota'; readonly resetAfterMs: number | null; readonly message: string | null }
  /** It goes on until its time limit ends it. */
  | { readonly kind: 'hangs'; readonly limit: 'timeout' | 'idle-timeout' }
  | {
      readonly kind: 'answer';
      readonly approved: boolean;
      /** Null: whoever may. */
      readonly by: string | null;
      readonly message: string;
      readonly fields: { readonly [name: string]: Json };
    }
  /** Nobody answers. */
  | { readonly kind: 'silence' };

export interface Outcome {
  /** Where it stands in the file. */
  readonly path: Path;
  readonly durationMs: number;
  readonly end: OutcomeEnd;
}

/** Answers about one path of the workspace. */
export interface FactStub {
  readonly path: Path;
  /** `exists`, `changed`: whether. `file`: its text, or false where there is none. */
  readonly answers: readonly (boolean | string)[];
  /** Each answer is for one question, in order; otherwise the one holds for all of them. */
  readonly isList: boolean;
}

/** One entry of the file. */
export interface Stub {
  readonly name: string;
  readonly path: Path;
  readonly place: StepPlace;
  readonly parts: readonly RefPart[];
  /** In order of the attempts, or answers; where it is no list the one outcome is that of all of them. Empty for a group. */
  readonly outcomes: readonly Outcome[];
  readonly isList: boolean;
  /** By `exists:PATH`, `file:PATH` and `changed:PATH`. */
  readonly facts: ReadonlyMap<string, FactStub>;
}
