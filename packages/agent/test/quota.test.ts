import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadPresets } from '@workflow-platform/executor';
import { QuotaUsedUp } from '../src/index.ts';
import type { AgentTask } from '../src/index.ts';
import { explainFailure } from '../src/explain-failure.ts';

function explained(agent: string, said: string): Error {
  const found = loadPresets([]).find(agent);
  assert.ok(found?.ok);
  return explainFailure({ preset: found.preset, session: null } as AgentTask, 'it failed', said);
}

/** As the agents say it, or said it. */
const cases: readonly [agent: string, said: string, resetText: string | null][] = [
  ['codex', 'Quota exceeded. Check your plan and billing details.', null],
  ['codex', "You've hit your usage limit. Upgrade to Pro or try again at 3:05 PM.", '3:05 PM'],
  ['codex', 'Rate limit reached for gpt-5 in organization org-1. Please try again in 11.054s. Visit', '11'],
  ['claude', 'Claude AI usage limit reached|1757432400', '1757432400'],
  ['claude', "You've hit your limit · resets 3pm (Europe/Berlin)", '3pm (Europe/Berlin)'],
  ['claude', '5-hour limit reached ∙ resets 3pm', '3pm'],
  ['gemini', '[API Error: {"error":{"code":429,"message":"You exceeded your current quota, please check your plan."}}]', null],
  ['gemini', 'You have exhausted your capacity on this model. Your quota will reset after 3h12m5s.', '3h12m5s'],
  ['opencode', 'Too Many Requests: Rate limit exceeded', null],
];

describe('a quota that is used up is told from other failures', () => {
  for (const [agent, said, resetText] of cases) {
    it(`${agent}: ${said}`, () => {
      const error = explained(agent, said);
      assert.ok(error instanceof QuotaUsedUp);
      assert.equal(error.resetText, resetText);
    });
  }

  for (const agent of ['codex', 'claude', 'gemini', 'opencode', 'acp'])
    it(`${agent}: not by a failure of another kind`, () => {
      assert.ok(!(explained(agent, 'Error: connect ECONNREFUSED 127.0.0.1:443') instanceof QuotaUsedUp));
    });
});
