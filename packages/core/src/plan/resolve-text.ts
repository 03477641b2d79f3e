// What `${{ … }}` becomes outside scripts. Text: strings as they are, numbers and booleans as GitHub writes them, null empty,
// lists and objects as compact JSON (GitHub would write `Array` and `Object`, which help nobody).
// Not here: scripts, where no value ever becomes text (rewrite-script.ts).

import { toText } from '../expression/coerce.ts';
import { compiledExpression } from '../expression/compiled-expressions.ts';
import { evaluateExpression } from '../expression/evaluate.ts';
import type { ExpressionScope } from '../expression/expression.ts';
import type { Json } from '../model/json.ts';
import type { Template, Text } from './plan.ts';

/** Returns a text with its expressions replaced by their values. Throws ExpressionEvaluationError, or what the scope throws. */
export function resolveText(text: Text, scope: ExpressionScope): string {
  if (typeof text === 'string') return text;
  return text.map((part) => (typeof part === 'string' ? part : valueText(evaluateSource(part.expression, scope)))).join('');
}

/** Returns data with its texts resolved. A text that is one expression and nothing else keeps the kind of its value. */
export function resolveTemplate(template: Template, scope: ExpressionScope): Json {
  if ('json' in template) return template.json;
  if ('list' in template) return template.list.map((item) => resolveTemplate(item, scope));
  if ('table' in template) {
    return Object.fromEntries(Object.entries(template.table).map(([key, value]) => [key, resolveTemplate(value, scope)]));
  }
  const { text } = template;
  const [only] = text;
  if (typeof text !== 'string' && text.length === 1 && only !== undefined && typeof only !== 'string') {
    return evaluateSource(only.expression, scope);
  }
  return resolveText(text, scope);
}

/** Returns the text that stands for a value. */
export function valueText(value: Json): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : toText(value);
}

function evaluateSource(source: string, scope: ExpressionScope): Json {
  return evaluateExpression(compiledExpression(source), scope);
}
