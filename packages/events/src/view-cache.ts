// What a screen shows of the cache for a step: a fold of the events of its last attempt.

import { unreachable } from './assert.ts';
import type { RunEvent } from './run-event.ts';
import type { CacheMaker, CacheMissReason, CacheRefusal } from './step-cache.ts';

/** What the cache had for an attempt, and what became of its result. */
export interface CacheView {
  readonly key: string | null;
  /** Whose result was taken; null for a miss. */
  readonly taken: CacheMaker | null;
  readonly missed: CacheMissReason | null;
  readonly isStored: boolean;
  readonly notStored: CacheRefusal | null;
  /** What `missed` or `notStored` is about. */
  readonly detail: string | null;
}

type CacheEvent = Extract<RunEvent, { readonly type: `step.cache-${string}` }>;

/** Returns the view after one more event of the same attempt. */
export function cacheAfter(before: CacheView | null, event: CacheEvent): CacheView {
  const view = { ...(before ?? noCache), key: event.key };
  switch (event.type) {
    case 'step.cache-hit':
      return { ...view, taken: event.made };
    case 'step.cache-missed':
      return { ...view, missed: event.reason, detail: event.detail };
    case 'step.cache-stored':
      return { ...view, isStored: true };
    case 'step.cache-not-stored':
      return { ...view, notStored: event.reason, detail: event.detail };
    default:
      return unreachable(event);
  }
}

const noCache: CacheView = { key: null, taken: null, missed: null, isStored: false, notStored: null, detail: null };
