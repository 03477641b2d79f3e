// Gives the terminal of `workflow run` to the interactive steps of the run. A step whose turn has not come, or that was left, can be
// joined from elsewhere.
// Not here: whose turn it is (terminal-turns.ts), how a terminal is joined (attach/), runs without a terminal (they say how to join).

import { join } from 'node:path';
import type { EventEnvelope, RunView } from '@workflow-platform/events';
import { findStep } from '@workflow-platform/events';
import { attachTerminal } from '../attach/attach-terminal.ts';
import { DETACH_KEYS, parseDetachKeys } from '../attach/detach-keys.ts';
import type { CliContext } from '../context.ts';
import { attachHint } from '../print/attach-hint.ts';
import type { TerminalTurns } from './terminal-turns.ts';

export interface InteractiveStepsOptions {
  readonly context: CliContext;
  readonly view: RunView;
  readonly runFolder: string;
  readonly turns: TerminalTurns;
}

export class InteractiveSteps {
  readonly #options: InteractiveStepsOptions;

  constructor(options: InteractiveStepsOptions) {
    this.#options = options;
    // Those that an earlier engine had started.
    for (const { id, attemptNo, interactive } of options.view.steps)
      if (interactive && attemptNo !== null) this.#add({ step: id, attemptNo });
  }

  /** Sees attempts begin. For when the view knows of them. */
  onEvents(envelopes: readonly EventEnvelope[]): void {
    for (const { event } of envelopes) if (event.type === 'step.attempt-started' && event.interactive === true) this.#add(event);
  }

  #add({ step, attemptNo }: { readonly step: string; readonly attemptNo: number }): void {
    this.#options.turns.add((signal) => this.#join(step, attemptNo, signal));
  }

  async #join(step: string, attemptNo: number, signal: AbortSignal): Promise<void> {
    const { context, view, runFolder, turns } = this.#options;
    const { progress } = turns;
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
      signal,
      onJoined: () => progress.stepAside(`${step} has this terminal; leave it with ${DETACH_KEYS}`),
    });
    if (end.kind === 'left' && !signal.aborted) progress.note(`left ${step}; join it again: ${attachHint(view.run.id, step)}`);
  }
}
