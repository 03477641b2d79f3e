// Checks what a file says about its parameters and inputs against itself: defaults fit their types, ranges have room.
// Not here: values given for a run (resolve-parameters.ts).

import type { Path } from '../parse/document.ts';
import { type Reading, renderKey } from '../schema/reading.ts';
import type { ParameterType } from './catalog.ts';
import { checkValue, type ValueRules } from './check-value.ts';
import type { Json } from './json.ts';
import type { WorkflowModel } from './workflow.ts';

/** Reports defaults that would be refused as values, and ranges that nothing fits. */
export function checkParameters(reading: Reading, model: WorkflowModel): void {
  const types = new Map(reading.catalog.parameterTypes.map((type) => [type.name, type]));
  for (const parameter of model.parameters) {
    const path = ['parameters', parameter.name];
    const { min, max } = parameter;
    if (min !== null && max !== null && min > max) {
      const related = [{ span: reading.document.spanOf([...path, 'min'], 'entry'), message: `\`min\` is ${min}` }];
      const span = reading.document.spanOf([...path, 'max'], 'value');
      reading.error('empty-range', `no value fits the parameter \`${renderKey(parameter.name)}\`: \`max\` is less than \`min\``, {
        help: 'exchange them, or leave one out',
        span,
        related,
      });
      continue;
    }
    checkDefault(reading, types, parameter, parameter.default, path);
  }
  for (const action of model.actions) {
    for (const input of action.inputs) {
      const rules = { ...input, items: null, pattern: null, min: null, max: null };
      checkDefault(reading, types, rules, input.default, ['actions', action.name, 'inputs', input.name]);
    }
  }
}

function checkDefault(
  reading: Reading,
  types: ReadonlyMap<string, ParameterType>,
  rules: ValueRules & { readonly name: string },
  value: Json | undefined,
  path: Path,
): void {
  // A type that can't be read is reported; what the default has to be is not known then.
  const written = reading.document.valueAt([...path, 'type']);
  if (value === undefined || (written !== undefined && written !== rules.type)) return;
  const span = reading.document.spanOf([...path, 'default'], 'value');
  if (holdsExpression(value)) {
    const help = 'a default is fixed before a run starts; write the value itself';
    reading.error('expression-not-allowed', `the default of \`${renderKey(rules.name)}\` can't hold \`\${{ }}\``, { help, span });
    return;
  }
  const type = types.get(rules.type);
  if (type !== undefined && !fitsSchemaType(type.schema['type'], value)) {
    const help = `the type \`${rules.type}\`: ${type.description}`;
    reading.error(
      'bad-default',
      `the default of \`${renderKey(rules.name)}\` is ${kindOf(value)}, which does not fit the type \`${rules.type}\``,
      { help, span },
    );
    return;
  }
  const checked = checkValue(rules, value, types);
  if (!checked.ok)
    reading.error('bad-default', `the default of \`${renderKey(rules.name)}\` ${checked.problem}`, { help: checked.help, span });
}

/** Text can be given for any type on the command line; in the file a number is a number. */
function fitsSchemaType(type: Json | undefined, value: Json): boolean {
  if (type === undefined) return true;
  const actual = Array.isArray(value) ? 'array' : typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value;
  const allowed = Array.isArray(type) ? type : [type];
  return allowed.includes(actual) || (actual === 'integer' && allowed.includes('number'));
}

function holdsExpression(value: Json): boolean {
  if (typeof value === 'string') return value.includes('${{');
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsExpression);
}

function kindOf(value: Json): string {
  if (typeof value === 'string') return 'text';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'a table' : String(value);
}
