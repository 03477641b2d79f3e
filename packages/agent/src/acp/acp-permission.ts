// What is answered when an agent asks for a permission: by the policy of the step or by a person, once, and never for later.
// Not here: how a person is asked (the engine).

import type { RequestPermissionRequest, RequestPermissionResponse } from '@agentclientprotocol/sdk';

/** Returns the answer; an agent that offers no way to say so is told that the question was dropped. */
export function answerPermission(isAllowed: boolean, { options }: RequestPermissionRequest): RequestPermissionResponse {
  const kinds = isAllowed ? (['allow_once', 'allow_always'] as const) : (['reject_once', 'reject_always'] as const);
  for (const kind of kinds) {
    const option = options.find((one) => one.kind === kind);
    if (option !== undefined) return { outcome: { outcome: 'selected', optionId: option.optionId } };
  }
  return dropped;
}

/** The answer when nobody answers any more. */
export const dropped: RequestPermissionResponse = { outcome: { outcome: 'cancelled' } };

/** Returns what is asked for, in a line. */
export function titleOf({ toolCall }: RequestPermissionRequest): string {
  return (toolCall.title ?? toolCall.toolCallId).replace(/\s+/g, ' ').slice(0, 200);
}

/** Returns what a person has to know to decide. */
export function questionOf(name: string, request: RequestPermissionRequest): string {
  const { rawInput } = request.toolCall;
  const details =
    rawInput === undefined || rawInput === null ? '' : `\n\n${JSON.stringify(rawInput, null, 2).slice(0, DETAILS_MAX)}`;
  return `The agent ${name} asks for permission: ${titleOf(request)}${details}`;
}

const DETAILS_MAX = 4000;
