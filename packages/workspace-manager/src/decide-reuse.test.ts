import assert from 'node:assert/strict';
import { test } from 'node:test';

import { decideReuse } from './decide-reuse.ts';
import type { ReuseFacts } from './decide-reuse.ts';
import type { WorkspaceRecord } from './record.ts';

const COMMON = { version: 1, id: 'w1', nonce: '00000000', provider: 'git', from: '/repo', why: '', createdMs: 0 } as const;
const READY: WorkspaceRecord = { ...COMMON, phase: 'ready', folder: '1:1', base: null };
const CREATING: WorkspaceRecord = { ...COMMON, phase: 'creating', folder: null, worker: null };
const REMOVING: WorkspaceRecord = { ...READY, phase: 'removing' };
const FACTS: ReuseFacts = {
  id: 'w1',
  path: '/ws/w1',
  record: null,
  folder: 'missing',
  problem: null,
  provider: 'git',
  base: null,
};

const decisions: { readonly title: string; readonly facts: Partial<ReuseFacts>; readonly kind: string }[] = [
  { title: 'where nothing is, a workspace is made', facts: {}, kind: 'create' },
  { title: 'a finished workspace is taken', facts: { record: READY, folder: 'recorded' }, kind: 'reuse' },
  { title: 'a half-made one is taken back first', facts: { record: CREATING, folder: 'other' }, kind: 'take-back' },
  { title: 'one whose folder is gone is forgotten first', facts: { record: READY }, kind: 'take-back' },
  { title: 'one that is half removed is removed first', facts: { record: REMOVING, folder: 'recorded' }, kind: 'finish-removal' },
];

for (const { title, facts, kind } of decisions) {
  test(title, () => {
    assert.equal(decideReuse({ ...FACTS, ...facts }).kind, kind);
  });
}

const refusals: { readonly title: string; readonly facts: Partial<ReuseFacts>; readonly code: string }[] = [
  { title: 'a folder without a record is not ours', facts: { folder: 'other' }, code: 'workspace-foreign' },
  {
    title: 'a folder that is not the recorded one is not ours',
    facts: { record: READY, folder: 'other' },
    code: 'workspace-foreign',
  },
  {
    title: 'a record that cannot be read says nothing is ours',
    facts: { record: 'unreadable', folder: 'missing' },
    code: 'workspace-foreign',
  },
  {
    title: 'ids that the disk does not tell apart are told',
    facts: { record: { ...READY, id: 'W1' }, folder: 'recorded' },
    code: 'workspace-foreign',
  },
  {
    title: 'another provider’s workspace is not taken',
    facts: { record: READY, folder: 'recorded', provider: 'copy' },
    code: 'workspace-provider-differs',
  },
  {
    title: 'a broken workspace is not taken',
    facts: { record: READY, folder: 'recorded', problem: 'it is odd' },
    code: 'workspace-broken',
  },
];

for (const { title, facts, code } of refusals) {
  test(title, () => {
    assert.throws(() => decideReuse({ ...FACTS, ...facts }), { name: 'UserError', code });
  });
}
