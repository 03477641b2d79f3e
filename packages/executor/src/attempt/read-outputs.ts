// Reads what a step wrote to `$WORKFLOW_OUTPUT`: lines `name=value`, and blocks `name<<END` … `END` for values of several lines.
// Strict: a line that is neither is a mistake of the step, told with its number.
// Not here: which outputs a step declares (collect-outputs.ts).

import { OUTPUT_BYTES_MAX, OUTPUT_NAME } from '@workflow-platform/plugin-sdk';

export type ReadOutputs =
  | { readonly ok: true; readonly outputs: { readonly [name: string]: string } }
  | { readonly ok: false; readonly problem: string };

/** Returns the outputs of a file's bytes. A later value of the same name replaces an earlier one. */
export function readOutputs(bytes: Uint8Array): ReadOutputs {
  const text = decodeUtf8(bytes);
  if (text === null) return { ok: false, problem: `$WORKFLOW_OUTPUT: line ${badLine(bytes)} is not UTF-8 text` };
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const outputs: { [name: string]: string } = Object.create(null) as { [name: string]: string };
  for (let at = 0; at < lines.length; at++) {
    const line = withoutReturn(lines[at]!);
    if (line === '') continue;
    const match = /^([^=<\s]*)(=|<<)(.*)$/s.exec(line);
    if (match === null) return bad(at, line, 'it is neither `name=value` nor `name<<END`');
    const [, name, operator, rest] = match as unknown as [string, string, '=' | '<<', string];
    if (!OUTPUT_NAME.test(name)) {
      return bad(at, line, 'the name must be of letters, digits, `_` and `-` and not begin with a digit or `-`');
    }
    let value = rest;
    if (operator === '<<') {
      if (rest.trim() === '') return bad(at, line, 'the word that ends the block is missing after `<<`');
      const end = lines.findIndex((one, index) => index > at && withoutReturn(one) === rest);
      if (end === -1) return bad(at, line, `the block is never closed by a line \`${rest}\``);
      value = lines.slice(at + 1, end).join('\n');
      at = end;
    }
    const size = Buffer.byteLength(value);
    if (size > OUTPUT_BYTES_MAX) return { ok: false, problem: tooLarge(name, size) };
    outputs[name] = value;
  }
  return { ok: true, outputs: { ...outputs } };
}

/** Says that an output is too large. */
export function tooLarge(name: string, sizeBytes: number): string {
  return `the output \`${name}\` has ${sizeBytes} bytes, more than the ${OUTPUT_BYTES_MAX} (1 MiB) that an output may have; keep it as an artifact`;
}

/** Returns the text of UTF-8 bytes, or null when they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** The number of the first line that is not UTF-8. */
function badLine(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(10, start);
    const end = newline === -1 ? bytes.length : newline;
    if (decodeUtf8(bytes.subarray(start, end)) === null) return line;
    start = end + 1;
  }
  return line;
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

function bad(index: number, line: string, problem: string): ReadOutputs {
  const shown = line.length > 60 ? `${line.slice(0, 60)}…` : line;
  return { ok: false, problem: `$WORKFLOW_OUTPUT, line ${index + 1} (\`${shown}\`): ${problem}` };
}
