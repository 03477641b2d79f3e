// What the author of an action writes against, and the protocol it speaks with an engine.

export { ActionError, definePlugin, QuotaError } from './define-plugin.ts';
export type { Action, ActionContext, ActionInputs, Plugin } from './define-plugin.ts';
export { OUTPUT_BYTES_MAX, OUTPUT_NAME, PROTOCOL_VERSION } from './protocol/messages.ts';
export type { ActionMessage, ActionRequest, AgentUsage, Json, LogLevel } from './protocol/messages.ts';
export { parseMessage } from './protocol/parse-message.ts';
export { parseRequest } from './protocol/parse-request.ts';
export { messageSchema, requestSchema } from './protocol/schemas.ts';
export { serveAction } from './serve-action.ts';
