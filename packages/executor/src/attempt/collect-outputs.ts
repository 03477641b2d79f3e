// Gathers a step's outputs from wherever they are declared to come from, and holds them against the declaration.
// Not here: how `$WORKFLOW_OUTPUT` is read (read-outputs.ts).

import { readFileSync, statSync } from 'node:fs';
import { compilePattern, resolveText } from '@workflow-platform/core';
import type { ExpressionScope, PlanOutput } from '@workflow-platform/core';
import { OUTPUT_BYTES_MAX } from '@workflow-platform/plugin-sdk';
import type { AttemptFiles } from './attempt-files.ts';
import { decodeUtf8, readOutputs, tooLarge } from './read-outputs.ts';
import type { ReadOutputs } from './read-outputs.ts';

export interface CollectOptions {
  readonly files: Pick<AttemptFiles, 'outputs' | 'stdout'>;
  readonly declared: readonly PlanOutput[];
  /** What an action said by the protocol; they count as written to the file. */
  readonly told: { readonly [name: string]: string };
  /** What was told may have names that are not declared. */
  readonly isOpen: boolean;
  /** For outputs whose value is an expression. */
  readonly scope: ExpressionScope;
}

/** Returns the outputs, or what is wrong with them. Throws what an expression throws. */
export function collectOutputs({ files, declared, told, isOpen, scope }: CollectOptions): ReadOutputs {
  const written = readOutputFile(files.outputs);
  if (!written.ok) return written;
  const outputs: { [name: string]: string } = { ...written.outputs, ...told };
  const names = new Set([...declared.map(({ name }) => name), ...(isOpen ? Object.keys(told) : [])]);
  if (declared.length > 0) {
    const stray = Object.keys(outputs).find((name) => !names.has(name));
    if (stray !== undefined) {
      return {
        ok: false,
        problem: `the step wrote the output \`${stray}\`, which is not declared; declared: ${[...names].join(', ')}`,
      };
    }
  }
  for (const output of declared) {
    const problem = addOutput(output, outputs, files.stdout, scope);
    if (problem !== null) return { ok: false, problem };
  }
  return { ok: true, outputs };
}

function readOutputFile(path: string): ReadOutputs {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return { ok: true, outputs: {} };
  if (size > fileBytesMax) {
    return { ok: false, problem: `$WORKFLOW_OUTPUT has ${size} bytes, more than ${fileBytesMax}; keep large data as artifacts` };
  }
  return readOutputs(readFileSync(path));
}

/** What is looked through for outputs. */
export const fileBytesMax = 16 * OUTPUT_BYTES_MAX;

function addOutput(
  output: PlanOutput,
  outputs: { [name: string]: string },
  stdoutPath: string,
  scope: ExpressionScope,
): string | null {
  const { name } = output;
  if (output.from === 'value') {
    outputs[name] = resolveText(output.value ?? '', scope);
  } else if (output.from === 'stdout') {
    const found = fromStdout(output, stdoutPath);
    if ('problem' in found) return found.problem;
    if (found.value !== null) outputs[name] = found.value;
  }
  const value = outputs[name];
  if (value === undefined) {
    if (!output.required) return null;
    const where =
      output.from === 'stdout'
        ? `nothing in stdout matches \`${output.pattern}\``
        : 'the step did not write it to $WORKFLOW_OUTPUT';
    return `the output \`${name}\` is required but missing: ${where}`;
  }
  const size = Buffer.byteLength(value);
  return size > OUTPUT_BYTES_MAX ? tooLarge(name, size) : null;
}

function fromStdout(output: PlanOutput, path: string): { readonly value: string | null } | { readonly problem: string } {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (output.pattern === null && size > OUTPUT_BYTES_MAX + 2) return { problem: tooLarge(output.name, size) };
  if (size > fileBytesMax) {
    return {
      problem: `stdout has ${size} bytes, more than the ${fileBytesMax} in which the output \`${output.name}\` is looked for`,
    };
  }
  const text = size === 0 ? '' : decodeUtf8(readFileSync(path));
  if (text === null) return { problem: `stdout, from which the output \`${output.name}\` is taken, is not UTF-8 text` };
  if (output.pattern === null) return { value: text.replace(/[\r\n]+$/, '') };
  const compiled = compilePattern(output.pattern);
  if (!compiled.ok)
    return { problem: `the pattern of the output \`${output.name}\` does not compile: ${compiled.problem.message}` };
  return { value: compiled.pattern.firstMatch(text) };
}
