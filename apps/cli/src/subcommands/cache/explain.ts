// `workflow cache explain RUN STEP`: what the cache had for a step, and what was other than the time before.
// Not here: comparing (events), what is kept (journal).

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  compareCacheKeys,
  findStep,
  stepShape,
  UserError,
  viewOfRun,
  type CacheKeyChange,
  type CacheKeyParts,
  type CacheMaker,
  type StepView,
} from '@workflow-platform/events';
import { openStepCache, type History, type StatePaths } from '@workflow-platform/journal';
import type { CacheExplainFlags } from '../../arguments/cache/explain.ts';
import type { CliContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { withHistory } from '../../history.ts';
import { renderCacheExplanation } from '../../print/cache-text.ts';
import { harmless } from '../../print/harmless.ts';
import { stepCachePlace } from '../../step-cache-place.ts';

/** What is compared with. */
export interface Compared {
  readonly key: string;
  readonly made: CacheMaker;
  readonly changes: readonly CacheKeyChange[];
}

interface Looked {
  readonly runId: string;
  readonly workflow: string;
  readonly step: StepView;
  readonly key: string;
  readonly parts: CacheKeyParts;
  readonly atMs: number;
}

/** Prints it. */
export async function explainCache(context: CliContext, flags: CacheExplainFlags, run: string, step: string): Promise<void> {
  await withHistory(context, (history, paths) => {
    const looked = look(history, paths, run, step);
    const against = flags.against === undefined ? newestBefore(context, looked) : ofRun(history, paths, flags.against, looked);
    const { runId, key } = looked;
    if (flags.json) {
      const { attempt, cache } = looked.step;
      context.out.write(`${JSON.stringify({ runId, step: looked.step.id, attempt, key, cache, against }, null, 2)}\n`);
    } else {
      context.out.write(renderCacheExplanation({ runId, step: looked.step, key, against }, context.out.style, Date.now()));
    }
  });
}

function look(history: History, paths: StatePaths, run: string, stepId: string): Looked {
  const runId = history.resolveRun(run);
  const view = viewOfRun(history.readEvents(runId));
  const step = findStep(view, stepId);
  const attempt = step?.attempts.at(-1);
  if (step === undefined || attempt === undefined)
    throw notFound(
      'step-not-found',
      `run ${runId} has made no attempt of a step \`${harmless(stepId)}\``,
      'its steps: `workflow status`',
    );
  if (step.cache === null)
    throw notFound(
      'step-not-cached',
      `the cache was not asked for the step \`${harmless(stepId)}\` of run ${runId}`,
      'only steps with the key `cache` ask, once their inputs are known',
    );
  const noted = readNoted(join(paths.runFolder(runId), `${attempt.attemptNo}.cache-key`));
  if (noted === null) {
    const detail = step.cache.detail === null ? '' : `: ${harmless(step.cache.detail)}`;
    throw notFound(
      'cache-key-unknown',
      `what \`${harmless(stepId)}\` depends on was not found out${detail}`,
      'its log may tell more',
    );
  }
  return { runId, workflow: view.run.workflow, step, ...noted, atMs: attempt.startedAtMs };
}

function ofRun(history: History, paths: StatePaths, run: string, looked: Looked): Compared {
  const other = look(history, paths, run, looked.step.id);
  const made = { workflow: other.workflow, step: other.step.id, runId: other.runId, atMs: other.atMs };
  return { key: other.key, made, changes: compareCacheKeys(other.parts, looked.parts) };
}

/** Of the same step of any run of the workflow; null where nothing was kept before, or nothing is left of it. */
function newestBefore(context: CliContext, { workflow, step, parts, atMs }: Looked): Compared | null {
  const store = openStepCache(stepCachePlace(context));
  const earlier = store
    .entriesOf({ workflow, step: stepShape(step.id) })
    .filter(({ made }) => made.atMs <= atMs)
    .toSorted((a, b) => b.made.atMs - a.made.atMs);
  for (const { key, made, parts: blob } of earlier) {
    const text = store.textOf(blob);
    if (text !== null) return { key, made, changes: compareCacheKeys(JSON.parse(text) as CacheKeyParts, parts) };
  }
  return null;
}

function readNoted(path: string): { readonly key: string; readonly parts: CacheKeyParts } | null {
  try {
    const { key, parts } = JSON.parse(readFileSync(path, 'utf8')) as { readonly key: string; readonly parts: CacheKeyParts };
    return { key, parts };
  } catch {
    return null;
  }
}

function notFound(code: string, message: string, hint: string): UserError {
  return new UserError(code, message, { hint, exitCode: exitCodes.notFound });
}
