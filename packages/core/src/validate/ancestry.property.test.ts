import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { StepModel } from '../model/workflow.ts';
import { answerAncestry } from './ancestry.ts';
import { readSteps, type StepFacts } from './step-facts.ts';

const arbitraryGraph = fc
  .integer({ min: 1, max: 70 })
  .chain((count) =>
    fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 3 * count }).map((edges) => ({ count, edges })),
  );

test('says exactly what a search through the needs would, for all pairs at once', () => {
  fc.assert(
    fc.property(arbitraryGraph, fc.boolean(), ({ count, edges }, isAcyclic) => {
      const needs = Array.from({ length: count }, (): string[] => []);
      for (const [a, b] of edges)
        if (a !== b) (isAcyclic ? needs[Math.max(a, b)]! : needs[a]!).push(`s${isAcyclic ? Math.min(a, b) : b}`);
      const { root } = readSteps({ steps: needs.map((own, at) => step(`s${at}`, own)) } as never);
      const questions = root.steps.flatMap((one) => root.steps.map((earlier) => ({ step: one, earlier })));
      const answers = answerAncestry(root, questions);
      for (const [at, { step: one, earlier }] of questions.entries()) {
        const isReachable = reaches(one, earlier);
        // In or behind a circle every answer may be yes.
        if (isReachable || isAcyclic) assert.equal(answers[at], isReachable, `${one.step.id} after ${earlier.step.id}`);
      }
    }),
    { numRuns: 150 },
  );
});

test('a hundred thousand edges and ten thousand questions are answered', () => {
  const count = 10_000;
  const steps = Array.from({ length: count }, (_, at) =>
    step(
      `s${at}`,
      at < 100
        ? []
        : Array.from({ length: 10 }, (_unused, k) => `s${Math.floor(at / 100 - 1) * 100 + ((at * 7 + k * 13) % 100)}`),
    ),
  );
  const { root } = readSteps({ steps } as never);
  const questions = root.steps.slice(5000).flatMap((one) => [
    { step: one, earlier: root.steps[one.index % 100]! },
    { step: one, earlier: root.steps[count - 1]! },
  ]);
  const answers = answerAncestry(root, questions);
  assert.ok(questions.every((_, at) => answers[at] === (at % 2 === 0)));
});

function step(id: string, needs: string[]): StepModel {
  return { id, needs, path: ['steps', id], steps: null } as unknown as StepModel;
}

function reaches(from: StepFacts, to: StepFacts): boolean {
  const seen = new Set<StepFacts>();
  const todo = [...from.needs];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (next === to) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    todo.push(...next.needs);
  }
  return false;
}
