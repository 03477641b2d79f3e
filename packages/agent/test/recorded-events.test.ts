import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadPresets } from '@workflow-platform/executor';
import type { AgentUsage, Json } from '@workflow-platform/plugin-sdk';
import { EventReader } from '../src/events/event-reader.ts';

const presets = loadPresets([]);

function readerOf(agent: string, usedBefore: AgentUsage = {}): EventReader {
  const found = presets.find(agent);
  assert.ok(found?.ok);
  return new EventReader(found.preset.events, usedBefore);
}

function play(reader: EventReader, lines: readonly string[]): string[] {
  return lines.flatMap((line) => reader.take(JSON.parse(line) as Json));
}

const recordedLines = (agent: string): readonly string[] =>
  readFileSync(join(import.meta.dirname, 'recorded', `${agent}.jsonl`), 'utf8')
    .trim()
    .split('\n');

const cases: readonly {
  agent: string;
  session: string;
  model: string | null;
  text: string;
  usage: AgentUsage;
  log: readonly string[];
}[] = [
  {
    agent: 'codex',
    session: '01a21679-654f-7043-aa6a-1fabc4cc294e',
    model: null,
    text: 'Hello from the model.',
    usage: { input_tokens: 120, cached_tokens: 20, output_tokens: 7 },
    log: [
      'warning: Model metadata for `m` not found. Defaulting to fallback metadata; this can degrade performance and cause issues.',
      'Hello from the model.',
    ],
  },
  {
    agent: 'claude',
    session: '45ef9585-9573-453a-a2a6-222d06ccc9d1',
    model: 'claude-x',
    text: 'Hello from the model.',
    usage: { model: 'claude-x', input_tokens: 120, cached_tokens: 20, output_tokens: 7, cost_usd: 0.000544 },
    log: ['I look at the file first.', 'tool Read', 'Hello from the model.'],
  },
  {
    agent: 'gemini',
    session: '4cfae006-d503-43ae-9f6b-30d20725f9e6',
    model: 'gemini-2.5-flash',
    text: 'done',
    usage: { model: 'gemini-2.5-flash', input_tokens: 240, cached_tokens: 40, output_tokens: 14 },
    log: ['I write it.', 'tool write_file', 'done'],
  },
  {
    agent: 'opencode',
    session: 'ses_de9867a9fffexqa5WFH0nlK7y3',
    model: null,
    text: 'Hello from the model.',
    usage: { input_tokens: 120, cached_tokens: 20, output_tokens: 7, cost_usd: 0 },
    log: ['Hello from the model.'],
  },
];

describe('events of', () => {
  for (const { agent, session, model, text, usage, log } of cases) {
    it(`${agent} tell its session, last message, usage and end`, () => {
      const reader = readerOf(agent);
      assert.deepEqual(play(reader, recordedLines(agent)), log);
      const { state } = reader;
      assert.deepEqual([state.session, state.model, state.text, state.error, state.isDone], [session, model, text, null, true]);
      assert.deepEqual(reader.usage, usage);
    });

    it(`${agent} that break off leave the turn undone`, () => {
      const reader = readerOf(agent);
      play(reader, recordedLines(agent).slice(0, -1));
      assert.equal(reader.state.isDone, false);
    });
  }
});

const failures: readonly { agent: string; line: string; error: string }[] = [
  {
    agent: 'codex',
    line: '{"type":"turn.failed","error":{"message":"Quota exceeded. Check your plan and billing details."}}',
    error: 'Quota exceeded. Check your plan and billing details.',
  },
  {
    agent: 'claude',
    line: '{"type":"result","subtype":"error_during_execution","is_error":true,"errors":["No conversation found"]}',
    error: 'No conversation found',
  },
  {
    agent: 'claude',
    line: '{"type":"result","subtype":"success","is_error":true,"result":"API Error: 429"}',
    error: 'API Error: 429',
  },
  {
    agent: 'gemini',
    line: '{"type":"result","status":"error","error":{"type":"unknown","message":"[API Error: 400]"},"stats":{}}',
    error: '[API Error: 400]',
  },
  {
    agent: 'opencode',
    line: '{"type":"error","sessionID":"ses_1","error":{"name":"APIError","data":{"message":"Too Many Requests"}}}',
    error: 'Too Many Requests',
  },
];

for (const { agent, line, error } of failures) {
  it(`${agent} tells what went wrong: ${error}`, () => {
    const reader = readerOf(agent);
    play(reader, [line]);
    assert.deepEqual([reader.state.error, reader.state.isDone], [error, false]);
  });
}

it('an error that the agent got over does not count', () => {
  const reader = readerOf('codex');
  play(reader, ['{"type":"error","message":"Reconnecting... 1/5"}', '{"type":"turn.completed","usage":{}}']);
  assert.equal(reader.state.isDone, true);
});

it('totals of a session count without what was used in it before', () => {
  const reader = readerOf('codex', { input_tokens: 100, output_tokens: 5 });
  play(reader, ['{"type":"turn.completed","usage":{"input_tokens":240,"cached_input_tokens":40,"output_tokens":14}}']);
  assert.deepEqual(reader.usage, { input_tokens: 140, cached_tokens: 40, output_tokens: 9 });
});

it('events of any form are taken without a fault', () => {
  const reader = readerOf('claude');
  for (const line of [
    '{}',
    '[]',
    'null',
    '3',
    '{"type":"assistant","message":7}',
    '{"type":"result","usage":{"input_tokens":"9"}}',
  ])
    play(reader, [line]);
  assert.deepEqual([reader.state.text, reader.usage], ['', {}]);
});
