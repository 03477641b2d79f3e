// Decides which kept set-ups go: what nobody has used for long, and the oldest beyond a few. Pure.

/** A kept set-up and when it was last used, in milliseconds since the epoch. */
export interface KeptUse {
  readonly key: string;
  readonly usedMs: number;
}

const COUNT_MAX = 8;
const HOUR_MS = 3_600_000;
const UNUSED_MS_MAX = 30 * 24 * HOUR_MS;

/** Returns the keys of those that go. What was used within the last hour may just be being copied: it stays. */
export function decideDropped(kept: readonly KeptUse[], nowMs: number): readonly string[] {
  const newestFirst = [...kept].sort((a, b) => b.usedMs - a.usedMs);
  return newestFirst
    .filter(({ usedMs }, place) => {
      const unusedMs = nowMs - usedMs;
      return unusedMs > UNUSED_MS_MAX || (place >= COUNT_MAX && unusedMs > HOUR_MS);
    })
    .map(({ key }) => key);
}
