// Whether a person may answer a question: by login name, which keeps people from mistakes.
// Not here: whether they have answered already (scheduler).

import type { Question } from './question.ts';

/** Returns whether it is asked of `by` (`name@host`); `startedBy` is the login name of whoever started the run. */
export function mayAnswer(question: Pick<Question, 'by' | 'notStarter'>, by: string, startedBy: string | null): boolean {
  return isAsked(question, by) && !(question.notStarter && loginName(by) === startedBy);
}

/** Returns whether the question names this person, or nobody. */
export function isAsked({ by: names }: Pick<Question, 'by'>, by: string): boolean {
  return names === null || names.includes(by) || names.includes(loginName(by));
}

/** Returns the login name of `name@host`: the same person on two machines is one person. */
export function loginName(by: string): string {
  const at = by.lastIndexOf('@');
  return at <= 0 ? by : by.slice(0, at);
}
