// A random plan: any graph, groups in groups, loops, `foreach`, waits, every policy, conditions of every kind.
// Not here: how its processes behave (virtual-world.ts).

import type {
  MatrixList,
  Plan,
  PlanAttemptStep,
  PlanGroupStep,
  PlanQuota,
  PlanRetry,
  PlanStep,
  PlanWaitStep,
  Text,
} from '@workflow-platform/core';
import { attemptStep, foreachOf, groupStep, implied, matrixOf, planOf, repeatOf, waitStep } from '../build-plan.ts';
import type { Random } from '../random.ts';

const DEPTH_MAX = 2;

/** What steps of random plans need quota of. */
export const QUOTA_TOKENS = ['claude', 'codex'];

/** Draws a plan. Every loop in it ends some day, whatever its steps do. */
export function randomPlan(random: Random): Plan {
  const steps = randomSteps(random, {
    depth: 0,
    count: random.integer(1, random.isLikely(0.1) ? 14 : 7),
    prefix: 's',
    isTurn: false,
  });
  return planOf(steps, { maxParallel: random.pick([1, 1, 2, 3, 8]) });
}

interface Place {
  readonly depth: number;
  readonly count: number;
  readonly prefix: string;
  /** Inside of a loop. */
  readonly isTurn: boolean;
}

function randomSteps(random: Random, place: Place): PlanStep[] {
  const ids = Array.from({ length: place.count }, (_, index) => `${place.prefix}${index}`);
  // Needs follow a hidden order, not that of the file.
  const order = random.shuffle(ids);
  const density = random.pick([0, 0.2, 0.5]);
  const needsOf = new Map(order.map((id, index) => [id, order.slice(0, index).filter(() => random.isLikely(density))]));
  return ids.map((id) => randomStep(random, place, id, needsOf.get(id) ?? []));
}

function randomStep(random: Random, place: Place, id: string, needs: readonly string[]): PlanStep {
  const watch = random.isLikely(0.1) ? ['watched'] : [];
  const foreach = random.isLikely(0.15) ? randomForeach(random, needs) : null;
  const shared = {
    needs,
    when: randomCondition(random, needs),
    onFailure: random.isLikely(0.25) ? ('continue' as const) : ('fail-fast' as const),
    foreach,
    breakWhen: place.isTurn && foreach === null && random.isLikely(0.15) ? randomBreak(random, id, watch) : null,
    watch,
  };
  if (place.depth < DEPTH_MAX && random.isLikely(place.depth === 0 ? 0.25 : 0.15)) return randomGroup(random, place, id, shared);
  if (random.isLikely(0.08))
    return waitStep(id, {
      ...shared,
      asks: randomQuestion(random),
      timeoutMs: random.isLikely(0.5) ? random.integer(1000, 100_000) : null,
    });
  return attemptStep(id, {
    ...shared,
    action: { kind: 'argv', argv: ['echo', ...randomReads(random, needs, foreach !== null)] },
    timeoutMs: random.isLikely(0.3) ? random.integer(1, 20_000) : null,
    idleTimeoutMs: random.isLikely(0.2) ? random.integer(1, 10_000) : null,
    ...(random.isLikely(0.4) ? { retry: randomRetry(random) } : {}),
    ...(random.isLikely(0.3) ? { quota: randomQuota(random) } : {}),
    ...randomSpecial(random),
  });
}

function randomQuestion(random: Random): PlanWaitStep['asks'] {
  if (random.isLikely(0.25)) return randomEdit(random);
  const approvals = random.pick([1, 1, 2]);
  const fields = approvals > 1 ? {} : { note: { type: 'integer', default: 0 } };
  return {
    message: { text: 'Well?' },
    fields: { json: fields },
    approvals: { json: approvals },
    on_timeout: { json: random.pick(['fail', 'reject', 'accept']) },
  };
}

/** What is cached asks nobody. */
function randomSpecial(random: Random): Partial<Pick<PlanAttemptStep, 'cache' | 'interactive'>> {
  if (random.isLikely(0.2)) return { cache: { inputs: ['a'], outputs: [] } };
  return random.isLikely(0.15) ? { interactive: true } : {};
}

function randomGroup(random: Random, place: Place, id: string, shared: Partial<PlanGroupStep>): PlanGroupStep {
  const isLoop = random.isLikely(0.5);
  const inner: Place = {
    depth: place.depth + 1,
    count: random.integer(1, 4),
    prefix: `${id}${'abc'[place.depth]}`,
    isTurn: isLoop,
  };
  const steps = randomSteps(random, inner);
  const first = (steps[0] as PlanStep).id;
  return groupStep(id, steps, {
    ...shared,
    repeat: isLoop ? randomRepeat(random, first, shared.watch ?? []) : null,
    outputs: random.isLikely(0.3) ? [{ name: 'v', value: [{ expression: randomOutput(random, first) }] }] : [],
  });
}

