// Ends processes for certain: asks with TERM, waits, then takes what is left with KILL, until a search finds nothing more.
// Not here: what is searched for (find-processes.ts).

import type { FoundProcess, Search } from './find-processes.ts';
import { monotonicMs } from './monotonic.ts';
import { isAlive } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';

export interface EndOptions {
  readonly find: Search;
  /** Between TERM and KILL. */
  readonly graceMs: number;
  /** A group that is asked as a whole, after the first look: what its members started is known by them while they live. */
  readonly group?: ProcessIdentity;
  /** False while something may be about to begin that has to end too; until then nothing found is not the end. */
  isOver?(): boolean;
  /** Not asked to end, only ended after the grace period: somebody else asks. */
  spares?(one: FoundProcess): boolean;
}

/** Processes on their way to an end. */
export interface Ending {
  /** Resolves with all there was once nothing is left. */
  readonly gone: Promise<readonly FoundProcess[]>;
  /** Does not wait for the grace period any longer. */
  hurry(): void;
}

/** Begins to end what is found, and what is found later. */
export function endProcesses(options: EndOptions): Ending {
  const state = { killAtMs: monotonicMs() + options.graceMs };
  return { gone: end(options, state), hurry: () => (state.killAtMs = -Infinity) };
}

/** Sends a signal to all members of a group; false when there is none. */
export function signalGroup(groupId: number, signal: NodeJS.Signals): boolean {
  return send(-groupId, signal);
}

/** Asks a group to end, also its stopped members. */
function askGroupToEnd(groupId: number): void {
  signalGroup(groupId, 'SIGTERM');
  // A stopped process gets the TERM only once it goes on.
  signalGroup(groupId, 'SIGCONT');
}

async function end(
  { find, group, isOver, spares }: EndOptions,
  state: { readonly killAtMs: number },
): Promise<readonly FoundProcess[]> {
  const seen = new Map<string, FoundProcess>();
  const asked = new Set<string>();
  let isFirstLook = true;
  for (;;) {
    const left = await find([...seen.values()]);
    if (isFirstLook && group !== undefined && isAlive(group)) {
      askGroupToEnd(group.pid);
      // Once: to some, such as this program, a second TERM means to hurry.
      for (const one of left) if (one.groupId === group.pid) asked.add(keyOf(one));
    }
    isFirstLook = false;
    if (left.length === 0 && isOver?.() !== false) return [...seen.values()];
    const isTimeUp = monotonicMs() >= state.killAtMs;
    for (const one of left) {
      const key = keyOf(one);
      seen.set(key, one);
      if (isTimeUp) send(one.pid, 'SIGKILL');
      else if (!asked.has(key) && spares?.(one) !== true) {
        asked.add(key);
        send(one.pid, 'SIGTERM');
        send(one.pid, 'SIGCONT');
      }
    }
    if (left.length === 0) await new Promise((resolve) => setTimeout(resolve, pauseMsMax));
    else await untilGone(left, isTimeUp ? { killAtMs: Infinity } : state);
  }
}

/** Waits until all of them are gone, but not beyond the time to kill, and not so long that new ones would go unnoticed. */
async function untilGone(processes: readonly FoundProcess[], state: { readonly killAtMs: number }): Promise<void> {
  const lookAgainAtMs = monotonicMs() + lookAgainMs;
  for (let delayMs = 1; processes.some(isAlive); delayMs = Math.min(delayMs * 2, pauseMsMax)) {
    const nowMs = monotonicMs();
    const untilMs = Math.min(lookAgainAtMs, state.killAtMs);
    if (nowMs >= untilMs) return;
    await new Promise((resolve) => setTimeout(resolve, Math.max(1, Math.min(delayMs, untilMs - nowMs))));
  }
}

const pauseMsMax = 25;
const lookAgainMs = 250;

function keyOf({ pid, startTime }: ProcessIdentity): string {
  return `${pid}@${startTime}`;
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    // EPERM: there are some, but all of them changed their user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
