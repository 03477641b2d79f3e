// What a person sees first at a break point: where the run stopped, why, and how the log of the step ends.
// Not here: what can be said there (at-terminal/ask-question.ts).

import { pausePlaceOf, type StepView } from '@workflow-platform/events';
import { failureText } from './failure-text.ts';
import { lastLines } from './last-lines.ts';
import type { Style } from './style.ts';

const LINES_MAX = 6;

/** Returns the lines; none for a question that a step asks by itself. */
export function pauseLines({ question, failure, attemptNo }: StepView, runFolder: string, style: Style): string[] {
  const place = question === null ? null : pausePlaceOf(question.action);
  if (place === null) return [];
  if (place === 'before') return ['nothing of it has begun'];
  const tail = attemptNo === null ? [] : lastLines(runFolder, attemptNo, LINES_MAX);
  return [...tail.map((line) => style.dim(line)), ...(failure === null ? [] : [style.red(failureText(failure))])];
}
