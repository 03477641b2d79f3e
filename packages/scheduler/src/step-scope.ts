// What the names in an expression mean at a place of a run: `steps` are the siblings and then the steps around the group,
// `item` and `iteration` those of the innermost `foreach` and loop, exists() and its kin are answered from facts.
// Not here: evaluating (evaluate.ts).

import { assert, type Fact, type ObservationPurpose } from '@workflow-platform/events';
import { type ExpressionScope, type Json, type Reference, resolveText } from '@workflow-platform/core';
import type { RunState, Scope, StepState } from './run-state.ts';
import { outerOf } from './step-order.ts';
import { settledPhase, type StepResult } from './step-phase.ts';
import { conclusionOf, outcomeOf } from './step-result.ts';

/** What a host knows beyond the run's events, for texts of attempts. */
export interface ScopeExtras {
  /** Values of secret parameters. */
  readonly secrets?: { readonly [name: string]: string };
  readonly env?: { readonly [name: string]: string };
  readonly workspace?: { readonly id: string; readonly path: string };
  readonly run?: { readonly [name: string]: Json };
  /** Answers a query (`exists:PATH`, `digest:PATH`, `file:PATH`) at once, by a look into the workspace. */
  look?(query: string): Fact['answer'];
}

/** Where an expression stands and for which decision it is evaluated. */
export interface ScopePlace {
  readonly step: StepState;
  /** The turn, for expressions that stand outside the steps of a group but speak of them (`until`, `outputs`). */
  readonly inside?: Scope | null;
  readonly purpose?: ObservationPurpose;
  /** Facts that are not applied yet. */
  readonly facts?: readonly Fact[];
  /** The step's own result, where it is not applied yet. */
  readonly result?: StepResult;
  /** The item whose key is computed. */
  readonly item?: { readonly value: Json };
  readonly extras?: ScopeExtras;
}

/** Thrown through an evaluation that needs facts nobody has looked up yet. */
export class MissingFact extends Error {
  readonly queries: readonly string[];

  constructor(queries: readonly string[]) {
    super(`facts are missing: ${queries.join(', ')}`);
    this.queries = queries;
  }
}

/** Returns the query behind a call of exists(), file() or changed(); null for other functions. */
export function queryOf(functionName: string, path: Json): string | null {
  const text = typeof path === 'string' ? path : JSON.stringify(path);
  switch (functionName) {
    case 'exists':
      return `exists:${text}`;
    case 'file':
      return `file:${text}`;
    case 'changed':
      return `digest:${text}`;
    default:
      return null;
  }
}

export class StepScope implements ExpressionScope {
  readonly #state: RunState;
  readonly #place: ScopePlace;

  constructor(state: RunState, place: ScopePlace) {
    this.#state = state;
    this.#place = place;
  }

  context(name: string, references: readonly Reference[]): Json | undefined {
    const { plan, workspace } = this.#state;
    const { step, extras } = this.#place;
    switch (name) {
      case 'params':
        return plan.parameters;
      case 'secrets':
        return extras?.secrets;
      case 'env':
        return extras?.env ?? this.#planEnv(references);
      case 'run':
        return { id: this.#state.runId, workflow: plan.workflow.id, ...extras?.run };
      case 'workspace':
        return extras?.workspace ?? (workspace === null ? undefined : { id: workspace.id, path: workspace.path });
      case 'steps':
        return this.#table(
          references,
          (id) => this.#findStep(id),
          () => this.#visibleSteps(),
          stepContext,
        );
      case 'needs': {
        const needs = (): StepState[] => step.spec.needs.map((index) => step.scope.steps[index] as StepState);
        return this.#table(references, (id) => needs().find((need) => isNamed(need, id)), needs, needContext);
      }
      case 'item':
        return this.#item(() => true);
      case 'iteration':
        return this.#iteration();
      default:
        return this.#item((as) => as?.toLowerCase() === name);
    }
  }

  call(name: string, args: readonly Json[]): Json {
    const { step, inside } = this.#place;
    switch (name) {
      case 'always':
        return true;
      case 'cancelled':
        return this.#state.cancelCount > 0;
      case 'success':
        return inside ? inside.tally.failed.length === 0 && !inside.tally.hasCancelled : !step.hasBadNeeds;
      case 'failure':
        return inside ? inside.tally.failed.length > 0 : step.hasFailedNeeds;
      case 'changed':
        return this.#hasChanged(args[0] ?? '');
      default: {
        const query = queryOf(name, args[0] ?? '');
        assert(query !== null, `no function \`${name}\` is known to a run`);
        return this.#fact(query);
      }
    }
  }

