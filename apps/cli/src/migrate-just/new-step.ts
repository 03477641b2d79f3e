// A step that says nothing yet.

import type { StepModel } from '@workflow-platform/core';

/** Returns a step with every key at its default. */
export function newStep(id: string): StepModel {
  return {
    id,
    path: ['steps', id],
    name: null,
    needs: [],
    when: null,
    onFailure: 'fail-fast',
    workspace: 'inherit',
    foreach: null,
    repeat: null,
    breakWhen: null,
    steps: null,
    run: null,
    shell: null,
    argv: null,
    uses: null,
    inputs: {},
    env: {},
    stdin: null,
    timeoutMs: null,
    idleTimeoutMs: null,
    retry: null,
    quota: null,
    cache: null,
    interactive: false,
    outputs: [],
  };
}
