// What the result of a step depends on, and the key made of it. Values go in as digests with the machine's key: a secret counts,
// and cannot be read or tried out from what is kept.
//
// What counts: what is run and how, the variables that the workflow declares, stdin, the folder, what is declared of the outputs,
// the kind of machine, and the files that the step names. What does not: the rest of the environment (PATH, the engine's own
// variables, what the workspace adds), the time, other files, the network. Who depends on those names them in `env`.
// Not here: reading the files (digest-inputs.ts).

import type { PlanAttemptStep, PlanCache } from '@workflow-platform/core';
import type { CacheFact, CacheKeyParts } from '@workflow-platform/events';

/** Raised when results of earlier releases could be wrong for the same parts. */
const FORMAT = '1';

export interface KeySource {
  readonly plan: Pick<PlanAttemptStep, 'outputs'>;
  readonly cache: PlanCache;
  /** What it does, as texts. */
  readonly does: readonly CacheFact[];
  /** Declared by the workflow, the action and the step, resolved. */
  readonly env: { readonly [name: string]: string };
  /** Null where it is empty, or part of `does`. */
  readonly stdin: string | null;
  /** Where it runs, from the root of the workspace. */
  readonly folder: string;
  readonly files: readonly CacheFact[];
}

/** A key, and what it is made of. */
export interface CacheKey {
  readonly key: string;
  readonly parts: CacheKeyParts;
}

/** Returns the key; `digest` is keyed. */
export function cacheKey(source: KeySource, digest: (text: string) => string): CacheKey {
  const { plan, cache, does, env, stdin, folder, files } = source;
  const outputs = plan.outputs.map(({ name, from, pattern, required }) => [name, from, pattern, required]);
  const hidden: CacheFact[] = [
    ...does,
    ...Object.entries(env).map(([name, value]): CacheFact => [`env ${name}`, value]),
    ['stdin', stdin ?? ''],
    ['folder', folder],
    ['outputs', JSON.stringify(outputs)],
    ['cache.outputs', JSON.stringify(cache.outputs)],
  ];
  const values: CacheFact[] = hidden.map(([name, text]) => [name, digest(JSON.stringify([name, text]))]);
  values.push(['format', FORMAT], ['platform', `${process.platform} ${process.arch}`]);
  const parts = { values: sorted(values), files: sorted(files) };
  return { key: digest(JSON.stringify(parts)), parts };
}

function sorted(facts: readonly CacheFact[]): readonly CacheFact[] {
  return facts.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
