// What is said to an agent besides the author's prompt.

import type { Json } from '@workflow-platform/plugin-sdk';

/** The prompt with the shape of the answer. */
export function promptWithSchema(prompt: string, schema: Json): string {
  return `${prompt}\n\nWhen you are done, answer with one JSON value and nothing else. It must hold against this JSON Schema:\n\n${JSON.stringify(schema, null, 2)}\n`;
}

/** The prompt of an attempt that goes on where another one ended early. */
export function promptToGoOn(prompt: string): string {
  return `You have worked on the task below before and were interrupted. See what is done already, then go on and finish it.\n\n${prompt}`;
}

/** Asks once more. */
export function askAgain(problems: readonly string[]): string {
  const list = problems.map((problem) => `- ${problem}`).join('\n');
  return `Your last answer does not hold against the JSON Schema:\n${list}\n\nAnswer again, with the corrected JSON value and nothing else.`;
}
