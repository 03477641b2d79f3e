// What the scheduler costs by itself, and how that grows: whole runs of chains, wide and layered graphs with a host that does
// nothing but answer. Prints a table in Markdown. Run: node bench/scheduler.ts
// Not here: plans made from files (plan.ts), processes and journal (steps.ts).

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Plan, PlanStep } from '@workflow-platform/core';
import { advance, createRunState, effectsDue, foldRun, isFinished } from '@workflow-platform/scheduler';
import { attemptStep, planOf, Random } from '@workflow-platform/testkit';
import type { EventEnvelope, RunEvent } from '@workflow-platform/events';

const ROUNDS = 9;
const engine = { version: '0', host: 'bench', pid: 1 };
const workspace = { id: 'w', path: '/w', provider: 'none', from: '/w', base: null, why: 'bench' } as const;

/** A graph of that many steps, and edges where the shape has a choice. */
type Shape = (stepCount: number, edgeCount: number) => PlanStep[];

const chain: Shape = (count) =>
  Array.from({ length: count }, (_, at) => attemptStep(idOf(at), { needs: at === 0 ? [] : [idOf(at - 1)] }));

const wide: Shape = (count) => Array.from({ length: count }, (_, at) => attemptStep(idOf(at)));

/** Layers of equal size; each step needs random ones of the layer before. */
const layered: Shape = (count, edgeCount) => {
  const random = new Random(7);
  const layerSize = Math.max(10, Math.ceil(Math.sqrt(count)));
  const needsPerStep = Math.min(layerSize, Math.round(edgeCount / (count - layerSize)));
  return Array.from({ length: count }, (_, at) => {
    const layer = Math.floor(at / layerSize);
    if (layer === 0) return attemptStep(idOf(at));
    const needs = new Set<string>();
    while (needs.size < needsPerStep) needs.add(idOf((layer - 1) * layerSize + random.integer(0, layerSize - 1)));
    return attemptStep(idOf(at), { needs: [...needs] });
  });
};

/** The first step fails and takes all the others with it. */
const failing: Shape = (count) =>
  Array.from({ length: count }, (_, at) => attemptStep(idOf(at), { needs: at === 0 ? [] : [idOf(0)] }));

const cases: readonly { readonly name: string; readonly shape: Shape; readonly steps: number; readonly edges: number }[] = [
  ...[1000, 3000, 10_000].map((steps) => ({ name: 'chain', shape: chain, steps, edges: steps - 1 })),
  ...[1000, 3000, 10_000].map((steps) => ({ name: 'wide', shape: wide, steps, edges: 0 })),
  ...[1000, 3000, 10_000].map((steps) => ({ name: 'layered', shape: layered, steps, edges: steps * 2 })),
  ...[1000, 3000, 10_000].map((steps) => ({ name: 'layered, 10 needs each', shape: layered, steps, edges: steps * 10 })),
  ...[1000, 3000, 10_000].map((steps) => ({ name: 'first fails, all skipped', shape: failing, steps, edges: steps - 1 })),
];

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
// The compiler has seen everything before the first row.
for (const shape of [chain, wide, layered, failing])
  for (let round = 0; round < 5; round += 1) measure(planOf(shape(1000, 5000), { maxParallel: 8 }), shape === failing);

console.log('| graph | steps | edges | create ms | run ms | events | µs/event | growth | fold ms | state MB |');
console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
const firstOf = new Map<string, number>();
for (const { name, shape, steps, edges } of cases) {
  const plan = planOf(shape(steps, edges), { maxParallel: 8 });
  const rounds = Array.from({ length: ROUNDS }, () => measure(plan, shape === failing));
  // The least of each: what the machine does besides only ever adds.
  const least = (of: (measured: Measured) => number): number => Math.min(...rounds.map(of));
  const runMs = least((measured) => measured.runMs);
  const [{ eventCount, stateMb } = { eventCount: 0, stateMb: 0 }] = rounds;
  const perEvent = (runMs * 1000) / eventCount;
  const first = firstOf.get(name) ?? perEvent;
  firstOf.set(name, first);
  const edgeCount = plan.steps.reduce((sum, step) => sum + step.needs.length, 0);
  const cells = [
    name,
    steps,
    edgeCount,
    least(({ createMs }) => createMs).toFixed(1),
    runMs.toFixed(1),
    eventCount,
    perEvent.toFixed(2),
  ];
  console.log(
    `| ${[...cells, `× ${(perEvent / first).toFixed(2)}`, least(({ foldMs }) => foldMs).toFixed(1), stateMb.toFixed(1)].join(' | ')} |`,
  );
}

interface Measured {
  readonly createMs: number;
  readonly runMs: number;
  readonly foldMs: number;
  readonly eventCount: number;
  readonly stateMb: number;
}

/** Carries a plan out as a host would: every turn asks what is due, starts it, and reports the oldest attempt as ended. */
function measure(plan: Plan, isFailing: boolean): Measured {
  const memoryBefore = usedMemory();
  const createStartMs = performance.now();
  const state = createRunState(plan, 'bench');
  const createMs = performance.now() - createStartMs;
  const stateMb = (usedMemory() - memoryBefore) / 1024 / 1024;

  const events: RunEvent[] = [];
  let nowMs = 0;
  const runStartMs = performance.now();
  const send = (signal: Parameters<typeof advance>[1]): void => {
    nowMs += 1;
    for (const event of advance(state, signal, nowMs, () => 0)) events.push(event);
  };
  send({ kind: 'start', engine });
  while (!isFinished(state)) {
    const [effect] = effectsDue(state);
    if (effect?.kind === 'workspace') send({ kind: 'workspace-ready', workspace, reused: false });
    else if (effect?.kind === 'finalization') send({ kind: 'finalized', problems: [] });
    else if (effect?.kind === 'attempt') {
      const { step, attempt } = effect;
      const failure = { kind: 'exit', code: 1 } as const;
      send({
        kind: 'attempt-ended',
        step,
        attempt,
        result: isFailing
          ? { kind: 'failed', failure, exitCode: 1, durationMs: 1 }
          : { kind: 'succeeded', exitCode: 0, durationMs: 1, outputs: {} },
      });
    } else throw new Error(`unexpected effect ${effect?.kind}`);
  }
  const runMs = performance.now() - runStartMs;

  const journal: EventEnvelope[] = events.map((event, at) => ({ runId: 'bench', seq: at + 1, atMs: at, event }));
  const foldStartMs = performance.now();
  foldRun(plan, journal);
  return { createMs, runMs, foldMs: performance.now() - foldStartMs, eventCount: events.length, stateMb };
}

function usedMemory(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

function idOf(at: number): string {
  return `step-${at}`;
}
