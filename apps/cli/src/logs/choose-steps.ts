// Which steps somebody asked for, and which of their attempts: by reference, by what they are in, or by a pattern.
// Not here: when what was asked for is over (steps-over.ts).

import { suggest, type Plan } from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import { plannedSteps, shapeOf, type AttemptRow } from '../attempts.ts';
import { exitCodes } from '../exit-codes.ts';
import { harmless } from '../print/harmless.ts';

/** Which attempts: that one, all of them, or the last of each step. */
export type AttemptChoice = number | 'all' | 'last';

/** Says of a reference whether it was asked for. */
export type StepMatch = (ref: string) => boolean;

/**
 * Returns what the words mean; without any, every step. `lint` also means what is in it (`lint[a.ts]`, `lint.unit`), `turns.fix` the
 * step in every turn, and `*` stands for anything.
 */
export function matchSteps(asked: readonly string[]): StepMatch {
  if (asked.length === 0) return () => true;
  const patterns = asked.map((word) => new RegExp(`^${word.split('*').map(literal).join('.*')}(?:$|[.[])`, 's'));
  return (ref) => patterns.some((pattern) => pattern.test(ref) || pattern.test(shapeOf(ref)));
}

/** Throws unless the plan or the run has steps for each word. */
export function checkSteps(asked: readonly string[], plan: Plan, attempts: readonly AttemptRow[]): void {
  const planned = plannedSteps(plan.steps).map(([ref]) => ref);
  const started = [...new Set(attempts.map(({ step }) => step))];
  for (const word of asked) {
    const isMeant = matchSteps([word]);
    // An item or a turn that is yet to come is known by its step.
    if (planned.includes(shapeOf(word)) || planned.some(isMeant) || started.some(isMeant)) continue;
    const near = suggest(word, [...planned, ...started]);
    throw new UserError('step-not-found', `the run has no step \`${harmless(word)}\``, {
      hint: near === null ? `its steps are ${listed(planned)}` : `did you mean \`${harmless(near)}\`?`,
      exitCode: exitCodes.notFound,
    });
  }
}

/** Returns the chosen ones of these attempts. */
export function chooseAttempts(
  attempts: readonly AttemptRow[],
  isMeant: StepMatch,
  choice: AttemptChoice,
): readonly AttemptRow[] {
  const meant = attempts.filter(({ step }) => isMeant(step));
  if (choice === 'all') return meant;
  if (choice !== 'last') return meant.filter(({ attempt }) => attempt === choice);
  const last = new Map(meant.map((row) => [row.step, row]));
  return meant.filter((row) => last.get(row.step) === row);
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}

function listed(names: readonly string[]): string {
  return names.slice(0, 12).map(harmless).join(', ') + (names.length > 12 ? ` and ${names.length - 12} more` : '');
}
