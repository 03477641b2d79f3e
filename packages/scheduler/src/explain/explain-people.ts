// What people said about a step: answers to its questions, and how it went on at break points.

import type { RunEvent } from '@workflow-platform/events';
import type { PersonExplanation } from './explanation.ts';

/** Notes what an event tells of it. What is asked anew forgets what was answered before. */
export function notePerson(people: PersonExplanation[], event: RunEvent, atMs: number): void {
  switch (event.type) {
    case 'step.waiting':
      people.length = 0;
      return;
    case 'step.answered': {
      const { by, approved, message, fields } = event;
      people.push({ kind: 'answered', by, atMs, message, approved, fields });
      return;
    }
    case 'step.unpaused': {
      const { by, choice, message } = event;
      people.push({ kind: 'unpaused', by, atMs, message, choice });
      return;
    }
    default:
      return;
  }
}
