// A workflow in the making: its parameters, the steps that find out what just works out at its start, and what there is to tell.
// Not here: the steps of recipes (convert-recipe.ts).

import type { ParameterModel, StepModel } from '@workflow-platform/core';
import type { Finding } from './finding.ts';
import type { JustAssignment } from './justfile.ts';
import { newStep } from './new-step.ts';
import type { Value } from './value.ts';

export class Draft {
  readonly parameters: ParameterModel[] = [];
  /** In the order in which they can run. */
  readonly captures: StepModel[] = [];
  readonly #remarks = new Map<string, Finding>();
  readonly #notes = new Map<string, Finding>();
  /** What variables of the justfile are worth; null while that is being worked out. */
  readonly variables = new Map<JustAssignment, Value | null>();
  readonly #stepIds = new Set<string>();
  readonly #known = new Map<string, string>();

  /** Notes a difference, once. */
  remark(message: string, help: string | null, line: number | null = null): void {
    if (!this.#remarks.has(message)) this.#remarks.set(message, { line, message, help });
  }

  /** Notes what is so for all recipes of the justfile: told once. */
  note(message: string, help: string | null): void {
    this.#notes.set(message, { line: null, message, help });
  }

  notes(): readonly Finding[] {
    return [...this.#notes.values()];
  }

  remarks(): readonly Finding[] {
    return [...this.#remarks.values()];
  }

  /** Returns an id that no step has yet. */
  stepId(wanted: string): string {
    return freeName(wanted, this.#stepIds);
  }

  /** Adds a parameter under this name, or one like it when that is taken. Asked for the same thing again it returns the one there is. */
  parameter(wanted: string, keys: Partial<ParameterModel>): string {
    const key = `parameter ${wanted} ${JSON.stringify(keys)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const name = freeName(wanted, new Set(this.parameters.map((each) => each.name.toLowerCase())));
    this.parameters.push({ ...bareParameter, ...keys, name });
    this.#known.set(key, name);
    return name;
  }

  /** Adds a step whose output is a value, and returns the expression that reads it. The same script in the same place runs once. */
  capture(wanted: string, keys: Partial<StepModel> & { readonly run: string }): string {
    const key = `capture ${JSON.stringify(keys)}`;
    let id = this.#known.get(key);
    if (id === undefined) {
      id = this.stepId(wanted);
      this.#known.set(key, id);
      const reads = [...JSON.stringify(keys).matchAll(/steps\.([\w-]+)\.outputs/g)].map((match) => match[1]!);
      this.captures.push({ ...newStep(id), needs: [...new Set(reads)], outputs: [valueOutput], ...keys });
    }
    return `steps.${id}.outputs.value`;
  }
}

const valueOutput = { name: 'value', from: 'stdout', pattern: null, value: null, required: false, description: null } as const;

const bareParameter: Omit<ParameterModel, 'name'> = {
  type: 'string',
  description: null,
  required: false,
  default: undefined,
  pattern: null,
  values: null,
  items: null,
  min: null,
  max: null,
  env: null,
};

function freeName(wanted: string, taken: Set<string>): string {
  const base = wanted.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 90);
  let name = base;
  for (let n = 2; taken.has(name.toLowerCase()); n += 1) name = `${base}-${n}`;
  taken.add(name.toLowerCase());
  return name;
}
