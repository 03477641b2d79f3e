// A workflow of chance for engines that die, whose end is known beforehand: every step says in files what it does, and knows from
// them when to fail.
// Not here: dying (crash-run.ts).

import type { Plan, PlanStep } from '@workflow-platform/core';
import { foreachOf, groupStep, repeatOf } from '@workflow-platform/testkit';
import type { Random } from '@workflow-platform/testkit';
import { planOf, script } from '../support/make-run.ts';

/** What has to be true of a step, by the name of its files, when the run is over. */
export interface Expected {
  /** Attempts that began; each leaves a line in `NAME.begun`. */
  readonly begun: number;
  /** Attempts that succeeded; each leaves a line in `NAME.done`. */
  readonly done: number;
}

export interface RandomWorkflow {
  readonly plan: Plan;
  readonly status: 'succeeded' | 'failed';
  readonly expected: ReadonlyMap<string, Expected>;
}

/** Returns a workflow of a few steps; `trace` is the absolute path of a folder for the files of its steps. */
export function randomWorkflow(random: Random, trace: string): RandomWorkflow {
  const expected = new Map<string, Expected>();
  const steps: PlanStep[] = [];
  const count = random.integer(2, 9);
  for (let index = 0; index < count; index++) {
    const id = `s${index}`;
    const needs = steps.map((step) => step.id).filter(() => random.isLikely(1.2 / count));
    steps.push({ ...randomStep(id, random, trace, expected), needs });
  }
  const hasFailed = random.isLikely(0.2);
  if (hasFailed) {
    expected.set('last', { begun: 1, done: 0 });
    const last = script('last', `${begin(trace, 'last')}\nexit 3`, { needs: steps.map(({ id }) => id) });
    steps.push(last);
  }
  const plan = planOf(steps, { maxParallel: random.integer(1, 4), artifacts: [] });
  return { plan, status: hasFailed ? 'failed' : 'succeeded', expected };
}

/** Returns a workflow with one step after the other, and one beside them. */
export function shortWorkflow(trace: string): RandomWorkflow {
  const names = ['first', 'second', 'beside'];
  const text = (name: string): string =>
    `NAME=${name}\n${begin(trace, '$NAME')}\nrmdir "${trace}/$NAME.now"\necho done >> "${trace}/$NAME.done"`;
  const steps = names.map((name) => script(name, text(name), { needs: name === 'second' ? ['first'] : [] }));
  const expected = new Map(names.map((name) => [name, { begun: 1, done: 1 }]));
  return { plan: planOf(steps), status: 'succeeded', expected };
}

function randomStep(id: string, random: Random, trace: string, expected: Map<string, Expected>): PlanStep {
  switch (random.integer(0, 9)) {
    case 0: {
      const items = Array.from({ length: random.integer(1, 4) }, (_one, index) => `i${index}`);
      for (const item of items) expected.set(`${id}-${item}`, { begun: 1, done: 1 });
      const text = `NAME="${id}-$ITEM"\n${body(random, trace, 0)}`;
      return script(id, text, {
        env: { ITEM: [{ expression: 'item' }] },
        foreach: foreachOf(items, { maxParallel: random.integer(1, 3) }),
      });
    }
    case 1: {
      const turns = random.integer(1, 3);
      for (let turn = 1; turn <= turns; turn++) expected.set(`${id}-${turn}`, { begun: 1, done: 1 });
      const inner = script('in', `NAME="${id}-$TURN"\n${body(random, trace, 0)}`, {
        env: { TURN: [{ expression: 'iteration' }] },
      });
      return groupStep(id, [inner], { repeat: repeatOf({ max: turns }) });
    }
    case 2: {
      expected.set(id, { begun: 1, done: 0 });
      const ignores = random.isLikely(0.3) ? "trap '' TERM" : ':';
      return script(id, `NAME=${id}\n${ignores}\n${begin(trace, '$NAME')}\nwhile :; do sleep 0.05; done`, {
        timeoutMs: random.integer(100, 500),
        onFailure: 'continue',
      });
    }
    case 3: {
      // Fails for good.
      const max = random.integer(0, 2);
      expected.set(id, { begun: max + 1, done: 0 });
      return script(id, `NAME=${id}\n${body(random, trace, 1000)}`, { retry: retryOf(max), onFailure: 'continue' });
    }
    default: {
      const failures = random.isLikely(0.3) ? random.integer(1, 2) : 0;
      expected.set(id, { begun: failures + 1, done: 1 });
      const outputs = [{ name: 'said', from: 'file', pattern: null, value: null, required: true }] as const;
      return script(id, `NAME=${id}\n${body(random, trace, failures)}\necho said=$NAME >> "$WORKFLOW_OUTPUT"`, {
        retry: retryOf(failures),
        outputs,
        ...(random.isLikely(0.15) ? { workspace: 'ephemeral' } : {}),
      });
    }
  }
}

function retryOf(max: number) {
  return { max, backoff: 'constant', initialMs: 10, maxDelayMs: 10, jitter: false, onExit: null } as const;
}

/** Begins, maybe works and leaves something running, and fails for the first `failures` times. */
function body(random: Random, trace: string, failures: number): string {
  const work = random.isLikely(0.7) ? `sleep 0.${String(random.integer(1, 300)).padStart(3, '0')}` : ':';
  const leaves = random.isLikely(0.25)
    ? random.pick(['sleep 1000 &', '(setsid sleep 1000 &)', '(env -i setsid sleep 1000 &)'])
    : ':';
  return [
    begin(trace, '$NAME'),
    work,
    leaves,
    `rmdir "${trace}/$NAME.now"`,
    `test "$(wc -l < "${trace}/$NAME.begun")" -gt ${failures} || exit 5`,
    `echo done >> "${trace}/$NAME.done"`,
  ].join('\n');
}

/** Says that an attempt begins, and when another one of the step has not ended. */
function begin(trace: string, name: string): string {
  return `echo "$$" >> "${trace}/${name}.begun"; mkdir "${trace}/${name}.now" || echo "$$" >> "${trace}/overlaps"`;
}
