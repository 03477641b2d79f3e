// Tells an engine whether the program on a terminal seems to wait for somebody, from what the host of the terminal has noted.
// Not here: how the host knows (awaits-input.ts).

import { readFileSync } from 'node:fs';
import type { AttemptEffect } from '../attempt/running-attempt.ts';
import type { AttemptWorld } from '../attempt/world.ts';

const LOOK_MS = 250;

/** Looks now and then until the returned function is called. The same is told again and again; of a step without a terminal, nothing. */
export function watchInput(effect: AttemptEffect, path: string, { noteInput }: Pick<AttemptWorld, 'noteInput'>): () => void {
  if (effect.plan.interactive !== true) return () => {};
  const timer = setInterval(() => {
    try {
      noteInput(effect, readFileSync(path, 'utf8') === 'awaited\n');
    } catch (error) {
      // Without the file, nothing was ever awaited.
      if (!(error instanceof Error && 'code' in error)) throw error;
    }
  }, LOOK_MS);
  return () => clearInterval(timer);
}
