// What a workflow file says, as plain data after parsing and before planning: keys read, types checked, names as written.
// Durations are milliseconds and sizes are bytes here; texts with `${{ }}` are still text. Every value's place is found by
// its path in the document: `steps.build.timeout` stands at ['steps', 'build', 'timeout'].
// Not here: meaning across keys (validate/), resolved references and expressions (plan/).

import type { Json } from './json.ts';
import type { Matrix } from './matrix.ts';

/** `string integer number boolean enum list path duration json secret`, or a type that a plugin registered. */
export type ParameterTypeName = string;

export interface ParameterModel {
  readonly name: string;
  readonly type: ParameterTypeName;
  readonly description: string | null;
  readonly required: boolean;
  /** As written; undefined when there is none. */
  readonly default: Json | undefined;
  /** Regular expression, RE2 syntax, must match the whole value. */
  readonly pattern: string | null;
  /** Of an enum. */
  readonly values: readonly string[] | null;
  /** Of a list: type of its items. */
  readonly items: ParameterTypeName | null;
  readonly min: number | null;
  readonly max: number | null;
  /** Name of an environment variable that is asked when no value is given. */
  readonly env: string | null;
}

export interface RequirementsModel {
  readonly commands: readonly string[];
  readonly python: readonly string[];
}

export interface WorkspaceModel {
  /** `auto` chooses; `none` runs in the checkout itself. */
  readonly provider: 'auto' | 'jj' | 'git' | 'copy' | 'none';
  /** Revision to start from; may hold `${{ }}`. */
  readonly base: string | null;
  /** Globs of ignored files to bring along. */
  readonly include: readonly string[];
  /** Null where the file does not say. */
  readonly snapshot: 'step' | 'run' | null;
  readonly keep: 'always' | 'on-failure' | 'never';
  /** Script for `sh` that prepares a new workspace; may hold `${{ }}`. */
  readonly setup: string | null;
  /** Paths whose content decides whether what `setup` made before is used again. */
  readonly setupKey: readonly string[];
  /** Whether steps get the environment of the `.envrc`. */
  readonly direnv: 'auto' | 'require' | 'off';
}

export interface RetryModel {
  /** How many attempts may follow the first. */
  readonly max: number;
  readonly backoff: 'constant' | 'linear' | 'exponential';
  readonly initialMs: number;
  readonly maxDelayMs: number;
  readonly jitter: boolean;
  /** Only these exit codes are tried again; null for any failure. */
  readonly onExit: readonly number[] | null;
}

export interface QuotaModel {
  /** Steps with the same token share the quota. */
  readonly token: string;
  /** Exit codes that say that it is used up. */
  readonly onExit: readonly number[] | null;
  /** RE2 for the end of the output of a failed attempt; its group `reset` is when there is more. */
  readonly pattern: string | null;
  /** The first pause when no time is told. */
  readonly waitMs: number;
  readonly maxWaitMs: number;
}

/** Files that a result depends on, and files that belong to it: globs from the root of the workspace. */
export interface CacheModel {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface ForeachModel {
  /** Expression that gives a list; null for a matrix. */
  readonly in: string | null;
  readonly matrix: Matrix | null;
  /** Name of the item inside, for a matrix `matrix` when it has no other; `item` always works too. */
  readonly as: string | null;
  /** Expression over the item that names it for good, or null: the item itself (text) or its index. */
  readonly key: string | null;
  readonly maxParallel: number | null;
  /** When one item fails, no other is started and running ones are stopped. Default false: items are independent. */
  readonly failFast: boolean;
}

export interface RepeatModel {
  /** Expression; the loop ends when true after a turn. */
  readonly until: string | null;
  /** Expression; the loop goes on while true after a turn. */
  readonly while: string | null;
  /** Integer or text with `${{ }}` that gives one; 0 for no cap. */
  readonly max: number | string;
  readonly delayMs: number;
  readonly progress: ProgressModel | null;
}

/** When a loop gets nowhere. */
export interface ProgressModel {
  /** Expression, evaluated after each turn. */
  readonly of: string;
  /** Turns in a row that may leave it as it was, and the last of them fails the loop. */
  readonly within: number;
}

/** One declared output. */
export interface OutputModel {
  readonly name: string;
  /** `file`: the step writes it to `$WORKFLOW_OUTPUT`. `value`: text with `${{ }}`, for groups and actions. */
  readonly from: 'file' | 'stdout' | 'value';
  /** With `stdout`: RE2; the first group of the first match, or the whole match. Null: all of stdout, trailing newlines removed. */
  readonly pattern: string | null;
  readonly value: string | null;
  readonly required: boolean;
  readonly description: string | null;
}

export type StdinModel = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'template'; readonly path: string };

export interface ActionInputModel {
  readonly name: string;
  readonly type: ParameterTypeName;
  readonly required: boolean;
  readonly default: Json | undefined;
  readonly secret: boolean;
  readonly description: string | null;
  readonly values: readonly string[] | null;
}

/** What runs, shared by steps and actions. Exactly one of run, argv, uses, steps in a valid file. */
export interface BodyModel {
  readonly run: string | null;
  readonly shell: string | null;
  readonly argv: readonly string[] | null;
  readonly uses: string | null;
  readonly inputs: { readonly [name: string]: Json };
  readonly env: { readonly [name: string]: string };
  readonly stdin: StdinModel | null;
  readonly timeoutMs: number | null;
  readonly idleTimeoutMs: number | null;
  readonly retry: RetryModel | null;
  readonly quota: QuotaModel | null;
  readonly cache: CacheModel | null;
  readonly outputs: readonly OutputModel[];
}

export interface ActionModel extends Omit<BodyModel, 'inputs'> {
  readonly name: string;
  readonly description: string | null;
  readonly inputs: readonly ActionInputModel[];
  /** Values for the inputs of what `uses` names; `inputs` declares the action's own. */
  readonly with: { readonly [name: string]: Json };
}

export interface StepModel extends BodyModel {
  readonly id: string;
  /** Where it stands: ['steps', 'turns', 'steps', 'fix']. */
  readonly path: readonly string[];
  readonly name: string | null;
  readonly needs: readonly string[];
  readonly when: string | null;
  readonly onFailure: 'fail-fast' | 'continue';
  /** `inherit`, `ephemeral`, or a path inside the run's workspace; may hold `${{ }}`. */
  readonly workspace: string;
  readonly foreach: ForeachModel | null;
  readonly repeat: RepeatModel | null;
  readonly breakWhen: string | null;
  /** Whether it gets a terminal of its own. */
  readonly interactive: boolean;
  /** Steps of a group, in file order; null when this is no group. */
  readonly steps: readonly StepModel[] | null;
}

export interface ArtifactModel {
  readonly name: string;
  /** Glob inside the workspace. */
  readonly path: string;
  readonly retentionMs: number | null;
  /** A run fails when nothing matches. Default false. */
  readonly required: boolean;
}

export interface WorkflowModel {
  readonly id: string;
  readonly version: string | null;
  readonly name: string | null;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly license: string | null;
  readonly homepage: string | null;
  readonly maxParallel: number;
  readonly env: { readonly [name: string]: string };
  readonly parameters: readonly ParameterModel[];
  readonly requirements: RequirementsModel;
  readonly workspace: WorkspaceModel;
  readonly actions: readonly ActionModel[];
  readonly steps: readonly StepModel[];
  readonly artifacts: readonly ArtifactModel[];
}
