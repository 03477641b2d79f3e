// Reads how one attempt of a step, or the person that it asks, would end.
// Not here: which step that is (read-stubs.ts).

import { isTomlTable, parseDuration, suggest } from '@workflow-platform/core';
import type { ActionSignature, Json, Path, PlanAttemptStep, PlanWaitStep, TomlValue } from '@workflow-platform/core';
import type { StubProblems } from './stub-problems.ts';
import type { Outcome, OutcomeEnd } from './stub.ts';
import { outputsOfStep } from './stub-outputs.ts';

/** Keys of an attempt. */
export const attemptKeys: readonly string[] = ['outputs', 'exit_code', 'failure', 'message', 'reset_after', 'duration'];

/** Keys of an answer. */
export const answerKeys: readonly string[] = ['approved', 'by', 'message', 'fields', 'failure', 'duration'];

type Table = { readonly [key: string]: TomlValue };

interface Around {
  readonly step: PlanAttemptStep | PlanWaitStep;
  readonly actions: readonly ActionSignature[];
  readonly problems: StubProblems;
}

/** Returns the outcome; what is wrong with it is reported and read as a success. */
export function readOutcome(table: Table, path: Path, around: Around): Outcome {
  const reader = new OutcomeReader(table, path, around);
  const { step } = around;
  const durationMs = reader.duration('duration') ?? 0;
  return { path, durationMs, end: step.kind === 'wait' ? reader.answer(step) : reader.attempt(step) };
}

class OutcomeReader {
  readonly #table: Table;
  readonly #path: Path;
  readonly #actions: readonly ActionSignature[];
  readonly #problems: StubProblems;

  constructor(table: Table, path: Path, { actions, problems }: Around) {
    this.#table = table;
    this.#path = path;
    this.#actions = actions;
    this.#problems = problems;
  }

  attempt(step: PlanAttemptStep): OutcomeEnd {
    const failure = this.#choice('failure', ['timeout', 'idle-timeout', 'quota', 'signal', 'spawn', 'output']);
    const code = this.#exitCode();
    const message = this.#text('message');
    const resetAfterMs = this.duration('reset_after');
    if (resetAfterMs !== null && failure !== 'quota') this.#impossible('reset_after', 'goes with `failure = "quota"`');
    if (failure !== null && this.#table['exit_code'] !== undefined) this.#impossible('exit_code', 'stands beside `failure`');
    const isSuccess = failure === null && code === 0;
    if (message !== null && isSuccess) this.#impossible('message', 'is of a failure, and this is a success');
    const outputs = this.#outputs(step, isSuccess);
    if (isSuccess) return { kind: 'success', outputs };
    switch (failure) {
      case 'timeout':
        if (step.timeoutMs === null) this.#impossible('failure', 'cannot happen: the step has no `timeout`', 'value');
        return { kind: 'hangs', limit: failure };
      case 'idle-timeout':
        if (step.idleTimeoutMs === null) this.#impossible('failure', 'cannot happen: the step has no `idle_timeout`', 'value');
        return { kind: 'hangs', limit: failure };
      case 'quota':
        if (step.quota === undefined) this.#impossible('failure', 'cannot happen: the step has no `quota`', 'value');
        return { kind: 'quota', resetAfterMs, message };
      case 'signal':
        return { kind: 'failure', failure: { kind: 'signal', signal: message ?? 'SIGKILL' } };
      case 'spawn':
      case 'output':
        return { kind: 'failure', failure: { kind: failure, message: message ?? 'as the stub says' } };
      default:
        // As an engine reads it.
        if (step.quota?.onExit.includes(code) === true) return { kind: 'quota', resetAfterMs: null, message };
        return { kind: 'failure', failure: { kind: 'exit', code, ...(message === null ? {} : { hint: message }) } };
    }
  }

  answer(step: PlanWaitStep): OutcomeEnd {
    const failure = this.#choice('failure', ['unanswered']);
    if (failure !== null) {
      if (step.timeoutMs === null) this.#impossible('failure', 'would never end: the step has no `timeout`', 'value');
      return { kind: 'silence' };
    }
    const approved = this.#table['approved'];
    if (typeof approved !== 'boolean') {
      if (approved === undefined) {
        const help = '`approved = true` or `false` says what the person answers';
        this.#problems.add('stub-impossible', 'the step asks a person, and the stub has no answer', {
          path: this.#path,
          part: 'key',
          help,
        });
      } else this.#problems.wrongKind([...this.#path, 'approved'], 'true or false');
    }
    const fields: { [name: string]: Json } = {};
    for (const [name, value] of this.#entries('fields')) {
      const json = toJson(value);
      if (json === undefined)
        this.#problems.wrongKind([...this.#path, 'fields', name], 'text, a number, true or false, or a list');
      else fields[name] = json;
    }
    const [by, message] = [this.#text('by'), this.#text('message') ?? ''];
    return { kind: 'answer', approved: approved !== false, by, message, fields };
  }

