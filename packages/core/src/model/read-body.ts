// Turns what was read of the keys that steps and actions share into their model.
// Not here: reading and its mistakes (schema/).

import type { bodyKeys } from '../schema/body-shape.ts';
import type { Read } from '../schema/shape.ts';
import type { BodyModel, OutputModel } from './workflow.ts';

type ReadBody = Read<typeof bodyKeys>;

/** Returns the model of a body, but for what it uses. */
export function bodyOf(read: ReadBody): Omit<BodyModel, 'uses' | 'inputs'> {
  const { stdin, retry, quota, cache } = read;
  return {
    run: read.run,
    shell: read.shell,
    argv: read.argv,
    env: Object.fromEntries(read.env ?? []),
    stdin:
      stdin === null
        ? null
        : typeof stdin === 'string'
          ? { kind: 'text', text: stdin }
          : stdin.template === null
            ? null
            : { kind: 'template', path: stdin.template },
    timeoutMs: read.timeout,
    idleTimeoutMs: read.idle_timeout,
    retry:
      retry === null || retry.max === null
        ? null
        : {
            max: retry.max,
            backoff: retry.backoff,
            initialMs: retry.initial,
            maxDelayMs: retry.max_delay,
            jitter: retry.jitter,
            onExit: retry.on_exit,
          },
    quota:
      quota === null || quota.token === null
        ? null
        : {
            token: quota.token,
            onExit: quota.on_exit,
            pattern: quota.pattern,
            waitMs: quota.wait,
            maxWaitMs: quota.max_wait,
          },
    // Without its inputs a cache says nothing; the mistake is already reported.
    cache: cache === null || cache.inputs === null ? null : { inputs: cache.inputs, outputs: cache.outputs },
    outputs: (read.outputs ?? []).map(([name, output]) => outputOf(name, output)),
  };
}

function outputOf(name: string, read: NonNullable<ReadBody['outputs']>[number][1]): OutputModel {
  const { value, pattern, required, description } = read;
  const implied = value !== null ? 'value' : pattern !== null ? 'stdout' : 'file';
  return { name, from: read.from ?? implied, pattern, value, required, description };
}
