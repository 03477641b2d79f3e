// Signals that mean "come to an end": the terminal's Ctrl-C, a closed terminal, a polite kill.

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What is typed at a terminal. */
export const CTRL_C = 'Ctrl-C';

const names = { SIGINT: CTRL_C, SIGTERM: 'SIGTERM', SIGHUP: 'the terminal was closed' } as const;

/**
 * Calls back for each such signal with what to call it and how many there were, until stopped. Meanwhile the signals do not
 * end the program.
 */
export function onStopSignals(callback: (reason: string, count: number) => void): { stop(): void } {
  let count = 0;
  const handlers = signals.map((signal) => ({ signal, handler: () => callback(names[signal], ++count) }));
  for (const { signal, handler } of handlers) process.on(signal, handler);
  return {
    stop() {
      for (const { signal, handler } of handlers) process.off(signal, handler);
    },
  };
}
