// Notices that an attempt writes nothing, or far too much, by looking at the sizes of its files now and then.
// A file is looked at rather than read, so the cost does not depend on how much is written.
// Not here: what follows from it (the scheduler for silence, the attempt for floods).

import { statSync } from 'node:fs';
import { monotonicMs } from './monotonic.ts';

export interface WatchOptions {
  /** Files that count as output. */
  readonly paths: readonly string[];
  /** Tell after so long without a change, and again after each further stretch; null for never. */
  readonly idleMs: number | null;
  readonly onIdle: (idleMs: number) => void;
  /** Tell once when a file grows beyond the size. */
  readonly flood: { readonly path: string; readonly sizeBytesMax: number; readonly onFlood: () => void } | null;
}

/** Watches until the returned function is called. */
export function watchOutput(options: WatchOptions): () => void {
  const everyMs = Math.min(Math.max((options.idleMs ?? 10_000) / 10, 20), 1000);
  let lastSize = -1;
  let lastChangeMs = monotonicMs();
  let isFlooded = false;
  const timer = setInterval(() => {
    const size = options.paths.reduce((sum, path) => sum + sizeOf(path), 0);
    const nowMs = monotonicMs();
    if (size !== lastSize) {
      lastSize = size;
      lastChangeMs = nowMs;
    } else if (options.idleMs !== null && nowMs - lastChangeMs >= options.idleMs) {
      options.onIdle(Math.floor(nowMs - lastChangeMs));
      lastChangeMs = nowMs;
    }
    if (options.flood !== null && !isFlooded && sizeOf(options.flood.path) > options.flood.sizeBytesMax) {
      isFlooded = true;
      options.flood.onFlood();
    }
  }, everyMs);
  return () => clearInterval(timer);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
