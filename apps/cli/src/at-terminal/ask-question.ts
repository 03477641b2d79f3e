// Asks a person at the terminal what a step asks, field by field, and checks each value as it is typed.
// Not here: giving the answer (answer-step.ts, question-asker.ts), whose turn it is (terminal-turns.ts).

import {
  checkAnswer,
  readQuestion,
  type Json,
  type Question,
  type QuestionEdit,
  type QuestionField,
} from '@workflow-platform/core';
import { pauseChoices, pausePlaceOf, type PauseChoice, type PausePlace } from '@workflow-platform/events';
import { harmless } from '../print/harmless.ts';
import { questionLines, shownDefault, type AskedQuestion } from '../print/question.ts';
import type { Screen } from '../context.ts';
import { askLine } from './prompt.ts';

/** What a person said at the terminal. */
export type TypedReply =
  | { readonly kind: 'answer'; readonly approved: boolean; readonly message: string; readonly fields: Fields }
  /** It stays as it is. */
  | { readonly kind: 'left' }
  /** The signal was there first: somebody else has answered, or the run has ended. */
  | { readonly kind: 'aborted' };

type Fields = { readonly [name: string]: Json };

export interface AskOptions {
  readonly screen: Screen;
  readonly signal: AbortSignal;
  /** Opens a shell where the step works; null where there is no such place. */
  readonly openShell: (() => Promise<void>) | null;
  /** How files are edited; null for a question about none. */
  readonly editing?: Editing | null;
  /** What there is to know before: why a step failed, how its log ends. */
  readonly context?: readonly string[];
}

/** What can be done with the files of a `human/edit`. */
export interface Editing {
  /** Returns why the editor came to nothing, or null. */
  open(): Promise<string | null>;
  changed(): readonly string[];
  /** The workspace. */
  readonly where: string;
}

/** Shows the question and asks until there is an answer that fits it. */
export async function askQuestion(asked: AskedQuestion, options: AskOptions): Promise<TypedReply> {
  const { screen } = options;
  for (const line of options.context ?? []) screen.write(`  ${line}\n`);
  const look = { style: screen.style, nowMs: Date.now(), columns: screen.columns() };
  const place = pausePlaceOf(asked.action);
  if (place !== null) return askAtBreakPoint(place, options);
  for (const line of questionLines(asked, { ...look, withCommands: false })) screen.write(`${line}\n`);
  const { question } = readQuestion(asked.inputs);
  if (question.edit !== null && options.editing) return askForEdit(question.edit, options.editing, options);
  return question.fields.length === 0 ? askForApproval(options) : askForFields(question, options);
}

/** One of some words, by its first letter or any longer beginning; what is typed after it is the message. */
interface Choice<K extends string> {
  readonly key: K;
  /** How it is shown: `[a]pprove`. */
  readonly shown: string;
}

const LEAVE = { key: 'leave', shown: '[l]eave it waiting' } as const;
const REJECT = { key: 'reject', shown: '[r]eject' } as const;

async function askForApproval(options: AskOptions): Promise<TypedReply> {
  const chosen = await choose([{ key: 'approve', shown: '[a]pprove' }, REJECT, LEAVE], options);
  if (chosen.kind !== 'chosen') return chosen;
  return chosen.key === 'approve' ? answer(true, chosen.message) : reject(chosen.message, options);
}

async function askForEdit({ mustChange }: QuestionEdit, editing: Editing, options: AskOptions): Promise<TypedReply> {
  const { screen, signal } = options;
  screen.write(`  in ${harmless(editing.where)}\n`);
  for (;;) {
    const chosen = await choose([{ key: 'edit', shown: '[e]dit' }, { key: 'done', shown: '[d]one' }, REJECT, LEAVE], options);
    if (chosen.kind !== 'chosen') return chosen;
    if (chosen.key === 'reject') return reject(chosen.message, options);
    if (chosen.key === 'edit') {
      const problem = await editing.open();
      if (signal.aborted) return { kind: 'aborted' };
      if (problem !== null) complain(screen, problem);
      screen.write(`  ${harmless(changedText(editing.changed()))}\n`);
      continue;
    }
    const files = editing.changed();
    if (files.length > 0 || !mustChange) return answer(true, chosen.message, { files });
    complain(screen, 'nothing has changed, and something has to');
  }
}

function changedText(files: readonly string[]): string {
  return files.length === 0 ? 'nothing has changed' : `changed: ${files.join(', ')}`;
}

