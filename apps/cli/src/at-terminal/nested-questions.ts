// The questions of runs that steps of this run have started, at any depth: other workflows, and agents that ask for a permission.
// Such a run has an engine and a history of its own, so it is looked at from outside, as `workflow waiting` does.
// Not here: the asking (question-asker.ts), questions of the run itself (own-questions.ts).

import { readPlan } from '@workflow-platform/core';
import { UserError, viewOfRun } from '@workflow-platform/events';
import type { QuestionRow } from '@workflow-platform/journal';
import { awaitAnswer, makeRequest } from '../ask-run.ts';
import { whoAsks } from '../who-am-i.ts';
import type { AskerOptions, QuestionAsker } from './question-asker.ts';

export interface NestedQuestionsOptions extends AskerOptions {
  /** The run that has the terminal. */
  readonly runId: string;
  readonly asker: QuestionAsker;
}

const LOOK_MS = 300;
const QUESTIONS_MAX = 1000;

export class NestedQuestions {
  readonly #options: NestedQuestionsOptions;
  readonly #timer: NodeJS.Timeout;
  /** Questions that were put in line, by a name for each. */
  readonly #seen = new Set<string>();
  /** Ends the turn of the question that is being asked. */
  #atWork: { readonly name: string; readonly end: AbortController } | null = null;
  /** Whether a run is one of ours, which never changes. */
  readonly #isOurs = new Map<string, boolean>();
  #version: number | null = null;

  constructor(options: NestedQuestionsOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#lookAgain(), LOOK_MS);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** A history that cannot be read at this moment is looked at again: nothing depends on it that would not be in `workflow waiting`. */
  #lookAgain(): void {
    try {
      this.#look();
    } catch (cause) {
      if (!(cause instanceof UserError)) throw cause;
      this.#version = null;
    }
  }

  /** What others have written since the last look is all that could be news. */
  #look(): void {
    const { history, turns, asker } = this.#options;
    const version = history.dataVersion();
    if (version === this.#version) return;
    this.#version = version;
    const open = history.openQuestions(QUESTIONS_MAX).filter(({ runId }) => this.#isNested(runId));
    const names = new Set(open.map(nameOf));
    if (this.#atWork !== null && !names.has(this.#atWork.name)) this.#atWork.end.abort();
    for (const row of open) {
      const name = nameOf(row);
      if (this.#seen.has(name)) continue;
      this.#seen.add(name);
      if (asker.mayAnswer(row, history.readRun(row.runId)?.by.user ?? null)) turns.add((signal) => this.#ask(row, signal));
    }
  }

  async #ask(row: QuestionRow, closing: AbortSignal): Promise<void> {
    const { asker, history } = this.#options;
    const { runId, step } = row;
    const isOpen = history.openQuestions(QUESTIONS_MAX).some((each) => nameOf(each) === nameOf(row));
    if (!isOpen) return;
    const end = new AbortController();
    this.#atWork = { name: nameOf(row), end };
    try {
      await asker.ask(
        {
          asked: row,
          view: () => viewOfRun(history.readEvents(runId)),
          plan: () => readPlan(history.readPlan(runId)),
          send: ({ approved, message, fields }) => this.#send(runId, { kind: 'answer', step, approved, message, fields }),
          answeredBy: () => this.#answeredBy(runId, step),
        },
        AbortSignal.any([closing, end.signal]),
      );
    } finally {
      this.#atWork = null;
    }
  }

  async #send(runId: string, asked: Parameters<typeof makeRequest>[0]): Promise<string | null> {
    const { context, history, paths } = this.#options;
    const options = { history, paths, runId, by: whoAsks(context), ifNotDriven: 'record' } as const;
    const outcome = await awaitAnswer(makeRequest(asked, options), options);
    if (outcome.kind === 'refused') return outcome.event.message;
    return outcome.kind === 'over' ? `run ${runId} has ended` : null;
  }

  #answeredBy(runId: string, step: string): string | null {
    const { history } = this.#options;
    const last = history.readEvents(runId).findLast(({ event }) => event.type === 'step.answered' && event.step === step);
    return last?.event.type === 'step.answered' ? last.event.by : null;
  }

  #isNested(runId: string): boolean {
    const known = this.#isOurs.get(runId);
    if (known !== undefined) return known;
    const parent = this.#options.history.readRun(runId)?.parent ?? null;
    const isOurs = parent !== null && (parent.runId === this.#options.runId || this.#isNested(parent.runId));
    this.#isOurs.set(runId, isOurs);
    return isOurs;
  }
}

function nameOf({ runId, step, sinceMs }: QuestionRow): string {
  return `${runId} ${sinceMs} ${step}`;
}
