// Says whether a step comes after another by its needs, directly or through others, for many pairs at once.
// Not here: cycles (needs-are-acyclic.ts); for steps in or behind one every answer is yes, so that one mistake shows once.

import type { ScopeFacts, StepFacts } from './step-facts.ts';

/** Asks whether `step` runs after `earlier`; both are of the same scope. */
export interface AncestryQuestion {
  readonly step: StepFacts;
  readonly earlier: StepFacts;
}

/** So many targets are carried through the graph at a time: 256 bytes a step, whatever the size of the file. */
const TARGETS_AT_ONCE = 2048;

/** Answers the questions about one scope, in their order. Time grows with edges times questioned steps over 32. */
export function answerAncestry(scope: ScopeFacts, questions: readonly AncestryQuestion[]): boolean[] {
  const answers = questions.map(({ step, earlier }) => step.needs.includes(earlier));
  const open = [...answers.keys()].filter((at) => !answers[at]);
  if (open.length === 0) return answers;

  const { order, isOrdered } = topologicalOrder(scope);
  const targets = [...new Set(open.map((at) => questions[at]!.earlier.index))];
  const words = Math.ceil(Math.min(targets.length, TARGETS_AT_ONCE) / 32);
  const reached = new Uint32Array(scope.steps.length * words);
  /** Of each step that is a target in this round: its bit. */
  const slots = new Int32Array(scope.steps.length);
  for (let from = 0; from < targets.length; from += TARGETS_AT_ONCE) {
    reached.fill(0);
    slots.fill(-1);
    for (const [slot, target] of targets.slice(from, from + TARGETS_AT_ONCE).entries()) slots[target] = slot;
    for (const index of order) spread(scope, index, reached, words, slots);
    for (const at of open) {
      const { step, earlier } = questions[at]!;
      const slot = slots[earlier.index]!;
      if (slot < 0) continue;
      const isReached = (reached[step.index * words + (slot >>> 5)]! & (1 << (slot & 31))) !== 0;
      answers[at] = isReached || !isOrdered[step.index] || !isOrdered[earlier.index];
    }
  }
  return answers;
}

/** A step reaches what its needs reach, and its needs themselves. */
function spread(scope: ScopeFacts, index: number, reached: Uint32Array, words: number, slots: Int32Array): void {
  const own = index * words;
  for (const needed of scope.steps[index]!.needs) {
    const theirs = needed.index * words;
    for (let word = 0; word < words; word++) reached[own + word]! |= reached[theirs + word]!;
    const slot = slots[needed.index]!;
    if (slot >= 0) reached[own + (slot >>> 5)]! |= 1 << (slot & 31);
  }
}

/** Orders the steps of a scope so that each comes after what it needs. Steps in or behind a cycle are left out. */
export function topologicalOrder(scope: ScopeFacts): {
  readonly order: readonly number[];
  readonly isOrdered: readonly boolean[];
} {
  const dependants: number[][] = scope.steps.map(() => []);
  const waitsFor = scope.steps.map((facts) => facts.needs.length);
  for (const facts of scope.steps) for (const needed of facts.needs) dependants[needed.index]!.push(facts.index);
  const order: number[] = [];
  const isOrdered = scope.steps.map(() => false);
  for (const facts of scope.steps) if (facts.needs.length === 0) order.push(facts.index);
  for (let at = 0; at < order.length; at++) {
    isOrdered[order[at]!] = true;
    for (const dependant of dependants[order[at]!]!) if (--waitsFor[dependant]! === 0) order.push(dependant);
  }
  return { order, isOrdered };
}
