// Plans in a line or two, for tests: every field has the value that a file without the key gives it.
// Not here: plans from files (core).

import {
  type Matrix,
  type MatrixList,
  PLAN_SCHEMA_VERSION,
  type Plan,
  type PlanAttemptStep,
  type PlanGroupStep,
  type PlanQuota,
  type PlanRetry,
  type PlanStep,
  type PlanWaitStep,
} from '@workflow-platform/core';

type Given<T> = Partial<Omit<T, 'id' | 'kind'>>;

const shared = { name: null, needs: [], when: null, onFailure: 'fail-fast', foreach: null, breakWhen: null, watch: [] } as const;

const noRetry: PlanRetry = { max: 0, backoff: 'exponential', initialMs: 1000, maxDelayMs: 60_000, jitter: false, onExit: null };

/** Builds a step that runs a process. */
export function attemptStep(id: string, given: Given<PlanAttemptStep> = {}): PlanAttemptStep {
  return {
    ...shared,
    id,
    kind: 'attempt',
    action: { kind: 'argv', argv: ['true'] },
    inputs: null,
    env: {},
    stdin: null,
    workspace: 'inherit',
    timeoutMs: null,
    idleTimeoutMs: null,
    retry: noRetry,
    outputs: [],
    ...given,
  };
}

/** Builds a retry policy; constant delays of a second unless it says otherwise. */
export function retryPolicy(given: Partial<PlanRetry>): PlanRetry {
  return { ...noRetry, backoff: 'constant', ...given };
}

/** Builds the quota of a step: a minute is waited at first, a day at most, unless it says otherwise. */
export function quotaPolicy(given: Partial<PlanQuota> = {}): PlanQuota {
  return { token: 'claude', onExit: [75], pattern: null, waitMs: 60_000, maxWaitMs: 86_400_000, ...given };
}

/** Builds a group; give `repeat` for a loop. */
export function groupStep(id: string, steps: readonly PlanStep[], given: Given<PlanGroupStep> = {}): PlanGroupStep {
  return { ...shared, id, kind: 'group', repeat: null, outputs: [], ...given, steps };
}

/** Builds the `repeat` of a loop. */
export function repeatOf(given: Partial<NonNullable<PlanGroupStep['repeat']>>): NonNullable<PlanGroupStep['repeat']> {
  return { until: null, while: null, max: 0, delayMs: 0, ...given };
}

/** Builds the `foreach` of a step over fixed items. */
export function foreachOf(
  items: readonly unknown[],
  given: Partial<NonNullable<PlanStep['foreach']>> = {},
): NonNullable<PlanStep['foreach']> {
  const list = JSON.stringify(items).replaceAll("'", "''");
  return { in: `fromJSON('${list}')`, as: null, key: null, maxParallel: null, failFast: false, ...given };
}

/** Builds the `foreach` of a step over a matrix. */
export function matrixOf(
  axes: { readonly [name: string]: MatrixList },
  given: Partial<Omit<Matrix, 'axes'>> & Partial<Omit<NonNullable<PlanStep['foreach']>, 'in' | 'matrix'>> = {},
): NonNullable<PlanStep['foreach']> {
  const { exclude = [], include = [], ...more } = given;
  const matrix = { axes: Object.entries(axes).map(([name, values]) => ({ name, values })), exclude, include };
  return { in: null, matrix, as: 'matrix', key: null, maxParallel: null, failFast: false, ...more };
}

/** Builds a step that waits for a person. */
export function waitStep(id: string, given: Given<PlanWaitStep> = {}): PlanWaitStep {
  return { ...shared, id, kind: 'wait', action: 'human/approve', asks: {}, inputs: null, timeoutMs: null, ...given };
}

/** Wraps a condition as the planner does with one that has no status function. */
export function implied(condition: string): string {
  return `success() && (${condition})`;
}

/** The workspace of a file that says nothing of it, but for the provider: what such plans run in is there already. */
export const plainWorkspace: Plan['workspace'] = {
  provider: 'none',
  base: null,
  include: [],
  snapshot: 'run',
  keep: 'on-failure',
  setup: null,
  setupKey: [],
  direnv: 'auto',
};

/** Builds a plan of steps. */
export function planOf(steps: readonly PlanStep[], given: Partial<Omit<Plan, 'steps'>> = {}): Plan {
  return {
    schemaVersion: PLAN_SCHEMA_VERSION,
    workflow: { id: 'example', version: null, name: null, fileDigest: '0'.repeat(64) },
    parameters: {},
    secrets: [],
    maxParallel: 1,
    env: {},
    requirements: { commands: [], python: [] },
    workspace: { ...plainWorkspace, keep: 'never' },
    artifacts: [],
    files: {},
    digest: '0'.repeat(64),
    ...given,
    steps,
  };
}
