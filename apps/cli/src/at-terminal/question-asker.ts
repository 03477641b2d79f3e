// Asks one question at the terminal of `workflow run`, until there is an answer that the run takes, or somebody leaves it.
// Not here: which questions there are (own-questions.ts, nested-questions.ts), whose turn it is (terminal-turns.ts), the prompts
// (ask-question.ts).

import { mayAnswer, readQuestion, type Json, type Plan } from '@workflow-platform/core';
import { findStep, pausePlaceOf, type RunView } from '@workflow-platform/events';
import type { History, StatePaths } from '@workflow-platform/journal';
import type { CliContext } from '../context.ts';
import { changedFiles, noteEdit, openEditor, type EditPlace } from '../edit-question.ts';
import { harmless } from '../print/harmless.ts';
import { pauseLines } from '../print/pause-lines.ts';
import { answerCommands, type AskedQuestion } from '../print/question.ts';
import { whoAsks } from '../who-am-i.ts';
import { askQuestion, type Editing } from './ask-question.ts';
import { shellInWorkspace } from './shell-in-workspace.ts';
import type { TerminalTurns } from './terminal-turns.ts';

export interface AskerOptions {
  readonly context: CliContext;
  readonly history: History;
  readonly paths: StatePaths;
  readonly turns: TerminalTurns;
}

/** A question of a run, and the way to answer it. */
export interface OpenQuestion {
  readonly asked: AskedQuestion;
  /** Of the run that asks. */
  view(): RunView;
  plan(): Plan;
  /** Returns why the run does not take the answer; null when it does. */
  send(answer: Answer): Promise<string | null>;
  /** Who has answered it elsewhere; null when nobody has. */
  answeredBy(): string | null;
}

interface Answer {
  readonly approved: boolean;
  readonly message: string;
  readonly fields: { readonly [name: string]: Json };
}

export class QuestionAsker {
  readonly #options: AskerOptions;
  /** A shell or an editor has the terminal: its Ctrl-C is not meant for the run. */
  isLent = false;

  constructor(options: AskerOptions) {
    this.#options = options;
  }

  /** Whether whoever is at this terminal may answer. */
  mayAnswer({ inputs }: Pick<AskedQuestion, 'inputs'>, startedBy: string | null): boolean {
    return mayAnswer(readQuestion(inputs).question, whoAsks(this.#options.context), startedBy);
  }

  /** Asks it; the signal says that it is open no more, or that the terminal is given back. */
  async ask(question: OpenQuestion, signal: AbortSignal): Promise<void> {
    const { context, paths, turns } = this.#options;
    const { asked } = question;
    const { progress } = turns;
    const view = question.view();
    const step = findStep(view, asked.step);
    const name = view.run.parent === null ? asked.step : `${asked.step} of ${view.run.workflow}`;
    progress.stepAside(pausePlaceOf(asked.action) === null ? `${name} asks` : `${name}: a break point`);
    const place = this.#editPlace(question, view);
    for (;;) {
      const reply = await askQuestion(asked, {
        screen: context.err,
        signal,
        openShell: this.#shellIn(view),
        editing: place === null ? null : this.#editing(place),
        context: step === undefined ? [] : pauseLines(step, paths.runFolder(view.run.id), context.err.style),
      });
      if (reply.kind === 'aborted') {
        const by = question.answeredBy();
        if (by !== null) progress.note(`${name} was answered by ${harmless(by)}`);
        return;
      }
      if (reply.kind === 'left') return progress.note(`left ${name} waiting; ${answerCommands(asked)[0] ?? ''}`);
      if (place !== null && reply.approved) for (const warning of await noteEdit(place, question.plan())) progress.warn(warning);
      const refusal = await question.send(reply);
      if (refusal === null) return;
      context.err.write(`  ${context.err.style.yellow(harmless(refusal))}\n`);
      if (signal.aborted) return;
    }
  }

  #editPlace({ asked }: OpenQuestion, { run, workspace }: RunView): EditPlace | null {
    const { context, history } = this.#options;
    const { edit } = readQuestion(asked.inputs).question;
    if (edit === null) return null;
    return { context, runId: run.id, step: asked.step, edit, workspace, events: history.readEvents(run.id) };
  }

  #editing(place: EditPlace): Editing {
    return {
      open: () => this.#lend(() => openEditor(place)),
      changed: () => changedFiles(place),
      where: place.workspace?.path ?? '',
    };
  }

  #shellIn({ workspace }: RunView): (() => Promise<void>) | null {
    return workspace === null ? null : () => this.#lend(() => shellInWorkspace(this.#options.context, workspace));
  }

  async #lend<T>(use: () => Promise<T>): Promise<T> {
    this.isLent = true;
    try {
      return await use();
    } finally {
      this.isLent = false;
    }
  }
}
