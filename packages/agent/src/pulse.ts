// Shows that an agent is at work while it says nothing that the log would show: thinking, long answers in small pieces. Who
// watches sees it, and a step's `idle_timeout` ends only an agent that is really silent.

export class Pulse {
  readonly #log: (message: string) => void;
  readonly #nowMs: () => number;
  #lastLineMs: number;
  #events = 0;

  constructor(log: (message: string) => void, nowMs: () => number = () => performance.now()) {
    this.#log = log;
    this.#nowMs = nowMs;
    this.#lastLineMs = nowMs();
  }

  /** Writes a line, which is a sign of life itself. */
  readonly log = (message: string): void => {
    this.#lastLineMs = this.#nowMs();
    this.#events = 0;
    this.#log(message);
  };

  /** Notes that something came from the agent. */
  beat(): void {
    this.#events += 1;
    if (this.#nowMs() - this.#lastLineMs < QUIET_MS) return;
    this.log(`… at work (${this.#events} events)`);
  }
}

const QUIET_MS = 10_000;
