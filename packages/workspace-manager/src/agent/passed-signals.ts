// Signals that this process gets and hands on to the command it runs. Those that ask for an end are remembered, so that what is
// under way before the command starts can be taken back.
// Not here: what becomes of the workspace (run-in-workspace.ts).

import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { isatty } from 'node:tty';

import { UserError } from '@workflow-platform/events';

const STOPS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
const OTHERS = ['SIGUSR1', 'SIGUSR2'] as const;
const FROM_KEYBOARD: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT']);

/** Signals caught from now until `release`. */
export interface PassedSignals {
  /** The first signal that asked for an end; null for none. */
  readonly stop: NodeJS.Signals | null;
  /** True when that one was sent to us alone: one from the keyboard reaches the command as well, which may choose to go on. */
  readonly isStopOurs: boolean;
  /** Throws when an end was asked for. */
  check(): void;
  /** Where signals go from now on. */
  passTo(target: ((signal: NodeJS.Signals) => void) | null): void;
  release(): void;
}

/** Begins to catch signals. */
export function catchSignals(): PassedSignals {
  let stop: NodeJS.Signals | null = null;
  let isStopOurs = false;
  let target: ((signal: NodeJS.Signals) => void) | null = null;
  const handle = (signal: NodeJS.Signals): void => {
    const isShared = FROM_KEYBOARD.has(signal) && isInForeground();
    if ((STOPS as readonly string[]).includes(signal)) {
      if (stop === null || !isShared) isStopOurs = !isShared;
      stop ??= signal;
    }
    if (!isShared) target?.(signal);
  };
  for (const signal of [...STOPS, ...OTHERS]) process.on(signal, handle);
  return {
    get stop() {
      return stop;
    },
    get isStopOurs() {
      return isStopOurs;
    },
    check() {
      if (stop !== null) {
        throw new UserError('interrupted', `stopped by ${stop} before the command began`, {
          hint: 'nothing of it is left behind; start it again',
          exitCode: statusOfSignal(stop),
        });
      }
    },
    passTo(next) {
      target = next;
    },
    release() {
      for (const signal of [...STOPS, ...OTHERS]) process.off(signal, handle);
    },
  };
}

/** Returns the exit status by which shells say that a signal ended a program. */
export function statusOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/** Says whether the keys of a terminal send their signals to our process group, and so to the command too. */
function isInForeground(): boolean {
  if (process.platform !== 'linux') return [0, 1, 2].some((stream) => isatty(stream));
  // `pid (name) state ppid pgrp session tty_nr tpgid …`, where the name may hold anything.
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  const [, , group, , terminal, foregroundGroup] = fields;
  return terminal !== '0' && group === foregroundGroup;
}
