// Tells a signal of the keyboard, which reaches every process of the terminal's foreground group, from one that was sent to this
// process alone. A process cannot see who sent a signal, so a watcher in the same group does nothing but die of it.
// Not here: what is done about signals (passed-signals.ts).

import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';

/** The keyboard sends to all processes of a group at once; this is long after that. */
const PATIENCE_MS = 200;

/** Watches the keyboard from now until `release`. */
export class KeyboardSignals {
  #watcher: ChildProcess | null = null;
  /** The watcher that died of a signal of which we may not have heard yet. */
  #isDead = false;
  #onDeath = (): void => {};

  constructor() {
    if (isInForeground()) this.#watch();
  }

  /** Says whether a signal that this process just got came from the keyboard. */
  async sent(): Promise<boolean> {
    if (!isInForeground()) return false;
    if (this.#watcher === null) return true;
    if (!this.#isDead) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#onDeath = resolve;
        timer = setTimeout(resolve, PATIENCE_MS);
      });
      clearTimeout(timer);
    }
    if (!this.#isDead) return false;
    this.#watch();
    return true;
  }

  release(): void {
    this.#watcher?.kill('SIGKILL');
    this.#watcher = null;
  }

  /** Ends by itself when its stdin does, which is when we are gone. */
  #watch(): void {
    const watcher = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
    this.#watcher = watcher;
    this.#isDead = false;
    watcher.on('error', () => (this.#watcher = null));
    watcher.stdin.on('error', () => {});
    watcher.on('exit', (_, signal) => {
      if (this.#watcher !== watcher || signal === null) return;
      this.#isDead = true;
      this.#onDeath();
    });
  }
}

/** Says whether the keys of a terminal send their signals to our process group. */
function isInForeground(): boolean {
  if (process.platform !== 'linux') return [0, 1, 2].some((stream) => isatty(stream));
  // `pid (name) state ppid pgrp session tty_nr tpgid …`, where the name may hold anything.
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  const [, , group, , terminal, foregroundGroup] = fields;
  return terminal !== '0' && group === foregroundGroup;
}
