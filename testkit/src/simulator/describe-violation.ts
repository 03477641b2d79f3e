// What a person needs to find the bug behind a violation.
// Not here: the invariants (invariants.ts).

import type { SimulatedRun } from './simulated-run.ts';

const EVENTS_SHOWN = 25;

/** Returns the seed, the last events and what was broken, as text. */
export function describeViolation({ seed, journal, violation }: SimulatedRun): string {
  if (violation === null) return `seed ${seed}: every invariant held`;
  const events = journal.slice(-EVENTS_SHOWN).map(({ seq, atMs, event }) => `  ${seq} ${atMs} ${JSON.stringify(event)}`);
  const cause = violation.cause instanceof Error ? `\n${violation.cause.stack}` : '';
  return `seed ${seed} breaks an invariant; \`npm run simulate -- --seed ${seed}\` replays it\n${events.join('\n')}\n${violation.message}${cause}`;
}
