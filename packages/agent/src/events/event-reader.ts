// Understands the JSON events of an agent by the rules of its preset: what it said last, what went wrong, whether it is done,
// what it used up. Pure.
// Not here: the process that prints them (event-conversation.ts).

import type { AgentUsage, Json } from '@workflow-platform/plugin-sdk';
import { parsePath } from '../preset/json-path.ts';
import type { EventRule } from '../preset/preset.ts';
import { addUsage, subtractUsage } from '../usage.ts';

export interface EventState {
  readonly session: string | null;
  readonly model: string | null;
  /** The last message that has any text. */
  readonly text: string;
  /** The last thing that went wrong. */
  readonly error: string | null;
  readonly isDone: boolean;
  /** How many events meant anything. */
  readonly understood: number;
}

/** Reads the events of one turn. `usedBefore` is what was used up in the session before. */
export class EventReader {
  readonly #rules: readonly EventRule[];
  readonly #usedBefore: AgentUsage;
  #state: EventState = { session: null, model: null, text: '', error: null, isDone: false, understood: 0 };
  #isTextOver = true;
  #usage: AgentUsage = {};
  #sessionTotals: AgentUsage = {};

  constructor(rules: readonly EventRule[], usedBefore: AgentUsage = {}) {
    this.#rules = rules;
    this.#usedBefore = usedBefore;
  }

  get state(): EventState {
    return this.#state;
  }

  /** What this turn used up. */
  get usage(): AgentUsage {
    const { model } = this.#state;
    const used = addUsage(this.#usage, subtractUsage(this.#sessionTotals, this.#usedBefore));
    return model === null ? used : { model, ...used };
  }

  /** Takes an event in and returns lines for the log. */
  take(event: Json): readonly string[] {
    const lines: string[] = [];
    for (const rule of this.#rules) if (matches(rule, event)) lines.push(...this.#follow(rule, event));
    return lines;
  }

  #follow(rule: EventRule, event: Json): readonly string[] {
    const lines: string[] = [];
    const text = textAt(rule.text, event);
    const part = textAt(rule.textPart, event);
    const error = textAt(rule.error, event);
    const state = { ...this.#state, understood: this.#state.understood + 1 };
    state.session = textAt(rule.session, event) || state.session;
    state.model = textAt(rule.model, event) || state.model;
    if (error !== '') Object.assign(state, { error, isDone: false });
    if (rule.isDone) state.isDone = true;
    if (text !== '') {
      if (text !== state.text) lines.push(text);
      state.text = text;
      this.#isTextOver = true;
    }
    if (part !== '') {
      state.text = this.#isTextOver ? part : state.text + part;
      this.#isTextOver = false;
    }
    if ((rule.endsText || rule.isDone) && !this.#isTextOver) {
      lines.push(state.text);
      this.#isTextOver = true;
    }
    this.#state = state;
    this.#count(rule, event);
    const note = rule.note === null ? null : fillNote(rule.note, event);
    return note === null ? lines : [...lines, note];
  }

  #count(rule: EventRule, event: Json): void {
    const told: AgentUsage = {
      ...numberAt('input_tokens', rule.inputTokens, event),
      ...numberAt('cached_tokens', rule.cachedTokens, event),
      ...numberAt('output_tokens', rule.outputTokens, event),
      ...numberAt('cost_usd', rule.costUsd, event),
    };
    if (rule.totals === 'turn') this.#usage = addUsage(this.#usage, told);
    else this.#sessionTotals = { ...this.#sessionTotals, ...told };
  }
}

function matches({ match }: EventRule, event: Json): boolean {
  return Object.entries(match).every(([path, wanted]) => valuesAt(path, event).some((value) => value === wanted));
}

function valuesAt(path: string, event: Json): readonly Json[] {
  return pathOf(path)?.(event) ?? [];
}

const paths = new Map<string, ReturnType<typeof parsePath>>();

function pathOf(path: string): ReturnType<typeof parsePath> {
  let find = paths.get(path);
  if (find === undefined) paths.set(path, (find = parsePath(path)));
  return find;
}

/** Texts at a path, one a line; empty where there are none. */
function textAt(path: string | null, event: Json): string {
  if (path === null) return '';
  return valuesAt(path, event)
    .filter((value) => value !== null)
    .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
    .join('\n');
}

function numberAt(name: keyof AgentUsage, from: readonly string[], event: Json): AgentUsage {
  const numbers = from.flatMap((path) => valuesAt(path, event)).filter((value) => typeof value === 'number' && value >= 0);
  if (numbers.length === 0) return {};
  const sum = (numbers as number[]).reduce((total, number) => total + number, 0);
  return { [name]: name === 'cost_usd' ? sum : Math.round(sum) };
}

/** Null where nothing of what it names is there. */
function fillNote(note: string, event: Json): string | null {
  let found = !note.includes('{');
  const text = note.replace(/\{([^{}]*)\}/g, (_, path: string) => {
    const value = textAt(path, event).replace(/\s+/g, ' ').trim();
    if (value !== '') found = true;
    return value.length > NOTE_MAX ? `${value.slice(0, NOTE_MAX)}…` : value;
  });
  return found ? text.trim() : null;
}

const NOTE_MAX = 200;
