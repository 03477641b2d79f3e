// Puts the terminal of this process at the disposal of an attempt's: keys go there, output comes here, until the program ends, the
// detach keys are typed or this terminal goes away. However that comes about, this terminal is left as it was.
// Not here: which attempt (subcommands/attach.ts, attach-in-turn.ts).

import { spawnSync } from 'node:child_process';
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { joinTerminal, TerminalModes, type JoinedTerminal } from '@workflow-platform/executor';
import type { Screen } from '../context.ts';
import { DetachKeys } from './detach-keys.ts';

export interface AttachRequest {
  readonly socketPath: string;
  readonly screen: Screen;
  /** Where the screen ends, for the last words of a process that is ending. */
  readonly descriptor: 1 | 2;
  readonly keys: Buffer;
  readonly readOnly: boolean;
  /** Asked while nobody listens yet: whether nobody ever will. */
  isOver(): boolean;
  /** Leaves, too. */
  readonly signal?: AbortSignal;
  /** Told when it has joined. */
  onJoined?(): void;
}

export type AttachEnd =
  | Awaited<JoinedTerminal['over']>
  /** There is no terminal, and there will be none. */
  | { readonly kind: 'not-there' };

const RETRY_MS = 50;

/** Returns whether keys can be read here one by one. */
export function hasKeyboard(): boolean {
  return process.stdin.isTTY && typeof process.stdin.setRawMode === 'function';
}

/** Attaches until it is over. */
export async function attachTerminal(request: AttachRequest): Promise<AttachEnd> {
  const { screen, readOnly, signal } = request;
  const shown: Shown = { modes: new TerminalModes(), endsLine: true };
  const onOutput = (chunk: Buffer): void => {
    shown.modes.push(chunk);
    if (chunk.length > 0) shown.endsLine = chunk.at(-1) === 0x0a;
    screen.write(chunk);
  };
  const size = () => ({ columns: screen.columns(), rows: screen.rows() });
  for (;;) {
    if (signal?.aborted) return { kind: 'left' };
    // Asked first: what is over after that has taken its socket with it.
    const isOver = request.isOver();
    const joined = await joinTerminal(request.socketPath, { ...size(), readOnly }, onOutput);
    if (joined !== null) {
      request.onJoined?.();
      return carryKeys(joined, shown, request);
    }
    if (isOver) return { kind: 'not-there' };
    await sleep(RETRY_MS);
  }
}

/** What the program has made of this terminal. */
interface Shown {
  readonly modes: TerminalModes;
  endsLine: boolean;
}

async function carryKeys(joined: JoinedTerminal, shown: Shown, request: AttachRequest): Promise<AttachEnd> {
  const { screen, descriptor, readOnly, signal } = request;
  const { stdin } = process;
  const keys = new DetachKeys(request.keys);
  const leave = (): void => joined.leave();
  const take = (typed: Buffer): void => {
    const { meant, isDetach } = keys.push(typed);
    if (meant.length > 0 && !readOnly) joined.type(meant);
    if (isDetach) joined.leave();
  };
  const resize = (): void => joined.resize({ columns: screen.columns(), rows: screen.rows() });
  let isRestored = false;
  const restore = (): void => {
    if (isRestored) return;
    isRestored = true;
    try {
      stdin.setRawMode(false);
      // By the descriptor, because a process that is ending writes nothing else any more.
      const { modes, endsLine } = shown;
      writeSync(descriptor, `${modes.leave()}${endsLine || modes.isAlternate ? '' : '\r\n'}`);
    } catch {
      // The terminal is gone.
    }
  };
  takeTerminal();
  process.once('exit', restore);
  process.on('SIGWINCH', resize);
  stdin.on('data', take).on('end', leave).on('error', leave).resume();
  signal?.addEventListener('abort', leave, { once: true });
  try {
    return await joined.over;
  } finally {
    signal?.removeEventListener('abort', leave);
    stdin.off('data', take).off('end', leave).off('error', leave).pause();
    // Otherwise it would keep the process from ending.
    stdin.unref();
    process.off('SIGWINCH', resize);
    process.off('exit', restore);
    restore();
  }
}

/** Every key comes as it is, and every byte goes out as it is: Node's raw mode alone would make two of each newline. */
function takeTerminal(): void {
  process.stdin.setRawMode(true);
  // Undone with the raw mode, which puts back all that it found.
  spawnSync('stty', ['-opost'], { stdio: ['inherit', 'ignore', 'ignore'] });
}
