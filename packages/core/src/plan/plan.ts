// The compiled plan: everything a host needs to carry a run out, as plain JSON. Same file and same parameters give the same
// bytes, whatever the machine, the folder or the time. Expressions that depend on the run are kept as source text.
// Not here: how it is made (plan-workflow.ts), what a run did (events).

import type { Json } from '../model/json.ts';
import type { Matrix } from '../model/matrix.ts';

/** Raised when a plan of an older engine could be misread. */
export const PLAN_SCHEMA_VERSION = 1;

/** Text with values in it: a plain string, or parts in order, each literal or an expression. Never has two literals in a row. */
export type Text = string | readonly (string | { readonly expression: string })[];

/** An input or environment value: text, or data with texts inside. */
export type Template =
  | { readonly text: Text }
  | { readonly json: Json }
  | { readonly list: readonly Template[] }
  | { readonly table: { readonly [key: string]: Template } };

/**
 * Inputs that a local action was used with: what `inputs.NAME` means in all texts of the step that the action wrote. Values
 * are resolved in the step's own scope, or, when an action uses an action, in the scope of the outer one's inputs.
 * `withInputs(scope, step.inputs)` (with-inputs.ts) gives the scope in which every text of the step is to be resolved.
 */
export interface PlanInputs {
  readonly values: { readonly [name: string]: Template };
  readonly outer: PlanInputs | null;
}

export interface Plan {
  readonly schemaVersion: typeof PLAN_SCHEMA_VERSION;
  readonly workflow: {
    readonly id: string;
    readonly version: string | null;
    readonly name: string | null;
    /** SHA-256 of the file's bytes, lower-case hex. */
    readonly fileDigest: string;
  };
  /** Resolved values; a secret one is null here and named in `secrets`. */
  readonly parameters: { readonly [name: string]: Json };
  readonly secrets: readonly string[];
  readonly maxParallel: number;
  /** Environment of every step. */
  readonly env: { readonly [name: string]: Text };
  readonly requirements: {
    readonly commands: readonly PlanCommandRequirement[];
    readonly python: readonly PlanCommandRequirement[];
  };
  readonly workspace: {
    readonly provider: 'auto' | 'jj' | 'git' | 'copy' | 'none';
    readonly base: string | null;
    readonly include: readonly string[];
    /** `step`: what each step changed is kept apart. */
    readonly snapshot: 'step' | 'run';
    readonly keep: 'always' | 'on-failure' | 'never';
    /** Script for `sh` that prepares a new workspace, and the variables it runs with; null for none. */
    readonly setup: { readonly script: string; readonly env: { readonly [name: string]: string } } | null;
    /** Paths in the workspace whose content decides whether what `setup` made before is used again; none: never. */
    readonly setupKey: readonly string[];
    /** Whether steps get the environment of the `.envrc`. */
    readonly direnv: 'auto' | 'require' | 'off';
  };
  readonly steps: readonly PlanStep[];
  readonly artifacts: readonly {
    readonly name: string;
    readonly path: string;
    readonly retentionMs: number | null;
    readonly required: boolean;
  }[];
  /** Files beside the workflow that steps read at run time, by the path the file names them with: SHA-256 of each. */
  readonly files: { readonly [path: string]: { readonly digest: string; readonly text: string } };
  /** SHA-256 of the canonical JSON of all the rest, lower-case hex. */
  readonly digest: string;
}

/** `git`, or `jj >= 0.30`. */
export interface PlanCommandRequirement {
  readonly name: string;
  readonly operator: '>=' | '>' | '=' | '<' | '<=' | null;
  readonly version: string | null;
}

interface PlanStepBase {
  /** Unique among its siblings. */
  readonly id: string;
  readonly name: string | null;
  /** Ids of siblings that must settle first. */
  readonly needs: readonly string[];
  /** Expression, or null: `success()`. Already wrapped as `success() && (…)` when the file's has no status function. */
  readonly when: string | null;
  readonly onFailure: 'fail-fast' | 'continue';
  readonly foreach: {
    /** Null for a matrix. */
    readonly in: string | null;
    readonly matrix?: Matrix;
    readonly as: string | null;
    readonly key: string | null;
    readonly maxParallel: number | null;
    readonly failFast: boolean;
  } | null;
  readonly breakWhen: string | null;
  /** Paths whose content `changed()` compares: noted before the step (of a group: before each turn). */
  readonly watch: readonly string[];
}

