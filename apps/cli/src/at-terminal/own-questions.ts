// The questions of the run that has this terminal: each is asked once. Whoever leaves one, or may not answer it, finds it in
// `workflow waiting`. An answer takes the same way as from anywhere else, by a request to the run.
// Not here: the asking (question-asker.ts), runs that steps have started (nested-questions.ts).

import type { Plan } from '@workflow-platform/core';
import { findStep, type EventEnvelope, type RunView, type StepView } from '@workflow-platform/events';
import { makeRequest } from '../ask-run.ts';
import { whoAsks } from '../who-am-i.ts';
import type { AskerOptions, QuestionAsker } from './question-asker.ts';

export interface OwnQuestionsOptions extends AskerOptions {
  readonly view: RunView;
  readonly plan: Plan;
  readonly asker: QuestionAsker;
}

const ENGINE_GONE = 'the answer is left for whoever takes the run up next';

type Asked = NonNullable<StepView['question']>;

export class OwnQuestions {
  readonly #options: OwnQuestionsOptions;
  /** Ends the turn of a question, by step. */
  readonly #atWork = new Map<string, { readonly question: Asked; readonly end: AbortController }>();
  /** Told what the run says to a request, by its id. */
  readonly #requests = new Map<string, (refusal: string | null) => void>();
  /** Who has answered a step last. */
  readonly #answeredBy = new Map<string, string>();

  constructor(options: OwnQuestionsOptions) {
    this.#options = options;
    for (const step of options.view.steps) this.#add(step);
  }

  /** Sees questions open and close. For when the view knows of them. */
  onEvents(envelopes: readonly EventEnvelope[]): void {
    const { view } = this.#options;
    for (const { event } of envelopes) {
      if ('request' in event && event.request !== undefined)
        this.#requests.get(event.request)?.(event.type === 'run.request-refused' ? event.message : null);
      if (event.type === 'step.answered' || event.type === 'step.unpaused') this.#answeredBy.set(event.step, event.by);
      const step = 'step' in event ? findStep(view, event.step) : undefined;
      if (step !== undefined && (event.type === 'step.waiting' || event.type === 'step.paused')) this.#add(step);
    }
    for (const [id, { question, end }] of this.#atWork) if (!this.#isOpen(id, question)) end.abort();
    // Nobody answers for a request that comes when all is over.
    if (view.run.finishedAtMs !== null) for (const tell of this.#requests.values()) tell('the run has ended');
  }

  #add({ id, status, question }: StepView): void {
    const { asker, turns, view } = this.#options;
    if (status !== 'needs-answer' || question === null || !asker.mayAnswer(question, view.run.by?.user ?? null)) return;
    turns.add((signal) => this.#ask(id, question, signal));
  }

  async #ask(step: string, question: Asked, closing: AbortSignal): Promise<void> {
    if (!this.#isOpen(step, question)) return;
    const { asker, plan, view } = this.#options;
    const end = new AbortController();
    this.#atWork.set(step, { question, end });
    try {
      await asker.ask(
        {
          asked: { ...question, runId: view.run.id, step },
          view: () => view,
          plan: () => plan,
          send: ({ approved, message, fields }) => this.#send({ kind: 'answer', step, approved, message, fields }, closing),
          answeredBy: () => this.#answeredBy.get(step) ?? null,
        },
        AbortSignal.any([closing, end.signal]),
      );
    } finally {
      this.#atWork.delete(step);
    }
  }

  async #send(asked: Parameters<typeof makeRequest>[0], closing: AbortSignal): Promise<string | null> {
    const { context, view, paths } = this.#options;
    const id = makeRequest(asked, { paths, runId: view.run.id, by: whoAsks(context) });
    try {
      return await new Promise((resolve) => {
        this.#requests.set(id, resolve);
        // An engine that cannot go on answers nobody any more; whoever takes the run up next takes the request in.
        closing.addEventListener('abort', () => resolve(ENGINE_GONE), { once: true });
      });
    } finally {
      this.#requests.delete(id);
    }
  }

  #isOpen(id: string, question: Asked): boolean {
    const step = findStep(this.#options.view, id);
    return step?.status === 'needs-answer' && step.question === question;
  }
}
