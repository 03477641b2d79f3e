// Finds every expression of a file: the bare ones, those inside `${{ }}`, and those in the templates it names.
// Not here: what is wrong with them (rules).

import { ownEntry } from '../model/own-entry.ts';
import { compileExpression, type CompileResult } from '../expression/compile.ts';
import { parseText, type TextProblem } from '../expression/parse-text.ts';
import type { Catalog } from '../model/catalog.ts';
import type { Json } from '../model/json.ts';
import type { BodyModel, WorkflowModel } from '../model/workflow.ts';
import type { Path, TomlDocument } from '../parse/document.ts';
import type { ActionFacts } from './action-facts.ts';
import { ExpressionUse, PlacedText, type ExpressionPlace, type TextPlace } from './expression-use.ts';
import type { StepFacts } from './step-facts.ts';

/** A `${{` that is not closed, and where. */
export interface TextFault {
  readonly text: PlacedText;
  readonly problem: TextProblem;
}

/** A script with values in it. */
export interface PlacedScript {
  readonly text: PlacedText;
  readonly script: string;
  readonly shell: string | null;
}

export interface CollectedExpressions {
  readonly expressions: readonly ExpressionUse[];
  readonly faults: readonly TextFault[];
  readonly scripts: readonly PlacedScript[];
}

interface Source {
  readonly document: TomlDocument;
  readonly model: WorkflowModel;
  readonly catalog: Catalog;
  readonly steps: readonly StepFacts[];
  readonly actions: ReadonlyMap<string, ActionFacts>;
}

/** Returns every expression and every broken `${{`, in the order of the model. */
export function collectExpressions(source: Source): CollectedExpressions {
  return new Collector(source).collect();
}

class Collector {
  readonly #source: Source;
  readonly #expressions: ExpressionUse[] = [];
  readonly #faults: TextFault[] = [];
  readonly #scripts: PlacedScript[] = [];
  /** The same expression stands in many steps. */
  readonly #compiled = new Map<string, CompileResult>();

  constructor(source: Source) {
    this.#source = source;
  }

  collect(): CollectedExpressions {
    const { model, steps, actions } = this.#source;
    const nobody = { step: null, action: null };
    for (const name in model.env) this.#text(model.env[name]!, 'env', nobody, ['env'], [name]);
    const { base, setup } = model.workspace;
    if (base !== null) this.#text(base, 'workspace.base', nobody, ['workspace'], ['base']);
    if (setup !== null) this.#script(setup, null, placeOf('workspace.setup', ['workspace', 'setup'], nobody, null));
    for (const facts of actions.values()) this.#action(facts);
    for (const facts of steps) this.#step(facts);
    return { expressions: this.#expressions, faults: this.#faults, scripts: this.#scripts };
  }

  #action(action: ActionFacts): void {
    const owner = { step: null, action };
    this.#body(action.action, action.path, owner);
    this.#inputs(action.action.with, [...action.path, 'with'], owner);
  }