function randomRepeat(random: Random, inner: string, watch: readonly string[]): NonNullable<PlanGroupStep['repeat']> {
  const max = random.pick([0, 1, 2, 3]);
  const delayMs = random.pick([0, 0, 1000, 5000]);
  const changed = watch.length > 0 ? [`iteration >= 3 || !changed('watched')`] : [];
  const until = random.pick([
    `iteration >= ${random.integer(1, 4)}`,
    `iteration >= 4 || steps.${inner}.outputs.v == '1'`,
    `iteration >= 4 || exists('done')`,
    `iteration >= 2 && fromJSON('{')`,
    ...changed,
  ]);
  const of = random.pick([`steps.${inner}.outputs.v`, 'iteration >= 3', "exists('done')"]);
  if (random.isLikely(0.25)) return repeatOf({ until, max, delayMs, progress: { of, within: random.integer(1, 2) } });
  if (random.isLikely(0.2)) return repeatOf({ while: `iteration < 3 && steps.${inner}.outputs.v != '2'`, max, delayMs });
  if (max > 0 && random.isLikely(0.2)) return repeatOf({ max, delayMs });
  return repeatOf({ until, max, delayMs });
}

/** What a retry compares: outputs of needed steps, the item. */
function randomReads(random: Random, needs: readonly string[], isForeach: boolean): Text[] {
  const outputs = needs.filter(() => random.isLikely(0.4)).map((need): Text => [{ expression: `steps.${need}.outputs.v` }]);
  return isForeach && random.isLikely(0.5) ? [...outputs, [{ expression: 'item' }]] : outputs;
}

function randomRetry(random: Random): PlanRetry {
  return {
    max: random.integer(1, 3),
    backoff: random.pick(['constant', 'linear', 'exponential'] as const),
    initialMs: random.pick([0, 100, 5000]),
    maxDelayMs: random.pick([100, 10_000]),
    jitter: random.isLikely(0.5),
    onExit: random.isLikely(0.2) ? [1] : null,
  };
}

function randomQuota(random: Random): PlanQuota {
  return {
    token: random.pick(QUOTA_TOKENS),
    onExit: [],
    pattern: null,
    waitMs: random.pick([1, 5000, 60_000]),
    maxWaitMs: random.pick([1, 10_000, 600_000, 86_400_000]),
  };
}

function randomForeach(random: Random, needs: readonly string[]): NonNullable<PlanStep['foreach']> {
  const settings = {
    as: random.isLikely(0.5) ? 'thing' : null,
    maxParallel: random.isLikely(0.5) ? random.integer(1, 3) : null,
    failFast: random.isLikely(0.4),
  };
  const need = needs.length > 0 && random.isLikely(0.3) ? random.pick(needs) : null;
  if (need !== null && random.isLikely(0.7))
    return { ...foreachOf([]), ...settings, in: `fromJSON(steps.${need}.outputs.list || '["d","e"]')` };
  if (random.isLikely(0.3)) return randomMatrix(random, need, settings);
  const lists = [['a'], ['a', 'b', 'c'], [1, 2, 3, 4, 5], ['x/[y].ts', ']', '['], [{ n: 1 }, { n: 2 }], [], ['a', 'a']];
  const items = random.pick(lists);
  const key = typeof items[0] === 'object' && random.isLikely(0.5) ? 'item.n' : null;
  return foreachOf(items, { ...settings, key });
}

function randomCondition(random: Random, needs: readonly string[]): string | null {
  if (random.isLikely(0.6)) return null;
  const need = needs.length > 0 ? random.pick(needs) : null;
  return random.pick([
    'always()',
    'failure()',
    'cancelled()',
    'always() && !cancelled()',
    'failure() || success()',
    implied('true'),
    implied(`exists('file')`),
    `always() && exists('file')`,
    implied(`exists('file') || file('note') == 'x'`),
    ...(need === null ? [] : [implied(`steps.${need}.outputs.v != '1'`), `always() && steps.${need}.conclusion == 'success'`]),
    ...(random.isLikely(0.1) ? [implied(`fromJSON('{') == 1`)] : []),
  ]);
}

function randomBreak(random: Random, id: string, watch: readonly string[]): string {
  const changed = watch.length > 0 ? [`changed('watched')`] : [];
  return random.pick([
    `steps.${id}.outputs.v == '1'`,
    `exists('stop')`,
    `steps.${id}.outputs.v == '0' || exists('stop')`,
    ...changed,
  ]);
}

function randomOutput(random: Random, inner: string): string {
  return random.pick([`steps.${inner}.outputs.v`, `exists('file')`, ...(random.isLikely(0.1) ? [`fromJSON('[')`] : [])]);
}

function randomMatrix(
  random: Random,
  need: string | null,
  settings: { readonly as: string | null; readonly maxParallel: number | null; readonly failFast: boolean },
): NonNullable<PlanStep['foreach']> {
  const second: MatrixList = need === null ? random.pick([[1], [1, 2], []]) : `fromJSON(steps.${need}.outputs.list || '["d"]')`;
  return matrixOf(
    { os: random.pick([['x'], ['x', 'y']]), node: second },
    {
      ...settings,
      exclude: random.pick<MatrixList>([[], [{ os: 'x', node: 1 }], [{ os: 'y' }], 'fromJSON(\'[{"nope": 1}]\')']),
      include: random.pick<MatrixList>([[], [{ os: 'z' }, { os: 'x', more: true }], [{ os: 'z' }, { os: 'z' }]]),
      key: random.isLikely(0.2) ? "format('{0}/{1}', item.os, item.node)" : null,
    },
  );
}

function randomEdit(random: Random): PlanWaitStep['asks'] {
  return { message: { text: 'Mend it' }, files: { json: ['note.md', 'docs'] }, must_change: { json: random.isLikely(0.3) } };
}
