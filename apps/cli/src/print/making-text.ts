// What is said of a workspace that is being made, when that takes its time.

import type { WorkspaceProgress } from '@workflow-platform/events';
import { formatCount } from './format.ts';
import { harmless } from './harmless.ts';

/** How far the making of a workspace has got: the run's, or that of one step. */
export type Making = WorkspaceProgress & { readonly step: string | null };

/** Returns it in words. */
export function makingText({ doing, step, filesDone, filesTotal }: Making): string {
  const whose = step === null ? 'the workspace' : `a workspace for ${harmless(step)}`;
  if (doing === 'including') return `bringing files along into ${whose}`;
  if (doing === 'setting-up') return `setting up ${whose}`;
  if (filesDone === null) return `making ${whose}`;
  return `making ${whose}: ${filesTotal === null ? '' : `${filesDone} of `}${formatCount(filesTotal ?? filesDone, 'file')}`;
}

// After two seconds, then less and less often.
const FIRST_MS = 2000;
const FACTOR = 3;
const PAUSE_MS_MAX = 60_000;

/** Picks the moments at which a line is worth its place on a screen that keeps all lines. */
export class SeldomMakings {
  readonly #nextMs = new Map<string | null, number>();

  /** Says whether to tell of it now. */
  isDue({ step, elapsedMs }: Making): boolean {
    if (elapsedMs < (this.#nextMs.get(step) ?? FIRST_MS)) return false;
    this.#nextMs.set(step, elapsedMs + Math.min(elapsedMs * (FACTOR - 1), PAUSE_MS_MAX));
    return true;
  }
}
