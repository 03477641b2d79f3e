// A question that waits for a person, for people: what is asked, what may be filled in, until when, and how to answer.
// Not here: which questions there are (the view, the history), checking an answer (core).

import { readQuestion } from '@workflow-platform/core';
import { pauseChoices, pausePlaceOf, type Json } from '@workflow-platform/events';
import { formatDuration } from './format.ts';
import { harmless } from './harmless.ts';
import { shellWord } from './shell-word.ts';
import type { Style } from './style.ts';
import { wrapWords } from './wrap.ts';

/** What is asked, by whom and until when. */
export interface AskedQuestion {
  readonly runId: string;
  readonly step: string;
  readonly action: string;
  readonly inputs: { readonly [name: string]: Json };
  readonly untilMs: number | null;
}

export interface QuestionLook {
  readonly style: Style;
  readonly nowMs: number;
  readonly columns: number;
  /** Default true. */
  readonly withCommands?: boolean;
}

/** Renders what is asked and how to answer, indented under a head that the caller writes. */
export function questionLines(question: AskedQuestion, look: QuestionLook): string[] {
  const { style, nowMs, columns, withCommands = true } = look;
  const { inputs, untilMs } = question;
  const width = Math.min(columns, 120) - 2;
  const message = textOf(inputs['message']).trimEnd();
  const lines = message === '' ? [] : message.split('\n').flatMap((line) => wrapWords(harmless(line), width));
  const who = whoMay(inputs);
  return [
    ...lines,
    ...editLine(inputs),
    ...fieldsOf(inputs).map(fieldLine),
    ...(who === null ? [] : [who]),
    ...(untilMs === null ? [] : [deadlineText(untilMs, nowMs)]),
    ...(withCommands ? answerCommands(question).map((command) => style.dim(command)) : []),
  ].map((line) => `  ${line}`);
}

/** What is asked, in one line. */
export function questionText(inputs: { readonly [name: string]: Json }): string {
  const text = harmless(textOf(inputs['message']).replaceAll(/\s+/g, ' ').trim());
  return text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX - 1)}…`;
}

const TEXT_MAX = 200;

/** How much time is left to answer. */
export function deadlineText(untilMs: number, nowMs: number): string {
  return untilMs > nowMs ? `${formatDuration(untilMs - nowMs)} left to answer` : 'the time for an answer is over';
}

/** The commands that answer it, the good one first. */
export function answerCommands({ runId, step, action, inputs }: AskedQuestion): string[] {
  const place = `${runId} ${shellWord(step)}`;
  const pause = pausePlaceOf(action);
  if (pause !== null) return pauseChoices[pause].map((choice) => `workflow answer ${place} --field then=${choice}`);
  const fields = fieldsOf(inputs).map(([name]) => ` --field ${shellWord(name)}=…`);
  if (action === 'human/edit') {
    return [`workflow answer ${place}`, `workflow approve ${place}`, `workflow reject ${place} --message …`];
  }
  const isForm = action === 'human/form';
  return [`workflow ${isForm ? 'answer' : 'approve'} ${place}${fields.join('')}`, `workflow reject ${place} --message …`];
}

/** The fields that are asked for, as they stand in the file. */
export function fieldsOf(inputs: { readonly [name: string]: Json }): readonly (readonly [name: string, field: Field])[] {
  const fields = inputs['fields'];
  return isTable(fields) ? Object.entries(fields).map(([name, field]) => [name, isTable(field) ? field : {}] as const) : [];
}

type Field = { readonly [key: string]: Json };

function fieldLine([name, field]: readonly [name: string, field: Field]): string {
  const { type = 'string', values, description, required, default: fallback } = field;
  const kind = Array.isArray(values) ? values.map(textOf).join(' | ') : textOf(type);
  const notes = [
    kind,
    ...(required === true && fallback === undefined ? ['required'] : []),
    ...(fallback === undefined ? [] : [`default ${textOf(fallback)}`]),
  ];
  const what = typeof description === 'string' ? `: ${description}` : '';
  return harmless(`${name} (${notes.join(', ')})${what}`);
}

/** What is to be edited. */
function editLine(inputs: { readonly [name: string]: Json }): string[] {
  const files = readQuestion(inputs).question.edit?.files ?? [];
  return files.length === 0 ? [] : [harmless(`files: ${files.join(', ')}`)];
}

function whoMay(inputs: { readonly [name: string]: Json }): string | null {
  const { by, not_starter: notStarter, approvals } = inputs;
  const names = Array.isArray(by) ? by.map(textOf) : typeof by === 'string' ? by.split(',').map((name) => name.trim()) : [];
  const parts = [
    ...(names.length > 0 ? [`asks ${names.join(', ')}`] : []),
    ...(notStarter === true ? ['not whoever started the run'] : []),
    ...(typeof approvals === 'number' && approvals > 1 ? [`${approvals} people have to approve`] : []),
  ];
  return parts.length === 0 ? null : harmless(parts.join('; '));
}

function isTable(value: Json | undefined): value is Field {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A default as it would be typed. */
export function shownDefault(value: Json): string {
  return harmless(textOf(value));
}

function textOf(value: Json | undefined): string {
  return value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}
