// The keys of a parameter and of an action's input.
// Not here: what each type accepts (model/parameter-types.ts).

import { boolean, defaulted, json, list, map, number, optional, prose, table, text, typeName } from './define.ts';
import { envName, inputName, parameterName, regularExpression } from './formats.ts';

/** Keys that a parameter and an input have in common. */
const shared = {
  type: defaulted(typeName(), 'string', {
    doc: 'What kind of value it takes.',
    example: '"enum"',
  }),
  description: optional(prose(), {
    doc: 'What it is for, shown wherever it is asked for.',
    example: '"How thorough the review is"',
  }),
  required: defaulted(boolean(), false, {
    doc: 'Whether a value must be given. Without a value and without a default it is null.',
    example: 'true',
  }),
  default: optional(json('type'), {
    doc: 'The value when none is given.',
    example: '"@"',
  }),
  values: optional(list(text(), { itemName: 'an allowed value', mayBeEmpty: false, distinct: true }), {
    doc: 'The values an `enum` allows.',
    example: '["quick", "deep"]',
    onlyWhen: { key: 'type', values: ['enum'], isRequired: true },
  }),
};

/** `[parameters.NAME]` */
export const parameterShape = table({
  name: 'parameter',
  mainKey: 'default',
  title: 'a parameter',
  keys: {
    ...shared,
    pattern: optional(prose(regularExpression), {
      doc: 'A regular expression (RE2 syntax, matched in linear time) that the whole value must match.',
      example: '"[a-z@]+"',
      onlyWhen: { key: 'type', values: ['integer', 'number', 'boolean', 'enum', 'json'], isNegated: true },
    }),
    items: optional(typeName(), {
      doc: 'The type of the items of a `list`. Text when it is missing.',
      example: '"integer"',
      onlyWhen: { key: 'type', values: ['list'] },
    }),
    min: optional(number(), {
      doc: 'The least value of a number, the least length of text or of a list.',
      example: '1',
      onlyWhen: { key: 'type', values: ['boolean', 'enum', 'duration', 'json'], isNegated: true },
    }),
    max: optional(number(), {
      doc: 'The greatest value of a number, the greatest length of text or of a list.',
      example: '10',
      onlyWhen: { key: 'type', values: ['boolean', 'enum', 'duration', 'json'], isNegated: true },
    }),
    env: optional(text({ format: envName }), {
      doc: 'An environment variable that gives the value when nothing else does.',
      example: '"REVIEW_DEPTH"',
    }),
  },
});

/** `[parameters]` */
export const parametersShape = map({ placeholder: '<name>', nameFormat: parameterName, values: () => parameterShape });

/** `inputs.NAME` of an action. */
const actionInputShape = table({
  name: 'action-input',
  mainKey: 'type',
  title: 'an input',
  keys: {
    ...shared,
    secret: defaulted(boolean(), false, {
      doc: 'Whether the value is secret: only then a secret may be given, and it is kept out of logs.',
      example: 'true',
    }),
  },
});

/** `inputs` of an action. */
export const actionInputsShape = map({ placeholder: '<name>', nameFormat: inputName, values: () => actionInputShape });
