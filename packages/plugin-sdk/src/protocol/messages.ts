// What an engine and an action say to each other: one request on the action's stdin, messages on its stdout, one JSON object a
// line. Everything on stderr is log text. Built-in actions and plugins of any language speak it.
// Not here: how it is checked (parse-request.ts, parse-message.ts), the same as JSON Schema (schemas.ts).

/** Raised when an older action could misread a request, or an older engine a message. */
export const PROTOCOL_VERSION = 1;

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What an action is asked to do. Later versions may add keys; an action ignores those it does not know. */
export interface ActionRequest {
  readonly protocol: typeof PROTOCOL_VERSION;
  /** Name of the action within its plugin. */
  readonly action: string;
  /** Already checked against the declared inputs; defaults are filled in. */
  readonly inputs: { readonly [name: string]: Json };
  /** Absolute path of the workspace, also the current directory. */
  readonly workspace: string;
  readonly run: { readonly id: string; readonly workflow: string };
  /** Reference of the step: `build`, `lint[src/a.ts]`. */
  readonly step: string;
  /** Counts from 1. */
  readonly attempt: number;
  /** What the attempt before told with `session`, when the step goes on after it; not there otherwise. */
  readonly session?: string;
}

export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

export type ActionMessage =
  /** The step's output of that name; a later one of the same name replaces it. */
  | { readonly type: 'output'; readonly name: string; readonly value: string }
  /** A line for the step's log. */
  | { readonly type: 'log'; readonly level: LogLevel; readonly message: string }
  /** Keeps a file of the workspace (path relative to it) as an artifact of the run. */
  | { readonly type: 'artifact'; readonly name: string; readonly path: string }
  /** By which name a conversation with an agent, or the like, can be taken up again: the next attempt is given it. */
  | { readonly type: 'session'; readonly id: string }
  /** What an agent used up; several add up. */
  | ({ readonly type: 'usage' } & AgentUsage)
  /** Ends the conversation; always the last message, exactly one. `output`: what it leaves breaks its declaration. */
  | {
      readonly type: 'result';
      readonly status: 'success' | 'failure';
      readonly message?: string;
      readonly kind?: 'output';
    }
  /** Ends the conversation too: what the action works with has a quota, which is used up until that time (RFC 3339), if it is known. */
  | { readonly type: 'result'; readonly status: 'quota'; readonly resetAt?: string; readonly message?: string };

/** What an agent used up, in tokens and money; a number that is not there is not known, which is not the same as 0. */
export interface AgentUsage {
  readonly model?: string;
  /** All that the model read, cached or not. */
  readonly input_tokens?: number;
  /** The part of `input_tokens` that came from a cache. */
  readonly cached_tokens?: number;
  readonly output_tokens?: number;
  /** US dollars. */
  readonly cost_usd?: number;
}

/** What an output may be called, here and in a workflow file. */
export const OUTPUT_NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** How a time is written: RFC 3339 with a `T` and a zone. */
export const RESET_TIME =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** What the value of one output may take, in bytes of UTF-8. */
export const OUTPUT_BYTES_MAX = 1024 * 1024;
