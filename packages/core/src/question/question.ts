// What a step asks a person, as data.
// Not here: reading it from inputs (read-question.ts), the answer (check-answer.ts), who asks when (scheduler).

import type { ValueRules } from '../model/check-value.ts';
import type { Json } from '../model/json.ts';

/** One value that is asked for. Its name becomes an output of the step. */
export interface QuestionField extends ValueRules {
  readonly name: string;
  readonly description: string | null;
  /** Without a value there is no answer. */
  readonly required: boolean;
  /** The value when none is given; undefined when there is none. */
  readonly default: Json | undefined;
}

/** What a person is to edit. */
export interface QuestionEdit {
  /** Files and folders, relative to the workspace. */
  readonly files: readonly string[];
  /** There is no answer before something in them has changed. */
  readonly mustChange: boolean;
}

/** What becomes of a question that nobody has answered in time. */
export type OnTimeout = 'fail' | 'reject' | 'accept';

export interface Question {
  readonly message: string;
  readonly fields: readonly QuestionField[];
  /** Files to edit; null for a question that is about none. */
  readonly edit: QuestionEdit | null;
  /** Login names (or `name@host`) of those who may answer; null for anybody. */
  readonly by: readonly string[] | null;
  /** Whoever started the run may not answer. */
  readonly notStarter: boolean;
  /** How many people have to approve. */
  readonly approvals: number;
  readonly onTimeout: OnTimeout;
}

/** What is wrong with a question, at a path inside the inputs. */
export interface QuestionProblem {
  readonly path: readonly string[];
  readonly message: string;
  readonly help: string | null;
}

/** Outputs that every answered step has; no field may have such a name. */
export const ANSWER_OUTPUTS = ['by', 'message', 'approved'] as const;

/** Takes what is wrong. */
export type NoteProblem = (path: readonly string[], message: string, help?: string | null) => void;

/** Says whether a value is only known in the run. */
export function isOpenText(value: Json | undefined): boolean {
  return typeof value === 'string' && value.includes('${{');
}
