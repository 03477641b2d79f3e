// The protocol as JSON Schema (2020-12), for authors of actions in other languages.
// Not here: the checks of the engine, which give better messages (parse-message.ts). A test keeps the two in step.

import { RESET_TIME } from './messages.ts';

/** Describes the request on an action's stdin. */
export const requestSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Request to an action',
  type: 'object',
  required: ['protocol', 'action', 'inputs', 'workspace', 'run', 'step', 'attempt'],
  properties: {
    protocol: { const: 1 },
    action: { type: 'string', minLength: 1, description: 'Name of the action within its plugin.' },
    inputs: { type: 'object', description: 'Checked against the declared inputs; defaults are filled in.' },
    workspace: { type: 'string', minLength: 1, description: 'Absolute path of the workspace, also the current directory.' },
    run: {
      type: 'object',
      required: ['id', 'workflow'],
      properties: { id: { type: 'string' }, workflow: { type: 'string' } },
    },
    step: { type: 'string', description: 'Reference of the step.' },
    attempt: { type: 'integer', minimum: 1 },
    session: { type: 'string', minLength: 1, description: 'What the attempt before told with `session`.' },
  },
} as const;

/** Describes one line of an action's stdout. */
export const messageSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Message of an action',
  oneOf: [
    {
      type: 'object',
      required: ['type', 'name', 'value'],
      properties: {
        type: { const: 'output' },
        name: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_-]*$' },
        value: { type: 'string', description: 'At most 1 MiB of UTF-8.' },
      },
      additionalProperties: false,
    },
    {
      type: 'object',
      required: ['type', 'level', 'message'],
      properties: {
        type: { const: 'log' },
        level: { enum: ['debug', 'info', 'warning', 'error'] },
        message: { type: 'string' },
      },
      additionalProperties: false,
    },
    {
      type: 'object',
      required: ['type', 'name', 'path'],
      properties: {
        type: { const: 'artifact' },
        name: { type: 'string', minLength: 1 },
        path: { type: 'string', minLength: 1, description: 'Relative to the workspace.' },
      },
      additionalProperties: false,
    },
    {
      type: 'object',
      required: ['type', 'id'],
      properties: {
        type: { const: 'session' },
        id: { type: 'string', minLength: 1, description: 'Given to the next attempt as `session`.' },
      },
      additionalProperties: false,
    },
    {
      type: 'object',
      required: ['type'],
      properties: {
        type: { const: 'usage' },
        model: { type: 'string' },
        input_tokens: { type: 'integer', minimum: 0, description: 'All that the model read, cached or not.' },
        cached_tokens: { type: 'integer', minimum: 0, description: 'The part of it that came from a cache.' },
        output_tokens: { type: 'integer', minimum: 0 },
        cost_usd: { type: 'number', minimum: 0 },
      },
      additionalProperties: false,
    },
    {
      type: 'object',
      required: ['type', 'status'],
      properties: {
        type: { const: 'result' },
        status: { enum: ['success', 'failure'] },
        message: { type: 'string' },
        kind: { const: 'output', description: 'What it leaves breaks its declaration.' },
      },
      additionalProperties: false,
    },
    {
      type: 'object',
      required: ['type', 'status'],
      properties: {
        type: { const: 'result' },
        status: { const: 'quota' },
        resetAt: { type: 'string', pattern: RESET_TIME.source, description: 'When there is quota again.' },
        message: { type: 'string' },
      },
      additionalProperties: false,
    },
  ],
} as const;
