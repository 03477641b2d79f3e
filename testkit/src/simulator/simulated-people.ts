// People around a simulated run: they answer its questions at random times, sometimes wrongly, twice, or while no engine is
// there, and cancel it from other terminals.
// Not here: what becomes of their requests (simulated-run.ts delivers them, request-monitor.ts watches).

import { pauseChoices, type PausePlace, type RunEvent } from '@workflow-platform/events';
import { readQuestion } from '@workflow-platform/core';
import type { ControlSignal } from '@workflow-platform/scheduler';
import type { Random } from '../random.ts';
import type { VirtualWorld } from './virtual-world.ts';

/** Takes a request to the run, whether an engine drives it or not. */
export type DeliverRequest = (signal: ControlSignal) => void;

type Answered = Extract<ControlSignal, { readonly kind: 'answered' }>;

const NAMES = ['ada@x', 'grace@x', 'alan@y'];

export class SimulatedPeople {
  readonly #random: Random;
  readonly #world: VirtualWorld;
  readonly #deliver: DeliverRequest;
  #requestCount = 0;

  constructor(random: Random, world: VirtualWorld, deliver: DeliverRequest) {
    this.#random = random;
    this.#world = world;
    this.#deliver = deliver;
  }

  /** Cancels at some time, perhaps for now. */
  cancelAfter(afterMs: number): void {
    const now = this.#random.isLikely(0.2);
    this.#askAfter(afterMs, (request) => ({ kind: 'cancel', by: 'ada@x', reason: 'no longer needed', now, request }));
  }

  /** Answers the questions among the events; one without a limit some day in any case. */
  onEvents(events: readonly RunEvent[]): void {
    for (const event of events) {
      if (event.type === 'step.paused') this.#unpause(event.step, event.at);
      if (event.type !== 'step.waiting' || (event.untilMs !== null && this.#random.isLikely(0.3))) continue;
      const { approvals, fields, edit } = readQuestion(event.inputs).question;
      if (edit !== null) {
        this.#edit(event.step, edit.files);
        continue;
      }
      const hasFields = fields.length > 0;
      for (let nth = 0; nth < approvals; nth += 1) this.#answer(event.step, NAMES[nth] ?? 'somebody', hasFields);
      if (this.#random.isLikely(0.3)) this.#answer(event.step, this.#random.pick(NAMES), hasFields);
    }
  }

  #unpause(step: string, at: PausePlace): void {
    const said = (fields: { readonly then?: string }): Answered => {
      return { kind: 'answered', step, by: this.#random.pick(NAMES), approved: this.#random.isLikely(0.9), message: '', fields };
    };
    const afterMs = this.#random.integer(0, 100_000);
    const then = this.#random.pick([...pauseChoices[at], undefined]);
    if (this.#random.isLikely(0.1))
      this.#askAfter(afterMs, (request) => ({ ...said({ then: 'dance' }), approved: true, request }));
    this.#askAfter(afterMs, (request) => ({ ...said(then === undefined ? {} : { then }), request }));
    if (this.#random.isLikely(0.2)) this.#askAfter(afterMs + 10, (request) => ({ ...said({}), request }));
  }

  /** Says once, at last, that all was changed. */
  #edit(step: string, files: readonly string[]): void {
    const said = (changed: readonly string[]): Answered => {
      return {
        kind: 'answered',
        step,
        by: this.#random.pick(NAMES),
        approved: this.#random.isLikely(0.9),
        message: '',
        fields: { files: changed },
      };
    };
    const afterMs = this.#random.integer(0, 100_000);
    if (this.#random.isLikely(0.2)) this.#askAfter(afterMs, (request) => ({ ...said(['other.md']), approved: true, request }));
    this.#askAfter(afterMs + 1, (request) => ({ ...said(this.#random.pick([[], files.slice(0, 1)])), request }));
    this.#askAfter(afterMs + 2, (request) => ({ ...said(files), request }));
  }

  #answer(step: string, by: string, hasFields: boolean): void {
    const approved = this.#random.isLikely(0.7);
    const good = hasFields ? { note: this.#random.integer(0, 9) } : {};
    const afterMs = this.#random.integer(0, 200_000);
    const answer = (fields: { readonly note?: number | string }) => {
      return { kind: 'answered', step, by, approved, message: 'well', fields } as const;
    };
    if (this.#random.isLikely(0.1)) this.#askAfter(afterMs, (request) => ({ ...answer({ note: 'no number' }), request }));
    this.#askAfter(afterMs, (request) => ({ ...answer(good), request }));
  }

  /** The same request may be delivered again: whoever delivered it died before it knew. */
  #askAfter(afterMs: number, make: (request: { readonly id: string; readonly atMs: number }) => ControlSignal): void {
    const id = `request-${++this.#requestCount}`;
    this.#world.after(afterMs, () => {
      const signal = make({ id, atMs: this.#world.wallMs() });
      this.#deliver(signal);
      if (this.#random.isLikely(0.3)) this.#world.after(this.#random.integer(0, 5000), () => this.#deliver(signal));
    });
  }
}