/** A step that runs a process. */
export interface PlanAttemptStep extends PlanStepBase {
  readonly kind: 'attempt';
  readonly action: PlanAction;
  /** Set when a local action was expanded into this step: resolve `action`, `env`, `stdin` and `outputs` with `withInputs`. */
  readonly inputs: PlanInputs | null;
  readonly env: { readonly [name: string]: Text };
  /** Text with values, or null for an empty stdin. */
  readonly stdin: Text | null;
  /** `inherit`, `ephemeral`, or a relative path inside the run's workspace. */
  readonly workspace: Text;
  readonly timeoutMs: number | null;
  readonly idleTimeoutMs: number | null;
  readonly retry: PlanRetry;
  /** Absent where the file says nothing of it. */
  readonly quota?: PlanQuota;
  /** Globs from the root of the workspace, sorted. Absent: the step is carried out each time. */
  readonly cache?: PlanCache;
  /** It gets a terminal of its own. Absent: it has none. */
  readonly interactive?: true;
  readonly outputs: readonly PlanOutput[];
}

/** Steps as one: a plain group, a loop body, or both inside a `foreach`. */
export interface PlanGroupStep extends PlanStepBase {
  readonly kind: 'group';
  readonly steps: readonly PlanStep[];
  readonly repeat: {
    readonly until: string | null;
    readonly while: string | null;
    /** 0 for no cap. */
    readonly max: number;
    readonly delayMs: number;
    /** Expression whose value is to change, and the turns in a row within which it has to. Absent: nobody asks. */
    readonly progress?: { readonly of: string; readonly within: number };
  } | null;
  /** Values are expressions inside the group's (last turn's) scope. */
  readonly outputs: readonly { readonly name: string; readonly value: Text }[];
}

/** A step that waits for a person. No process. */
export interface PlanWaitStep extends PlanStepBase {
  readonly kind: 'wait';
  /** `human/approve`, `human/form` or `human/edit`. */
  readonly action: string;
  /** What is asked: `readQuestion` (question/read-question.ts) reads them once they are resolved. */
  readonly asks: { readonly [name: string]: Template };
  /** Set when a local action was expanded into this step: resolve `asks` with `withInputs`. */
  readonly inputs: PlanInputs | null;
  readonly timeoutMs: number | null;
}

export type PlanStep = PlanAttemptStep | PlanGroupStep | PlanWaitStep;

export type PlanAction =
  /** Text given to an interpreter; each value in it has become a reference to an environment variable of `env`. */
  | { readonly kind: 'script'; readonly shell: string; readonly script: string }
  | { readonly kind: 'argv'; readonly argv: readonly Text[] }
  /** An adapter that ships with the engine: `git/diff-summary`, `file/template`, `http/request`, `workflow/run` … */
  | { readonly kind: 'builtin'; readonly action: string; readonly inputs: { readonly [name: string]: Template } }
  | {
      readonly kind: 'plugin';
      readonly plugin: string;
      readonly action: string;
      /** Version of the plugin the file was planned against. */
      readonly version: string;
      readonly inputs: { readonly [name: string]: Template };
    };

export interface PlanRetry {
  /** How many attempts may follow the first; 0 for none. */
  readonly max: number;
  readonly backoff: 'constant' | 'linear' | 'exponential';
  readonly initialMs: number;
  readonly maxDelayMs: number;
  readonly jitter: boolean;
  readonly onExit: readonly number[] | null;
}

export interface PlanQuota {
  /** Steps with the same token share the quota. */
  readonly token: string;
  readonly onExit: readonly number[];
  /** RE2 for the end of the output; its group `reset` is when there is more. */
  readonly pattern: string | null;
  /** The first pause when no time is told; each that follows is twice as long. */
  readonly waitMs: number;
  readonly maxWaitMs: number;
}

/** What the result of a step depends on, and what belongs to it. */
export interface PlanCache {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface PlanOutput {
  readonly name: string;
  readonly from: 'file' | 'stdout' | 'value';
  readonly pattern: string | null;
  readonly value: Text | null;
  readonly required: boolean;
}
