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
}

export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

export type ActionMessage =
  /** The step's output of that name; a later one of the same name replaces it. */
  | { readonly type: 'output'; readonly name: string; readonly value: string }
  /** A line for the step's log. */
  | { readonly type: 'log'; readonly level: LogLevel; readonly message: string }
  /** Keeps a file of the workspace (path relative to it) as an artifact of the run. */
  | { readonly type: 'artifact'; readonly name: string; readonly path: string }
  /** Ends the conversation; always the last message, exactly one. */
  | { readonly type: 'result'; readonly status: 'success' | 'failure'; readonly message?: string };

/** What an output may be called, here and in a workflow file. */
export const OUTPUT_NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** What the value of one output may take, in bytes of UTF-8. */
export const OUTPUT_BYTES_MAX = 1024 * 1024;
