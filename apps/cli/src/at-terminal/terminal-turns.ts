// Gives the one terminal of `workflow run` to whoever needs it, one after the other: interactive steps, questions. The live view
// steps aside meanwhile; the run goes on, and what there is to say of it is seen when the view is back.
// Not here: what is done with the terminal (interactive-steps.ts, question-asker.ts), runs without one.

import { hasKeyboard } from '../attach/attach-terminal.ts';
import type { Progress } from '../print/progress.ts';

/** Has the terminal until it resolves; the signal asks it to leave at once. */
export type Turn = (signal: AbortSignal) => Promise<void>;

export class TerminalTurns {
  readonly progress: Progress;
  readonly #turns: Turn[] = [];
  readonly #closing = new AbortController();
  readonly #isPossible: boolean;
  #atWork: Promise<void> | null = null;

  constructor(progress: Progress) {
    this.progress = progress;
    this.#isPossible = progress.isLive && hasKeyboard();
  }

  /** Puts a turn at the end of the line. Where nobody can be at the terminal none is ever taken. */
  add(turn: Turn): void {
    if (!this.#isPossible || this.#closing.signal.aborted) return;
    this.#turns.push(turn);
    this.#atWork ??= this.#work().finally(() => (this.#atWork = null));
  }

  /** Ends the turn that is being taken, and takes no other. Resolves when the terminal is as it was. */
  async close(): Promise<void> {
    this.#turns.length = 0;
    this.#closing.abort();
    await this.#atWork;
  }

  async #work(): Promise<void> {
    // The view has not seen the event yet that this is called for.
    await new Promise(setImmediate);
    for (let turn = this.#turns.shift(); turn !== undefined; turn = this.#turns.shift()) {
      try {
        await turn(this.#closing.signal);
      } catch (cause) {
        // A turn that goes wrong is no reason to lose the run.
        this.progress.warn(cause instanceof Error ? cause.message : String(cause));
      } finally {
        this.progress.comeBack();
      }
    }
  }
}