  #step(step: StepFacts): void {
    const owner = { step, action: null };
    const { path } = step;
    const { when, breakWhen, foreach, repeat, workspace, inputs } = step.step;
    if (when !== null) this.#bare(when, 'when', path.concat('when'), owner);
    if (foreach !== null) {
      const of = [...path, 'foreach'];
      if (foreach.in !== null) this.#bare(foreach.in, 'foreach.in', [...of, 'in'], owner);
      for (const { name, values } of foreach.matrix?.axes ?? [])
        if (typeof values === 'string') this.#bare(values, 'foreach.in', [...of, 'matrix', name], owner);
      for (const key of ['exclude', 'include'] as const) {
        const entries = foreach.matrix?.[key];
        if (typeof entries === 'string') this.#bare(entries, 'foreach.in', [...of, key], owner);
      }
      if (foreach.key !== null) this.#bare(foreach.key, 'foreach.key', [...path, 'foreach', 'key'], owner);
    }
    if (repeat !== null) {
      if (typeof repeat.max === 'string') this.#text(repeat.max, 'repeat.max', owner, path, ['repeat', 'max']);
      if (repeat.until !== null) this.#bare(repeat.until, 'until', [...path, 'repeat', 'until'], owner);
      if (repeat.while !== null) this.#bare(repeat.while, 'while', [...path, 'repeat', 'while'], owner);
      if (repeat.progress !== null) this.#bare(repeat.progress.of, 'progress', [...path, 'repeat', 'progress', 'of'], owner);
    }
    this.#text(workspace, 'workspace', owner, path, ['workspace']);
    this.#body(step.step, path, owner);
    this.#inputs(inputs, [...path, 'inputs'], owner);
    if (breakWhen !== null) this.#bare(breakWhen, 'break_when', [...path, 'break_when'], owner);
  }

  #body(body: Omit<BodyModel, 'inputs'>, path: Path, owner: Owner): void {
    if (body.run !== null) this.#script(body.run, body.shell, placeOf('run', path.concat('run'), owner, null));
    for (const [at, argument] of (body.argv ?? []).entries()) this.#text(argument, 'argv', owner, path, ['argv', at]);
    for (const name in body.env) this.#text(body.env[name]!, 'env', owner, path, ['env', name]);
    if (body.stdin?.kind === 'text') this.#text(body.stdin.text, 'stdin', owner, path, ['stdin']);
    if (body.stdin?.kind === 'template') this.#template(body.stdin.path, [...path, 'stdin', 'template'], owner);
    for (const { name, value } of body.outputs) {
      if (value !== null) this.#text(value, 'output', owner, path, ['outputs', name, 'value']);
    }
  }

  #script(script: string, shell: string | null, where: TextPlace): void {
    if (!script.includes('${{')) return;
    this.#scripts.push({ text: new PlacedText(this.#source.document, where), script, shell });
    this.#textIn(where, script);
  }

  #inputs(inputs: { readonly [name: string]: Json }, path: Path, owner: Owner): void {
    for (const input in inputs) this.#json(inputs[input]!, [...path, input], { ...owner, input });
  }

  /** Data with texts in it, however deep. */
  #json(value: Json, path: Path, owner: Owner): void {
    if (typeof value === 'string') this.#text(value, 'input', owner, path, []);
    else if (typeof value === 'object' && value !== null) {
      const isList = Array.isArray(value);
      for (const [key, item] of Object.entries(value)) this.#json(item, [...path, isList ? Number(key) : key], owner);
    }
  }

  #template(name: string, path: Path, owner: Owner): void {
    const file = ownEntry(this.#source.catalog.files, name);
    if (file === undefined) return;
    this.#textIn(placeOf('stdin', path, owner, { name, text: file.text }), file.text);
  }

  /** The path is put together only for texts with something in them; most have nothing. */
  #text(text: string, place: ExpressionPlace, owner: Owner, path: Path, rest: Path): void {
    if (text.includes('${{')) this.#textIn(placeOf(place, path.concat(rest), owner, null), text);
  }

  #textIn(where: TextPlace, text: string): void {
    const { parts, problems } = parseText(text);
    for (const problem of problems) this.#faults.push({ text: new PlacedText(this.#source.document, where), problem });
    for (const part of parts) if (part.kind === 'expression') this.#add(where, part.source, part.sourceStart);
  }

  #bare(source: string, place: ExpressionPlace, path: Path, owner: Owner): void {
    this.#add(placeOf(place, path, owner, null), source, 0);
  }

  #add(where: TextPlace, source: string, offset: number): void {
    let result = this.#compiled.get(source);
    if (result === undefined) this.#compiled.set(source, (result = compileExpression(source)));
    this.#expressions.push(new ExpressionUse(this.#source.document, where, source, offset, result));
  }
}

/** Written out rather than spread: large files have tens of thousands of these. */
function placeOf(place: ExpressionPlace, path: Path, { step, action, input }: Owner, file: TextPlace['file']): TextPlace {
  return { place, path, step, action, input: input ?? null, file };
}

interface Owner {
  readonly step: StepFacts | null;
  readonly action: ActionFacts | null;
  readonly input?: string;
}
