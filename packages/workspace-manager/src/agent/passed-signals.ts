// Signals that this process gets and hands on to the command it runs. Those that ask for an end are remembered, so that what is
// under way before the command starts can be taken back.
// Not here: what becomes of the workspace (run-in-workspace.ts).

import { constants } from 'node:os';

import { UserError } from '@workflow-platform/events';

import { KeyboardSignals } from './keyboard-signals.ts';

const STOPS: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']);
const OTHERS = ['SIGUSR1', 'SIGUSR2'] as const;
const FROM_KEYBOARD: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT']);

/** The two are told at the same moment; this is long after that. */
const PATIENCE_MS = 500;

/** Signals caught from now until `release`. */
export interface PassedSignals {
  /** The first signal that asked for an end; null for none. */
  readonly stop: NodeJS.Signals | null;
  /** True when one was sent to us alone: one from the keyboard reaches the command as well, which may choose to go on. */
  readonly isStopOurs: boolean;
  /** Throws when an end was asked for. */
  check(): void;
  /**
   * Waits a moment for a signal that ended the command, as its exit status says: one from the keyboard goes to both of us, and
   * the command's end may be heard of first.
   */
  arrived(status: number): Promise<void>;
  /** Where signals go from now on. */
  passTo(target: ((signal: NodeJS.Signals) => void) | null): void;
  release(): void;
}

/** Begins to catch signals. */
export function catchSignals(): PassedSignals {
  let stop: NodeJS.Signals | null = null;
  let isStopOurs = false;
  let onStop = (): void => {};
  let target: ((signal: NodeJS.Signals) => void) | null = null;
  const keyboard = new KeyboardSignals();
  const pass = (signal: NodeJS.Signals): void => {
    if (STOPS.has(signal)) isStopOurs = true;
    target?.(signal);
  };
  const handle = (signal: NodeJS.Signals): void => {
    if (STOPS.has(signal)) stop ??= signal;
    onStop();
    if (!FROM_KEYBOARD.has(signal)) pass(signal);
    else void keyboard.sent().then((isShared) => !isShared && pass(signal));
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
    async arrived(status) {
      if (stop !== null || ![...FROM_KEYBOARD].some((signal) => status === statusOfSignal(signal))) return;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        onStop = resolve;
        timer = setTimeout(resolve, PATIENCE_MS);
      });
      clearTimeout(timer);
    },
    passTo(next) {
      target = next;
    },
    release() {
      for (const signal of [...STOPS, ...OTHERS]) process.off(signal, handle);
      keyboard.release();
    },
  };
}

/** Returns the exit status by which shells say that a signal ended a program. */
export function statusOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
