// Reads texts: emptiness, allowed words, formats, and where `${{ }}` may stand.
// Not here: whether an expression is right (expression/).

import { suggest } from '../diagnostic/suggest.ts';
import { shorten } from '../model/shorten.ts';
import type { FormatProblem, TextFormat } from './formats.ts';
import type { Reading } from './reading.ts';
import type { TextNode } from './shape.ts';

/** Returns the text, or undefined when it is spoiled. */
export function readText(reading: Reading, shape: TextNode, text: string): string | undefined {
  if (!shape.mayBeEmpty && text.trim() === '') {
    reading.error('empty', `${reading.name()} is empty`, { help: 'give it a value, or leave the key out' });
    return undefined;
  }
  const expressionAt = shape.content === 'plain' ? text.indexOf('${{') : -1;
  if (expressionAt >= 0) {
    const end = text.indexOf('}}', expressionAt);
    const span = spanWithin(reading, expressionAt, end < 0 ? text.length : end + 2);
    const help = 'it is fixed before a run starts; write the text itself';
    reading.error('expression-not-allowed', `${reading.name()} can't hold \`\${{ }}\``, { help, span });
    return undefined;
  }
  if (shape.choices !== null && !shape.choices.includes(text))
    return refuseChoice(reading, shape.choices, shape.unavailable, text);
  if (shape.format === null) return text;
  const isTemplate = shape.content === 'template' && text.includes('${{');
  return checkFormat(reading, shape.format, text, { isTemplate }) ? text : undefined;
}

/** Reports a text that does not comply with its format. */
export function checkFormat(
  reading: Reading,
  format: TextFormat,
  text: string,
  options: { isTemplate?: boolean; isKey?: boolean } = {},
): boolean {
  const { isTemplate = false, isKey = false } = options;
  const problem = problemOf(format, text, isTemplate);
  if (problem === null) return true;
  const isPlaced = problem.start !== undefined && problem.end !== undefined && !isKey && !isTemplate;
  const span = isKey ? reading.span('key') : isPlaced ? spanWithin(reading, problem.start, problem.end) : reading.span('value');
  reading.error(format.code, `${isKey ? '' : `${reading.name()}: `}${problem.message}`, { help: problem.help, span });
  return false;
}

/** Returns the name of a parameter type, or undefined when there is no such type. */
export function readTypeName(reading: Reading, name: string): string | undefined {
  const types = reading.catalog.parameterTypes.map((type) => type.name);
  return types.includes(name) ? name : refuseChoice(reading, types, {}, name);
}

function refuseChoice(
  reading: Reading,
  choices: readonly string[],
  unavailable: TextNode['unavailable'],
  text: string,
): undefined {
  if (Object.hasOwn(unavailable, text)) {
    reading.error('not-available', `${reading.name()}: "${text}" is not available in this release`, { help: unavailable[text]! });
    return undefined;
  }
  const near = suggest(text, choices);
  const listed = `it must be ${choices.map((choice) => `"${choice}"`).join(', ')}`.replace(/, ("[^"]*")$/, ' or $1');
  const help = near === null ? listed : `did you mean "${near}"? ${listed[0]!.toUpperCase()}${listed.slice(1)}`;
  reading.error('bad-value', `${reading.name()} can't be ${JSON.stringify(shorten(text))}`, { help });
  return undefined;
}

/** The values a `${{ }}` may become are unknown; only what stands around them is looked at. */
function problemOf(format: TextFormat, text: string, isTemplate: boolean): FormatProblem | null {
  if (text.length > format.lengthMax) {
    return {
      message: `${format.title} of ${text.length} characters is too long`,
      help: `it may have ${format.lengthMax} characters`,
    };
  }
  const checked = isTemplate ? text.replace(/\$\{\{.*?\}\}/gs, 'x') : text;
  const special = format.check?.(checked) ?? null;
  if (special !== null) return special;
  if (isTemplate || matches(format, text)) return null;
  const guess = format.guess?.(text);
  const isUseful = guess !== undefined && guess.length <= 60 && matches(format, guess);
  const help = isUseful ? `did you mean "${guess}"? It must be ${format.rule}` : `it must be ${format.rule}`;
  return { message: `${JSON.stringify(shorten(text))} is not ${format.title}`, help };
}

const compiled = new WeakMap<TextFormat, RegExp>();

function matches(format: TextFormat, text: string): boolean {
  if (format.pattern === null) return true;
  let pattern = compiled.get(format);
  if (pattern === undefined) compiled.set(format, (pattern = new RegExp(format.pattern, 'u')));
  return pattern.test(text);
}

function spanWithin(reading: Reading, start: number, end: number): ReturnType<Reading['span']> {
  return reading.document.spanInString([...reading.path], start, end);
}
