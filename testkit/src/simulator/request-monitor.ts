// Watches what becomes of requests and questions, from the events alone.
// Not here: other invariants (run-monitor.ts).

import type { RunEvent } from '@workflow-platform/events';
import { readQuestion, type QuestionEdit } from '@workflow-platform/core';
import { hold } from './invariants.ts';

export class RequestMonitor {
  readonly #acknowledged = new Set<string>();
  /** What was looked at before a step asked, and what it asks to edit. */
  readonly #looked = new Map<string, ReadonlySet<string>>();
  readonly #edits = new Map<string, QuestionEdit>();
  /** Open questions by step: how many approvals each wants, and who has given one. */
  readonly #open = new Map<string, { readonly wanted: number; readonly given: Set<string>; isDecided: boolean }>();

  record(event: RunEvent): void {
    if ('request' in event && event.request !== undefined) {
      const { request } = event;
      hold(!this.#acknowledged.has(request), 'requests-count-once', () => `${request} is acknowledged again`);
      this.#acknowledged.add(request);
    }
    if (event.type === 'step.observed' && event.purpose === 'ask')
      this.#looked.set(event.step, new Set(event.facts.map(({ query }) => query)));
    if (event.type === 'step.waiting') {
      const { approvals, edit } = readQuestion(event.inputs).question;
      const isSeen = (edit?.files ?? []).every((file) => this.#looked.get(event.step)?.has(`digest:${file}`));
      hold(isSeen, 'edits-are-told', () => `${event.step} asks for an edit of what was not looked at`);
      if (edit !== null) this.#edits.set(event.step, edit);
      else this.#edits.delete(event.step);
      this.#open.set(event.step, { wanted: approvals, given: new Set(), isDecided: false });
    }
    if (event.type === 'step.answered') this.#recordAnswer(event);
    const question = 'step' in event ? this.#open.get(event.step) : undefined;
    if (event.type === 'step.succeeded' && question !== undefined)
      hold(question.isDecided, 'answers-decide', () => `${event.step} succeeded unanswered`);
    const isSettled = ['step.succeeded', 'step.failed', 'step.skipped', 'step.cancelled'].includes(event.type);
    if (isSettled && 'step' in event) this.#open.delete(event.step);
  }

  /** Whether the journal has answered for the request. */
  isAcknowledged(request: string): boolean {
    return this.#acknowledged.has(request);
  }

  #recordAnswer({ step, by, approved, fields, missing = 0 }: Extract<RunEvent, { readonly type: 'step.answered' }>): void {
    const question = this.#open.get(step);
    hold(question !== undefined, 'answers-decide', () => `${step} is answered, and asks nothing`);
    hold(!question.isDecided, 'answers-decide', () => `${step} is answered again`);
    const edit = this.#edits.get(step);
    if (approved && edit !== undefined && by !== 'time limit') {
      const files = (fields['files'] ?? []) as readonly string[];
      const isFit = files.every((file) => edit.files.includes(file)) && (files.length > 0 || !edit.mustChange);
      hold(isFit, 'edits-are-told', () => `${step} takes ${files.join()} for an edit of ${edit.files.join()}`);
    }
    question.given.add(by);
    const left = question.wanted - question.given.size;
    const isByTime = by === 'time limit';
    hold(!approved || isByTime || missing === left, 'answers-decide', () => `${step} has ${missing} to come, ${left} expected`);
    question.isDecided = !approved || isByTime || left === 0;
  }
}
