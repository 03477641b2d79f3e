// Looks at the sizes of an attempt's files now and then: notices that it writes nothing, keeps it from writing far too much, and has
// noted when they had which size.
// Files are looked at rather than read, so the cost does not depend on how much is written.
// Not here: what follows from silence (the scheduler) and from floods (the attempt), how a file is cut (output-limit.ts).

import type { LogStream } from '@workflow-platform/events';
import { monotonicMs } from './monotonic.ts';
import type { OutputLimit } from './output-limit.ts';
import type { OutputTimes } from './output-times.ts';

export interface WatchOptions {
  /** Files that count as output, with what they may hold. */
  readonly files: { readonly [stream in LogStream]: OutputLimit };
  readonly times: OutputTimes;
  /** It ran before: what it wrote meanwhile is noted now. */
  readonly isAdopted: boolean;
  /** Tell after so long without a change, and again after each further stretch; null for never. */
  readonly idleMs: number | null;
  readonly onIdle: (idleMs: number) => void;
  /** Told of every change. */
  readonly onChange?: () => void;
  /** Tell once when a file grows beyond the size. */
  readonly flood: { readonly file: OutputLimit; readonly sizeBytesMax: number; readonly onFlood: () => void } | null;
}

/** Watches until the returned function is called. */
export function watchOutput({ files, times, isAdopted, idleMs, onIdle, onChange, flood }: WatchOptions): () => void {
  const everyMs = Math.min(Math.max((idleMs ?? 10_000) / 10, 20), 1000);
  let lastBytes = -1;
  let lastChangeMs = monotonicMs();
  let isFlooded = false;
  const look = (): number => {
    const bytes = files.log.look() + files.stdout.look();
    times.note({ log: files.log.stableBytes, stdout: files.stdout.stableBytes });
    return bytes;
  };
  if (isAdopted) look();
  const timer = setInterval(() => {
    const bytes = look();
    const nowMs = monotonicMs();
    if (bytes !== lastBytes) {
      lastBytes = bytes;
      lastChangeMs = nowMs;
      onChange?.();
    } else if (idleMs !== null && nowMs - lastChangeMs >= idleMs) {
      onIdle(Math.floor(nowMs - lastChangeMs));
      lastChangeMs = nowMs;
    }
    if (flood !== null && !isFlooded && flood.file.writtenBytes > flood.sizeBytesMax) {
      isFlooded = true;
      flood.onFlood();
    }
  }, everyMs);
  return () => clearInterval(timer);
}
