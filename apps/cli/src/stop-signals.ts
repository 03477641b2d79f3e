// Signals that mean "come to an end": the terminal's Ctrl-C, a closed terminal, a polite kill.

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const names = { SIGINT: 'Ctrl-C', SIGTERM: 'SIGTERM', SIGHUP: 'the terminal was closed' } as const;

/** Calls back for each such signal with what to call it, until stopped. Meanwhile the signals do not end the program. */
export function onStopSignals(callback: (reason: string) => void): { stop(): void } {
  const handlers = signals.map((signal) => ({ signal, handler: () => callback(names[signal]) }));
  for (const { signal, handler } of handlers) process.on(signal, handler);
  return {
    stop() {
      for (const { signal, handler } of handlers) process.off(signal, handler);
    },
  };
}
