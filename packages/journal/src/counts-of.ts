// How the steps of a run ended that was retried: what is carried out twice counts once, what a retry left as it was still counts.
// Not here: runs without a retry, which are counted as they go (run-row.ts).

import { isInside, type RunEvent } from '@workflow-platform/events';
import { countedAs, type StepCounts } from './run-row.ts';

/** Returns the counts that fit all events of a run. */
export function countsOf(events: Iterable<RunEvent>): StepCounts {
  const results = new Map<string, keyof StepCounts>();
  /** What retries have reopened, until it begins anew or counts again. */
  const reopened = new Map<string, keyof StepCounts>();
  let isOver = false;
  for (const event of events) {
    if (event.type === 'run.finished') isOver = true;
    else if (event.type === 'run.resumed') {
      if (!isOver) continue;
      isOver = false;
      const { retry } = event;
      if (retry?.downstream !== 'changed') keep(results, (_ref, kind) => kind === 'succeeded');
      for (const [ref, kind] of results) {
        if (!retry?.reopens.some((outer) => ref === outer || isInside(ref, outer))) continue;
        results.delete(ref);
        if (retry.downstream === 'changed') reopened.set(ref, kind);
      }
    } else if (event.type === 'step.reused') {
      for (const [ref, kind] of reopened) if (ref === event.step || isInside(ref, event.step)) results.set(ref, kind);
    } else {
      const kind = countedAs(event);
      if (kind !== null && 'step' in event) results.set(event.step, kind);
    }
  }
  const counts = { succeeded: 0, failed: 0, allowedFailures: 0, skipped: 0, unreached: 0, cancelled: 0 };
  for (const kind of results.values()) counts[kind] += 1;
  return counts;
}

function keep<K, V>(map: Map<K, V>, isKept: (key: K, value: V) => boolean): void {
  for (const [key, value] of map) if (!isKept(key, value)) map.delete(key);
}
