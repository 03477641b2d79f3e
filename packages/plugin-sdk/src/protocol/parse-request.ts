// Reads the request on an action's stdin. Keys that are not known are left for later versions of the protocol.
// Not here: the declared inputs of an action, which the engine has checked.

import type { ActionRequest } from './messages.ts';
import { PROTOCOL_VERSION } from './messages.ts';

/** Returns the request of a text, or says what is wrong with it. */
export function parseRequest(text: string): { ok: true; request: ActionRequest } | { ok: false; problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problem: 'the request is not JSON' };
  }
  if (!isObject(value)) return { ok: false, problem: 'the request is not a JSON object' };
  if (value['protocol'] !== PROTOCOL_VERSION) {
    return {
      ok: false,
      problem: `the request is of protocol ${JSON.stringify(value['protocol'] ?? null)}, this action speaks ${PROTOCOL_VERSION}`,
    };
  }
  const run = value['run'];
  const isWhole =
    isText(value['action']) &&
    isObject(value['inputs']) &&
    isText(value['workspace']) &&
    isObject(run) &&
    typeof run['id'] === 'string' &&
    typeof run['workflow'] === 'string' &&
    typeof value['step'] === 'string' &&
    Number.isInteger(value['attempt']) &&
    (value['attempt'] as number) >= 1 &&
    (!('session' in value) || isText(value['session']));
  if (!isWhole) return { ok: false, problem: 'the request lacks one of action, inputs, workspace, run, step, attempt' };
  return { ok: true, request: value as unknown as ActionRequest };
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
