// Asks the questions of a run at its own terminal, each once: whoever leaves one, or may not answer it, finds it in
// `workflow waiting`. An answer takes the same way as from anywhere else, by a request to the run.
// Not here: the asking (ask-question.ts), the request (ask-run.ts), whose turn it is (terminal-turns.ts).

import { mayAnswer, readQuestion, type Plan } from '@workflow-platform/core';
import { findStep, pausePlaceOf, type EventEnvelope, type RunView, type StepView } from '@workflow-platform/events';
import type { History, StatePaths } from '@workflow-platform/journal';
import { makeRequest } from '../ask-run.ts';
import type { CliContext } from '../context.ts';
import { harmless } from '../print/harmless.ts';
import { pauseLines } from '../print/pause-lines.ts';
import { answerCommands } from '../print/question.ts';
import { whoAsks } from '../who-am-i.ts';
import { changedFiles, noteEdit, openEditor, type EditPlace } from '../edit-question.ts';
import { askQuestion, type Editing } from './ask-question.ts';
import { shellInWorkspace } from './shell-in-workspace.ts';
import type { TerminalTurns } from './terminal-turns.ts';

export interface OpenQuestionsOptions {
  readonly context: CliContext;
  readonly view: RunView;
  readonly plan: Plan;
  readonly history: History;
  readonly paths: StatePaths;
  readonly turns: TerminalTurns;
}

type Asked = NonNullable<StepView['question']>;

export class OpenQuestions {
  readonly #options: OpenQuestionsOptions;
  /** Ends the turn of a question, by step. */
  readonly #atWork = new Map<string, { readonly question: Asked; readonly end: AbortController }>();
  /** Told what the run says to a request, by its id. */
  readonly #requests = new Map<string, (refusal: string | null) => void>();
  /** Who has answered a step last. */
  readonly #answeredBy = new Map<string, string>();
  /** A shell or an editor has the terminal: its Ctrl-C is not meant for the run. */
  isLent = false;

  constructor(options: OpenQuestionsOptions) {
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
    if (status !== 'needs-answer' || question === null || !this.#mayAnswer(question)) return;
    this.#options.turns.add((signal) => this.#ask(id, question, signal));
  }

  async #ask(step: string, question: Asked, closing: AbortSignal): Promise<void> {
    if (!this.#isOpen(step, question)) return;
    const { context, view, plan, turns } = this.#options;
    const end = new AbortController();
    this.#atWork.set(step, { question, end });
    const signal = AbortSignal.any([closing, end.signal]);
    const asked = { ...question, runId: view.run.id, step };
    const place = this.#editPlace(step, question);
    turns.progress.stepAside(pausePlaceOf(question.action) === null ? `${step} asks` : `${step}: a break point`);
    try {
      for (;;) {
        const reply = await askQuestion(asked, {
          screen: context.err,
          signal,
          openShell: this.#shell(),
          editing: place === null ? null : this.#editing(place),
          context: this.#context(step),
        });
        if (reply.kind === 'aborted') return this.#tellWhoElse(step);
        if (reply.kind === 'left') {
          turns.progress.note(`left ${step} waiting; ${answerCommands(asked)[0] ?? ''}`);
          return;
        }
        const { approved, message, fields } = reply;
        if (place !== null && approved) for (const warning of await noteEdit(place, plan)) turns.progress.warn(warning);
        const refusal = await this.#send({ kind: 'answer', step, approved, message, fields });
        if (refusal === null) return;
        context.err.write(`  ${context.err.style.yellow(harmless(refusal))}\n`);
        if (signal.aborted) return;
      }
    } finally {
      this.#atWork.delete(step);
    }
  }

  #context(id: string): string[] {
    const { context, view, paths } = this.#options;
    const step = findStep(view, id);
    return step === undefined ? [] : pauseLines(step, paths.runFolder(view.run.id), context.err.style);
  }

  #editPlace(step: string, { inputs }: Asked): EditPlace | null {
    const { context, view, history } = this.#options;
    const { edit } = readQuestion(inputs).question;
    if (edit === null) return null;
    return { context, runId: view.run.id, step, edit, workspace: view.workspace, events: history.readEvents(view.run.id) };
  }

  #editing(place: EditPlace): Editing {
    return {
      open: () => this.#lend(() => openEditor(place)),
      changed: () => changedFiles(place),
      where: place.workspace?.path ?? '',
    };
  }

  #shell(): (() => Promise<void>) | null {
    const { context, view } = this.#options;
    const { workspace } = view;
    if (workspace === null) return null;
    return () => this.#lend(() => shellInWorkspace(context, workspace));
  }

  async #lend<T>(use: () => Promise<T>): Promise<T> {
    this.isLent = true;
    try {
      return await use();
    } finally {
      this.isLent = false;
    }
  }

  /** Returns why the run does not take the answer; null when it does. */
  async #send(asked: Parameters<typeof makeRequest>[0]): Promise<string | null> {
    const { context, view, paths } = this.#options;
    const id = makeRequest(asked, { paths, runId: view.run.id, by: whoAsks(context) });
    try {
      return await new Promise((resolve) => this.#requests.set(id, resolve));
    } finally {
      this.#requests.delete(id);
    }
  }

  #tellWhoElse(step: string): void {
    const by = this.#answeredBy.get(step);
    if (by !== undefined) this.#options.turns.progress.note(`${step} was answered by ${harmless(by)}`);
  }

  #isOpen(id: string, question: Asked): boolean {
    const step = findStep(this.#options.view, id);
    return step?.status === 'needs-answer' && step.question === question;
  }

  #mayAnswer({ inputs }: Asked): boolean {
    const { context, view } = this.#options;
    return mayAnswer(readQuestion(inputs).question, whoAsks(context), view.run.by?.user ?? null);
  }
}