  /** Returns whether a query needs no observation. */
  isKnown(query: string): boolean {
    return this.#knownFact(query) !== undefined;
  }

  #fact(query: string): Fact['answer'] {
    const known = this.#knownFact(query);
    if (known === undefined) throw new MissingFact([query]);
    return known;
  }

  #knownFact(query: string): Fact['answer'] | undefined {
    const { step, purpose, facts, extras } = this.#place;
    if (query.startsWith('file:')) {
      const ofBundle = this.#state.plan.files[query.slice('file:'.length)];
      if (ofBundle !== undefined) return ofBundle.text;
    }
    if (extras?.look !== undefined) return extras.look(query);
    const fresh = facts?.find((fact) => fact.query === query);
    if (fresh !== undefined) return fresh.answer;
    return purpose === undefined ? undefined : step.facts?.get(purpose)?.get(query);
  }

  /** Content before the step (or before the turn around it) against content now. */
  #hasChanged(path: Json): boolean {
    const query = queryOf('changed', path) as string;
    for (let step: StepState | null = this.#place.step; step !== null; step = outerOf(step)) {
      const before = step.facts?.get('before')?.get(query);
      if (before !== undefined) return before !== this.#fact(query);
    }
    // Nothing was noted of this path before, so nothing can be said but that it is there now.
    return this.#fact(query) !== null;
  }

  #table(
    references: readonly Reference[],
    find: (id: string) => StepState | undefined,
    all: () => Iterable<StepState>,
    render: (result: StepResult) => Json,
  ): Json {
    const table: Record<string, Json> = Object.create(null) as Record<string, Json>;
    const add = (step: StepState | undefined): void => {
      if (step === undefined || Object.hasOwn(table, step.spec.plan.id)) return;
      const result = step === this.#place.step && this.#place.result ? this.#place.result : settledPhase(step)?.result;
      if (result !== undefined) table[step.spec.plan.id] = render(result);
    };
    for (const { path } of references) {
      if (typeof path[0] === 'string' && path[0] !== '*') {
        add(find(path[0]));
        continue;
      }
      for (const step of all()) add(step);
      break;
    }
    return table;
  }

  #findStep(id: string): StepState | undefined {
    for (const scope of this.#scopes()) {
      const spec = scope.table.find(id);
      if (spec !== undefined) return scope.steps[spec.index];
    }
    return undefined;
  }

  *#visibleSteps(): Iterable<StepState> {
    for (const scope of this.#scopes()) yield* scope.steps;
  }

  /** From the innermost outwards. */
  *#scopes(): Iterable<Scope> {
    const { inside, step } = this.#place;
    if (inside) yield inside;
    for (let scope: Scope | null = step.scope; scope !== null; scope = scope.owner?.scope ?? null) yield scope;
  }

  #item(isWanted: (as: string | null | undefined) => boolean): Json | undefined {
    const { step: innermost, item } = this.#place;
    if (item !== undefined && isWanted(innermost.spec.plan.foreach?.as)) return item.value;
    for (let step: StepState | null = innermost; step !== null; step = outerOf(step)) {
      if (step.item !== null && isWanted(step.spec.plan.foreach?.as)) return step.item.value;
    }
    return undefined;
  }

  #iteration(): number | undefined {
    for (const { iteration } of this.#scopes()) if (iteration !== null) return iteration;
    return undefined;
  }

  #planEnv(references: readonly Reference[]): Json {
    const { env } = this.#state.plan;
    const wanted = references.map(({ path }) => path[0]);
    const isAll = wanted.some((name) => typeof name !== 'string' || name === '*');
    const names = Object.keys(env).filter(
      (name) => isAll || wanted.some((other) => String(other).toLowerCase() === name.toLowerCase()),
    );
    return Object.fromEntries(names.map((name) => [name, resolveText(env[name] as string, this)]));
  }
}

function isNamed(step: StepState, id: string): boolean {
  return step.spec.plan.id.toLowerCase() === id.toLowerCase();
}

function stepContext(result: StepResult): Json {
  const exitCode = result.kind === 'succeeded' || result.kind === 'failed' ? result.exitCode : null;
  return { outputs: outputsOf(result), outcome: outcomeOf(result), conclusion: conclusionOf(result), exit_code: exitCode };
}

function needContext(result: StepResult): Json {
  return { result: conclusionOf(result), outputs: outputsOf(result) };
}

function outputsOf(result: StepResult): { readonly [name: string]: string } {
  return result.kind === 'succeeded' || result.kind === 'failed' ? result.outputs : {};
}