async function askForFields(question: Question, options: AskOptions): Promise<TypedReply> {
  for (;;) {
    const chosen = await choose([{ key: 'fill', shown: '[f]ill in' }, REJECT, LEAVE], options);
    if (chosen.kind !== 'chosen') return chosen;
    if (chosen.key === 'reject') return reject(chosen.message, options);
    const filled = await fillIn(question, options);
    if (filled.kind !== 'filled') return filled;
    const sent = await choose([{ key: 'send', shown: '[s]end' }, { key: 'again', shown: '[a]gain' }, LEAVE], options);
    if (sent.kind !== 'chosen') return sent;
    if (sent.key === 'send') return answer(true, sent.message || chosen.message, filled.fields);
  }
}

async function fillIn(question: Question, options: AskOptions): Promise<{ kind: 'filled'; fields: Fields } | Stopped> {
  const fields: { [name: string]: Json } = {};
  for (const field of question.fields) {
    const typed = await askField(question, field, options);
    if (typed.kind !== 'value') return typed;
    if (typed.value !== null) fields[field.name] = typed.value;
  }
  return { kind: 'filled', fields };
}

type Stopped = Exclude<TypedReply, { readonly kind: 'answer' }>;

/** Null: nothing was typed, so that the default counts, or none. */
async function askField(
  question: Question,
  field: QuestionField,
  { screen, signal }: AskOptions,
): Promise<{ readonly kind: 'value'; readonly value: string | null } | Stopped> {
  const fallback = field.default === undefined ? '' : ` [${shownDefault(field.default)}]`;
  for (;;) {
    const said = await askLine(`  ${harmless(field.name)}${fallback}: `, signal);
    if (said.kind !== 'line') return stopped(said.kind);
    const value = said.line === '' ? null : said.line;
    const checked = checkAnswer({ ...question, fields: [field] }, value === null ? {} : { [field.name]: value });
    if (checked.ok) return { kind: 'value', value };
    const help = value === null || checked.help === null ? '' : ` (${checked.help})`;
    complain(screen, `${checked.problem}${help}`);
  }
}

const PAUSE_CHOICES: { readonly [C in PauseChoice]: string } = {
  continue: '[c]ontinue',
  skip: '[s]kip',
  retry: '[r]etry',
  fail: '[f]ail',
};

async function askAtBreakPoint(place: PausePlace, options: AskOptions): Promise<TypedReply> {
  const ways: Choice<PauseChoice | 'open'>[] = pauseChoices[place].map((key) => ({ key, shown: PAUSE_CHOICES[key] }));
  if (options.openShell !== null) ways.push({ key: 'open', shown: '[o]pen a shell' });
  for (;;) {
    const chosen = await choose([...ways, LEAVE], options);
    if (chosen.kind !== 'chosen') return chosen;
    if (chosen.key !== 'open') return answer(true, chosen.message, { then: chosen.key });
    await options.openShell?.();
    if (options.signal.aborted) return { kind: 'aborted' };
  }
}

async function reject(message: string, { screen, signal }: AskOptions): Promise<TypedReply> {
  for (let why = message; ;) {
    if (why !== '') return answer(false, why);
    const said = await askLine('  why: ', signal);
    if (said.kind !== 'line') return stopped(said.kind);
    why = said.line;
    if (why === '') complain(screen, 'whoever goes on with it has to know why');
  }
}

/** Asks until it is one of them. `leave` is an end like Ctrl-D. */
async function choose<K extends string>(
  choices: readonly (Choice<K> | typeof LEAVE)[],
  { screen, signal }: AskOptions,
): Promise<{ readonly kind: 'chosen'; readonly key: K; readonly message: string } | Stopped> {
  const prompt = `  ${choices.map(({ shown }) => shown).join(', ')}: `;
  for (;;) {
    const said = await askLine(prompt, signal);
    if (said.kind !== 'line') return stopped(said.kind);
    const [, word = '', message = ''] = /^(\S*)\s*(.*)$/s.exec(said.line) ?? [];
    const found = word === '' ? undefined : choices.find(({ key }) => key.startsWith(word.toLowerCase()));
    if (found === undefined) complain(screen, 'type the letter of one of these');
    else if (found.key === LEAVE.key) return { kind: 'left' };
    else return { kind: 'chosen', key: found.key, message };
  }
}

function answer(approved: boolean, message: string, fields: Fields = {}): TypedReply {
  return { kind: 'answer', approved, message, fields };
}

function stopped(kind: 'closed' | 'aborted'): Stopped {
  return { kind: kind === 'closed' ? 'left' : 'aborted' };
}

function complain({ write, style }: Screen, text: string): void {
  write(`  ${style.yellow(harmless(text))}\n`);
}
