// A kind of things that can be pruned: one target a place on the disk. To add one, write a file beside this and put it into
// targets.ts.
// Not here: the targets, what was typed (subcommands/prune.ts).

import type { Retention } from '@workflow-platform/core';
import type { CliContext } from '../context.ts';

/** What `--what` can name. */
export const pruneKinds = ['runs', 'logs', 'artifacts', 'blobs', 'bundles', 'workspaces', 'cache'] as const;

export type PruneKind = (typeof pruneKinds)[number];

/** What is asked for. */
export interface PruneRequest {
  readonly context: CliContext;
  readonly nowMs: number;
  readonly kinds: ReadonlySet<PruneKind>;
  /** How long things are kept: settings and flags together. */
  readonly retention: Retention;
  /** Only things of this workflow. */
  readonly workflow: string | null;
}

/** Things of one kind that go, or went. */
export interface PrunedKind {
  readonly kind: PruneKind;
  readonly items: readonly PrunedItem[];
}

/** One of them. */
export interface PrunedItem {
  readonly name: string;
  /** What it is, for people. */
  readonly detail: string;
  readonly sizeBytes: number;
}

/** Something that stays although it is old enough, and why. */
export interface SparedItem {
  readonly name: string;
  readonly why: string;
}

/** What a target found, or did. */
export interface PruneOutcome {
  readonly kinds: readonly PrunedKind[];
  readonly spared: readonly SparedItem[];
  /** Things that should be gone and could not be removed. */
  readonly failures: readonly SparedItem[];
}

/** Knows what goes of one place. What `find` names, `prune` removes, unless it has changed meanwhile. */
export interface PruneTarget {
  readonly kinds: readonly PruneKind[];
  find(request: PruneRequest): Promise<PruneOutcome>;
  prune(request: PruneRequest): Promise<PruneOutcome>;
}
