// Gives the terminal of `workflow run` to the interactive steps of the run, one after the other. The live view steps aside meanwhile;
// the other steps go on, and what there is to say of them is seen when it is back. A step whose turn has not come, or that was left,
// can be joined from elsewhere.
// Not here: how a terminal is joined (attach-terminal.ts), runs without a terminal (they say how to join).

import { join } from 'node:path';
import type { EventEnvelope, RunView } from '@workflow-platform/events';
import { findStep } from '@workflow-platform/events';
import type { CliContext } from '../context.ts';
import { attachHint } from '../print/attach-hint.ts';
import type { Progress } from '../print/progress.ts';
import { attachTerminal, hasKeyboard } from './attach-terminal.ts';
import { DETACH_KEYS, parseDetachKeys } from './detach-keys.ts';

export interface AttachInTurnOptions {
  readonly context: CliContext;
  readonly view: RunView;
  readonly runFolder: string;
  readonly progress: Progress;
}

interface Turn {
  readonly step: string;
  readonly attemptNo: number;
}

export class AttachInTurn {
  readonly #options: AttachInTurnOptions;
  readonly #turns: Turn[] = [];
  readonly #closing = new AbortController();
  readonly #isPossible: boolean;
  #atWork: Promise<void> | null = null;

  constructor(options: AttachInTurnOptions) {
    this.#options = options;
    this.#isPossible = options.progress.isLive && hasKeyboard();
    // Those that an earlier engine had started.
    for (const { id, attemptNo, interactive } of options.view.steps)
      if (interactive && attemptNo !== null) this.#add({ step: id, attemptNo });
  }

  /** Sees attempts begin. For when the view knows of them. */
  onEvents(envelopes: readonly EventEnvelope[]): void {
    for (const { event } of envelopes) if (event.type === 'step.attempt-started' && event.interactive === true) this.#add(event);
  }

  /** Leaves whatever is joined. Resolves when the terminal is as it was. */
  async close(): Promise<void> {
    this.#turns.length = 0;
    this.#closing.abort();
    await this.#atWork;
  }

  #add({ step, attemptNo }: Turn): void {
    if (!this.#isPossible) return;
    this.#turns.push({ step, attemptNo });
    this.#atWork ??= this.#work().finally(() => (this.#atWork = null));
  }

  async #work(): Promise<void> {
    // The view has not seen the event yet that this is called for.
    await new Promise(setImmediate);
    for (let turn = this.#turns.shift(); turn !== undefined; turn = this.#turns.shift()) await this.#give(turn);
  }

  async #give({ step, attemptNo }: Turn): Promise<void> {
    const { context, view, runFolder, progress } = this.#options;
    const end = await attachTerminal({
      socketPath: join(runFolder, `${attemptNo}.tty`),
      screen: context.err,
      descriptor: 2,
      keys: parseDetachKeys(DETACH_KEYS),
      readOnly: false,
      isOver: () => {
        const seen = findStep(view, step);
        return seen === undefined || !seen.interactive || seen.attemptNo !== attemptNo;
      },
      signal: this.#closing.signal,
      onJoined: () => progress.stepAside(`${step} has this terminal; leave it with ${DETACH_KEYS}`),
    });
    progress.comeBack();
    if (end.kind === 'left' && !this.#closing.signal.aborted)
      progress.note(`left ${step}; join it again: ${attachHint(view.run.id, step)}`);
  }
}
