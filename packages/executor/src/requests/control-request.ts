// What another process asks of a run, as it lies in a file: written once by whoever asks, read by whoever holds the run's lock.
// Not here: where the files are (request-folder.ts), what comes of a request (scheduler).

import type { Json } from '@workflow-platform/events';
import type { ControlSignal } from '@workflow-platform/scheduler';

/** A request. Its id sorts by time and names its file; the event that carries the id in the journal is its acknowledgement. */
export type ControlRequest = {
  readonly id: string;
  readonly atMs: number;
  /** `name@host`. */
  readonly by: string;
} & (
  | { readonly kind: 'cancel'; readonly reason: string; readonly now: boolean }
  | {
      readonly kind: 'answer';
      readonly step: string;
      readonly approved: boolean;
      readonly message: string;
      readonly fields: { readonly [name: string]: Json };
    }
);

/** What a file of a request turns out to hold. */
export type FoundRequest = ControlRequest | { readonly kind: 'unreadable'; readonly id: string };

/** Returns what the scheduler is told. */
export function signalOf(request: FoundRequest): ControlSignal {
  if (request.kind === 'unreadable') return { kind: 'unreadable-request', by: 'unknown', request: { id: request.id, atMs: 0 } };
  const { id, atMs, by } = request;
  const mark = { id, atMs };
  if (request.kind === 'cancel') return { kind: 'cancel', by, reason: request.reason, now: request.now, request: mark };
  const { step, approved, message, fields } = request;
  return { kind: 'answered', step, by, approved, message, fields, request: mark };
}

/** Reads the text of a request's file; null for one that this version cannot have written. */
export function parseRequest(text: string): ControlRequest | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isTable(value)) return null;
  const { id, atMs, by, kind, reason, now, step, approved, message, fields } = value;
  if (typeof id !== 'string' || typeof atMs !== 'number' || typeof by !== 'string') return null;
  if (kind === 'cancel' && typeof reason === 'string' && typeof now === 'boolean') return { id, atMs, by, kind, reason, now };
  const isAnswer = kind === 'answer' && typeof step === 'string' && typeof approved === 'boolean' && typeof message === 'string';
  if (!isAnswer || !isTable(fields)) return null;
  return { id, atMs, by, kind, step, approved, message, fields: fields as { readonly [name: string]: Json } };
}

function isTable(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