  /** A length of time such as "90s". */
  duration(key: string): number | null {
    const value = this.#table[key];
    if (value === undefined) return null;
    const ms = typeof value === 'string' ? parseDuration(value) : null;
    if (ms === null) this.#problems.wrongKind([...this.#path, key], 'a duration, such as "90s"');
    return ms;
  }

  #outputs(step: PlanAttemptStep, isSuccess: boolean): { readonly [name: string]: string } {
    const outputs: { [name: string]: string } = {};
    const { given, required, computed } = outputsOfStep(step, this.#actions);
    for (const [name, value] of this.#entries('outputs')) {
      const path = [...this.#path, 'outputs', name];
      if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'boolean') {
        this.#problems.wrongKind(path, 'text, a number, or true or false');
      } else if (computed.includes(name)) {
        const message = `the output \`${name}\` is computed by the workflow, and cannot be given`;
        this.#problems.add('stub-outputs', message, { path, part: 'key' });
      } else if (given !== null && !given.includes(name)) {
        const near = suggest(name, given);
        const declared = given.length === 0 ? 'it declares none' : `it declares ${given.map((each) => `\`${each}\``).join(', ')}`;
        const message = `the step does not declare an output \`${name}\``;
        const help = near === null ? declared : `did you mean \`${near}\`?`;
        this.#problems.add('stub-outputs', message, { path, part: 'key', help });
      } else outputs[name] = String(value);
    }
    if (!isSuccess) {
      if (this.#table['outputs'] !== undefined) this.#impossible('outputs', 'are of a success, and this is a failure');
      return {};
    }
    const missing = required.filter((name) => !Object.hasOwn(outputs, name) && this.#tableOf('outputs')?.[name] === undefined);
    if (missing.length > 0) {
      const names = missing.map((name) => `\`${name}\``).join(', ');
      const help = `write \`outputs = { ${missing.map((name) => `${name} = "…"`).join(', ')} }\``;
      const at = this.#table['outputs'] === undefined ? this.#path : [...this.#path, 'outputs'];
      this.#problems.add('stub-outputs', `the step must give ${names}`, { path: at, part: 'key', help });
    }
    return outputs;
  }

  #exitCode(): number {
    const value = this.#table['exit_code'];
    if (value === undefined) return 0;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255) return value;
    this.#problems.wrongKind([...this.#path, 'exit_code'], 'a whole number from 0 to 255');
    return 0;
  }

  #text(key: string): string | null {
    const value = this.#table[key];
    if (value === undefined || typeof value === 'string') return value ?? null;
    this.#problems.wrongKind([...this.#path, key], 'text');
    return null;
  }

  #choice<T extends string>(key: string, choices: readonly T[]): T | null {
    const value = this.#table[key];
    if (value === undefined) return null;
    const found = choices.find((choice) => choice === value);
    if (found === undefined) {
      this.#problems.wrongKind([...this.#path, key], choices.map((choice) => `"${choice}"`).join(' or '));
      return null;
    }
    return found;
  }

  #tableOf(key: string): Table | null {
    const value = this.#table[key];
    return value !== undefined && isTomlTable(value) ? value : null;
  }

  #entries(key: string): readonly [string, TomlValue][] {
    const value = this.#table[key];
    if (value === undefined) return [];
    if (isTomlTable(value)) return Object.entries(value);
    this.#problems.wrongKind([...this.#path, key], 'a table of names and values');
    return [];
  }

  /** Reports that a key says what cannot be; `problem` completes a sentence whose subject is the key. */
  #impossible(key: string, problem: string, part: 'key' | 'value' = 'key'): void {
    this.#problems.add('stub-impossible', `\`${key}\` ${problem}`, { path: [...this.#path, key], part });
  }
}

function toJson(value: TomlValue): Json | undefined {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) {
    const items = (value as readonly TomlValue[]).map(toJson);
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  return undefined;
}
