// Says in words what the cache had for a step.

import {
  unreachable,
  type CacheKeyChange,
  type CacheMaker,
  type CacheMissReason,
  type CacheRefusal,
  type StepView,
} from '@workflow-platform/events';
import { formatAgo } from './format.ts';
import { harmless } from './harmless.ts';
import type { Style } from './style.ts';

/** Whose result it is. */
export function madeText({ runId, step }: CacheMaker): string {
  return `step ${harmless(step)} of run ${harmless(runId)} had made it`;
}

/** Why a step was carried out; null where that is as usual. */
export function missText(reason: CacheMissReason, detail: string | null): string | null {
  const about = detail === null ? '' : `: ${harmless(detail)}`;
  switch (reason) {
    case 'no-entry':
      return null;
    case 'damaged':
      return 'the entry was damaged, and is removed';
    case 'not-asked':
      return 'somebody asked to carry it out (`--no-cache`, or a retry)';
    case 'foreign-change':
      return `something else would be lost${about}`;
    case 'not-restored':
      return `its files could not be put into the workspace${about}`;
    case 'unknown-key':
      return `what it depends on could not be found out${about}`;
    default:
      return unreachable(reason);
  }
}

/** Why a result was not kept. */
export function refusalText(reason: CacheRefusal, detail: string | null): string {
  const about = detail === null ? '' : `: ${harmless(detail)}`;
  switch (reason) {
    case 'inputs-changed':
      return `its inputs changed while it ran${about}`;
    case 'output-missing':
      return `it did not make what \`cache.outputs\` names${about}`;
    case 'output-foreign':
      return `something else is among its outputs${about}`;
    case 'output-unfit':
      return `it made something that cannot be kept${about}`;
    case 'secret':
      return `a secret is in what it made${about}`;
    case 'artifacts':
      return 'it kept artifacts itself, which would be missing the next time';
    case 'store-failed':
      return `the cache could not take it${about}`;
    default:
      return unreachable(reason);
  }
}

/** What `workflow cache explain` has found out. */
export interface CacheExplanation {
  readonly runId: string;
  readonly step: StepView;
  readonly key: string;
  readonly against: { readonly key: string; readonly made: CacheMaker; readonly changes: readonly CacheKeyChange[] } | null;
}

/** More differences than these are counted only; `--json` has all. */
const CHANGES_SHOWN = 30;

/** Renders it: what happened, what it was compared with, what was other there. */
export function renderCacheExplanation(found: CacheExplanation, style: Style, nowMs: number): string {
  const { runId, step, key, against } = found;
  const lines = [`${style.bold(harmless(step.id))} of run ${runId}: ${outcomeText(step)}`, style.dim(`key ${key.slice(0, 12)}`)];
  if (against === null) return rendered([...lines, 'nothing that was kept before is left to compare with']);
  const { made, changes } = against;
  const when = `${formatAgo(made.atMs, nowMs)} by run ${harmless(made.runId)}`;
  if (changes.length === 0) return rendered([...lines, `all it depends on is as it was ${when}`]);
  const shown = changes.slice(0, CHANGES_SHOWN).map(({ kind, name, how }) => {
    return `  ${how.padEnd('changed'.length)}  ${kind === 'file' ? harmless(name) : style.bold(valueText(name))}`;
  });
  const rest = changes.length - shown.length;
  return rendered([...lines, `other than ${when}:`, ...shown, ...(rest > 0 ? [`  and ${rest} more (\`--json\` has all)`] : [])]);
}

/** What the cache had for a step, and whether what it made is kept. */
export function outcomeText({ cache }: Pick<StepView, 'cache'>): string {
  if (cache === null) return 'not cached';
  if (cache.taken !== null) return `taken from the cache: ${madeText(cache.taken)}`;
  const why = cache.missed === null ? null : (missText(cache.missed, cache.detail) ?? 'nothing was kept for these inputs');
  const then = cache.isStored
    ? '; what it made is kept'
    : cache.notStored === null
      ? ''
      : `; what it made is not kept: ${refusalText(cache.notStored, cache.detail)}`;
  return `carried out: ${why ?? 'the cache had nothing to say'}${then}`;
}

/** What the parts of a key are called. */
function valueText(name: string): string {
  if (name.startsWith('env ')) return `the variable ${harmless(name.slice(4))}`;
  if (name.startsWith('input ')) return `the input ${harmless(name.slice(6))}`;
  switch (name) {
    case 'script':
    case 'shell':
    case 'stdin':
    case 'folder':
    case 'action':
    case 'platform':
      return `the ${name}`;
    case 'outputs':
      return 'the declared outputs';
    case 'format':
      return 'the form of keys (another release)';
    default:
      return `\`${harmless(name)}\``;
  }
}

function rendered(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
