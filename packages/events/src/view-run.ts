// What is shown of a run as a whole.
// Not here: how it changes (view.ts).

import type { EngineIdentity, Json } from './run-event.ts';
import type { Usage } from './usage.ts';
import type { RunStatus } from './view.ts';

/** A run without its steps. */
export interface RunSummary {
  id: string;
  workflow: string;
  version: string | null;
  name: string | null;
  status: RunStatus;
  createdAtMs: number | null;
  startedAtMs: number | null;
  finishedAtMs: number | null;
  by: { readonly user: string; readonly host: string; readonly cwd: string } | null;
  params: { readonly [name: string]: Json };
  parent: { readonly runId: string; readonly step: string } | null;
  source: string | null;
  fileDigest: string | null;
  planDigest: string | null;
  /** The engine that took the run up last. */
  engine: EngineIdentity | null;
  /** How often it was taken up again. */
  resumeCount: number;
  cancel: { readonly by: string; readonly reason: string; readonly atMs: number } | null;
  /** As in `run.finished`. */
  failed: readonly string[];
  allowedFailures: readonly string[];
  failure: { readonly kind: 'workspace' | 'artifacts' | 'engine'; readonly message: string } | null;
  /** What its agents used up, in all attempts; null when they told nothing. Runs that its steps started count for themselves. */
  usage: Usage | null;
  /** Number and time of the last event seen. */
  lastSeq: number;
  lastEventAtMs: number | null;
}
