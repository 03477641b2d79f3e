// Runs that share a store, each in a workspace of its own unless it is told otherwise.

import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PlanAttemptStep } from '@workflow-platform/core';
import type { RunEvent } from '@workflow-platform/events';
import { openStepCache } from '@workflow-platform/journal';
import type { StepCache } from '@workflow-platform/journal';
import { eventsOf, makeFolder, planOf, run, script } from './make-run.ts';
import type { RunTweaks, TestRun } from './make-run.ts';

/** Content of a file, or a link, or a program. */
export type FileSpec = string | { readonly link: string } | { readonly program: string };

/** A store for several runs. */
export class CachedRuns {
  readonly base = makeFolder();
  readonly place = { folder: join(this.base, 'cache'), keyFile: join(this.base, 'step-cache.key') };

  /** Opened anew, as by another process. */
  store(): StepCache {
    return openStepCache(this.place);
  }

  /** Makes a folder for a run, with files in its workspace. */
  workspace(files: { readonly [path: string]: FileSpec }): string {
    const base = makeFolder();
    putFiles(join(base, 'ws'), files);
    return base;
  }

  /** Runs one cached step. */
  async run(step: PlanAttemptStep, base: string, { ports, ...tweaks }: Omit<RunTweaks, 'base'> = {}): Promise<TestRun> {
    return run(planOf([step]), { base, ...tweaks, ports: { stepCache: this.store(), ...ports } });
  }
}

/** A step that joins its inputs into `out/joined`, and tells in `ran` beside the workspace how often it ran. */
export function joins(more: Partial<PlanAttemptStep> = {}): PlanAttemptStep {
  const text =
    'echo x >> ../ran; mkdir -p out; cat src/* > out/joined; echo joined; echo "size=$(wc -c < out/joined)" >> "$WORKFLOW_OUTPUT"';
  return script('join', text, { cache: { inputs: ['src/**'], outputs: ['out/**'] }, ...more });
}

/** Puts files into a folder. */
export function putFiles(folder: string, files: { readonly [path: string]: FileSpec }): void {
  mkdirSync(folder, { recursive: true });
  for (const [path, spec] of Object.entries(files)) {
    const place = join(folder, path);
    mkdirSync(dirname(place), { recursive: true });
    if (typeof spec === 'string') writeFileSync(place, spec);
    else if ('link' in spec) symlinkSync(spec.link, place);
    else {
      writeFileSync(place, spec.program);
      chmodSync(place, 0o755);
    }
  }
}

/** Returns all files below a folder: content with mode, or the target of a link. */
export function filesBelow(folder: string): { readonly [path: string]: string } {
  const found: { [path: string]: string } = {};
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const place = join(folder, path);
    const stat = lstatSync(place);
    if (stat.isSymbolicLink()) found[path] = `→ ${readlinkSync(place)}`;
    else if (stat.isFile()) found[path] = `${(stat.mode & 0o777).toString(8)} ${readFileSync(place, 'utf8')}`;
  }
  return found;
}

/** Returns what the cache had for each attempt, in words. */
export function told(testRun: Pick<TestRun, 'journal'>): readonly string[] {
  return testRun.journal.envelopes.flatMap(({ event }) => tell(event));
}

function tell(event: RunEvent): readonly string[] {
  switch (event.type) {
    case 'step.cache-hit':
    case 'step.cache-stored':
      return [event.type.slice('step.cache-'.length)];
    case 'step.cache-missed':
    case 'step.cache-not-stored':
      return [`${event.type.slice('step.cache-'.length)}: ${event.reason}${event.detail === null ? '' : ` (${event.detail})`}`];
    default:
      return [];
  }
}

/** How often the step of `joins` ran in a base. */
export function runsIn(base: string): number {
  try {
    return readFileSync(join(base, 'ran'), 'utf8').length / 2;
  } catch {
    return 0;
  }
}

/** Returns how the run's steps ended. */
export function failuresOf(testRun: Pick<TestRun, 'journal'>): readonly string[] {
  return eventsOf(testRun, 'step.failed').map(({ failure }) => (failure.kind === 'spawn' ? failure.message : failure.kind));
}
