// What a file may refer to that is not in the file: parameter types, actions, other workflows, files beside it. Everything
// arrives from outside, so plugins extend the language without a change here.
// Not here: where any of it is found (packages/source, packages/executor).

import type { Json } from './json.ts';
import type { ActionInputModel, OutputModel, WorkflowModel } from './workflow.ts';

/** A type of parameters. The built-in ones are in parameter-types.ts; plugins register more. */
export interface ParameterType {
  readonly name: string;
  readonly description: string;
  /** JSON Schema (2020-12) of a value of this type as it may stand in the file. */
  readonly schema: { readonly [key: string]: Json };
  /** Turns text (of `--param`, of an environment variable) or a value of the file into the value, or says what is wrong with it. */
  parse(value: Json): { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly problem: string };
}

/** What a step has to know of an action to use it. */
export interface ActionSignature {
  /** As in `uses`: `git/diff-summary`, `plugin:NAME/ACTION`, `human/approve`. */
  readonly reference: string;
  readonly kind: 'builtin' | 'plugin' | 'wait';
  readonly description: string;
  /** Of the plugin; null for what ships with the engine. */
  readonly version: string | null;
  readonly inputs: readonly ActionInputModel[];
  /** Accepts inputs that are not listed (as `workflow/run` does for parameters). */
  readonly openInputs: boolean;
  readonly outputs: readonly OutputModel[];
  /** Input that takes a JSON Schema: what it declares as `properties` are outputs of the step too. */
  readonly outputSchema?: string;
  /** Input that the step's `stdin` fills: text or a template. Without it, such a step has no use for `stdin`. */
  readonly stdinInput?: string;
}

/** Another workflow that a step refers to (`./other.toml`, `workflow:ID`), as far as it could be loaded. */
export interface ReferredWorkflow {
  readonly reference: string;
  /** Where it was found: absolute path or URL. */
  readonly source: string;
  readonly fileDigest: string;
  readonly model: WorkflowModel;
}

/** A check that a plugin adds to the validator. Runs after the built-in rules, over a model without errors. */
export interface CustomValidator {
  readonly name: string;
  /** Returns mistakes, each at a path of the document; `code` is prefixed with the validator's name. */
  check(model: WorkflowModel): readonly {
    readonly code: string;
    readonly message: string;
    readonly help: string | null;
    readonly path: readonly (string | number)[];
    readonly severity: 'error' | 'warning';
  }[];
}

/** All of it. */
export interface Catalog {
  readonly parameterTypes: readonly ParameterType[];
  readonly actions: readonly ActionSignature[];
  readonly validators: readonly CustomValidator[];
  /** By reference as written; a reference that is missing here is unknown. */
  readonly workflows: { readonly [reference: string]: ReferredWorkflow };
  /** Text files beside the workflow by the path the file names them with; one that is missing here is not there. */
  readonly files: { readonly [path: string]: { readonly digest: string; readonly text: string } };
}
