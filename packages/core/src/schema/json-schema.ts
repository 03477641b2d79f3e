// The format as a JSON Schema (2020-12), for editors: they complete keys, show what they mean and mark mistakes while typing.
// It asks for less than readModel, never for more. Keywords that all tools know are preferred to newer ones.
// Not here: the description it is made from (workflow-shape.ts).

import type { Catalog } from '../model/catalog.ts';
import { DURATION_PATTERN } from '../model/duration.ts';
import type { Json } from '../model/json.ts';
import { SIZE_PATTERN } from '../model/size.ts';
import { exampleOf } from './examples.ts';
import type { TextFormat } from './formats.ts';
import type { Condition, KeyNode, MapNode, ShapeNode, TableNode, TextNode } from './shape.ts';
import { workflowShape } from './workflow-shape.ts';

/** A JSON Schema, or a part of one. */
export type JsonSchema = { readonly [keyword: string]: Json };

const EXPRESSION = '\\$\\{\\{';

/** Returns the JSON Schema of workflow files, with the parameter types that the catalog knows. */
export function workflowJsonSchema(catalog: Catalog): JsonSchema {
  const definitions = new Map<string, JsonSchema | null>();
  const types = catalog.parameterTypes;

  /** Tables become definitions, so that groups can hold steps. */
  const refer = (table: TableNode): JsonSchema => {
    if (!definitions.has(table.name)) {
      definitions.set(table.name, null);
      definitions.set(table.name, tableSchema(table));
    }
    return { $ref: `#/$defs/${table.name}` };
  };

  const schemaOf = (shape: ShapeNode): JsonSchema => {
    switch (shape.kind) {
      case 'text':
        return textSchema(shape);
      case 'integer':
      case 'number':
        return {
          type: shape.kind,
          ...(shape.min === null ? {} : { minimum: shape.min }),
          ...(shape.max === null ? {} : { maximum: shape.max }),
        };
      case 'boolean':
        return { type: 'boolean' };
      case 'duration':
        return { type: 'string', pattern: DURATION_PATTERN };
      case 'size':
        return { type: 'string', pattern: SIZE_PATTERN };
      case 'type-name':
        return { type: 'string', enum: types.map((type) => type.name) };
      case 'list':
        return {
          type: 'array',
          items: schemaOf(shape.items),
          ...(shape.mayBeEmpty ? {} : { minItems: 1 }),
          ...(shape.distinct ? { uniqueItems: true } : {}),
        };
      case 'map':
        return mapSchema(shape, schemaOf(shape.values()));
      case 'table':
        return refer(shape);
      case 'either':
        return { anyOf: shape.cases.map(schemaOf) };
      case 'json':
        return {};
    }
  };

  const keySchema = (node: KeyNode): JsonSchema => {
    const examples = [exampleOf(node)];
    if (node.notAvailable !== null) {
      return { description: `${node.doc} Not available in this release: ${node.notAvailable}.`, not: {} };
    }
    const about = { description: node.doc, ...(node.default === undefined ? {} : { default: node.default }), examples };
    const schema = schemaOf(node.shape);
    // Some tools drop what stands beside a reference.
    return '$ref' in schema ? { ...about, allOf: [schema] } : { ...about, ...schema };
  };

  const tableSchema = (table: TableNode): JsonSchema => {
    const keys = Object.entries(table.keys);
    const required = keys.filter(([, node]) => node.required).map(([key]) => key);
    // Where there are bodies, each says itself what goes with it.
    const company = table.body === null ? keys.filter(([, node]) => node.beside !== null) : [];
    const conditions = keys.flatMap(([key, node]) => [
      ...(node.onlyWhen === null ? [] : conditionSchemas(table, key, node.onlyWhen)),
      ...(node.shape.kind === 'json' && node.shape.typedBy !== null
        ? typedSchemas(catalog, key, node.shape.typedBy, table.keys[node.shape.typedBy]!)
        : []),
    ]);
    return {
      type: 'object',
      properties: Object.fromEntries(keys.map(([key, node]) => [key, keySchema(node)])),
      additionalProperties: false,
      ...(required.length === 0 ? {} : { required }),
      ...(table.body === null ? {} : { oneOf: table.body.map((key) => bodySchema(table, table.body!, key)) }),
      ...(company.length === 0 ? {} : { dependentSchemas: Object.fromEntries(company.map(companySchema)) }),
      ...(conditions.length === 0 ? {} : { allOf: conditions }),
    };
  };

  const root = tableSchema(workflowShape as TableNode);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Workflow file',
    description: 'What is carried out, with which parameters, and in what kind of workspace.',
    ...root,
    $defs: Object.fromEntries([...definitions].toSorted(([a], [b]) => (a < b ? -1 : 1)) as [string, JsonSchema][]),
  };
}

function textSchema(shape: TextNode): JsonSchema {
  if (shape.choices !== null) return { type: 'string', enum: shape.choices };
  const isFree = shape.format === null || shape.format.pattern === null;
  const parts: JsonSchema[] = [];
  if (isFree && !shape.mayBeEmpty) parts.push({ pattern: '\\S' });
  if (shape.format !== null) parts.push(formatSchema(shape.format, shape.content === 'template'));
  if (shape.content === 'plain' && (isFree || new RegExp(shape.format.pattern, 'u').test('x${{ x }}'))) {
    parts.push({ not: { pattern: EXPRESSION } });
  }
  return Object.assign({ type: 'string' }, ...parts) as JsonSchema;
}

function formatSchema(format: TextFormat, isTemplate: boolean): JsonSchema {
  const length = { maxLength: format.lengthMax };
  if (format.pattern === null) return length;
  return isTemplate
    ? { ...length, anyOf: [{ pattern: format.pattern }, { pattern: EXPRESSION }] }
    : { ...length, pattern: format.pattern };
}

function mapSchema(shape: MapNode, values: JsonSchema): JsonSchema {
  return {
    type: 'object',
    propertyNames: formatSchema(shape.nameFormat, false),
    additionalProperties: values,
    ...(shape.mayBeEmpty ? {} : { minProperties: 1 }),
  };
}

/** One way to fill a table that has exactly one body: without the other bodies, and without what goes only with them. */
function bodySchema(table: TableNode, bodies: readonly string[], body: string): JsonSchema {
  const foreign = Object.entries(table.keys).filter(([key, node]) =>
    bodies.includes(key) ? key !== body : node.beside !== null && !node.beside.includes(body),
  );
  return {
    title: `${table.title} with \`${body}\``,
    required: [body],
    not: { anyOf: foreign.map(([key]) => ({ required: [key] })) },
  };
}

/** What must stand beside a key. */
function companySchema([key, { beside }]: readonly [string, KeyNode]): readonly [string, JsonSchema] {
  return [key, { anyOf: (beside ?? []).map((other) => ({ required: [other] })) }];
}

function conditionSchemas(table: TableNode, key: string, condition: Condition): JsonSchema[] {
  const { key: other, values, isNegated, isRequired, isImplied } = condition;
  const isOneOf = { required: [other], properties: { [other]: { enum: values } } };
  const fallback = table.keys[other]!.default;
  const isForbiddenByDefault = !isNegated && !isImplied && typeof fallback === 'string' && !values.includes(fallback);
  const isAnother = {
    ...(isForbiddenByDefault ? {} : { required: [other] }),
    properties: { [other]: { type: 'string', not: { enum: values } } },
  };
  // Under `then` the key is refused with the condition named, which editors show as the reason.
  const refused = {
    not: { required: [key] },
    description: `\`${key}\` means nothing with this \`${other}\`.`,
  };
  return [
    { if: isNegated ? isOneOf : isAnother, then: refused },
    ...(isRequired ? [{ if: isOneOf, then: { required: [key] } }] : []),
  ];
}

/** The value of a key is of the type that another key names. */
function typedSchemas(catalog: Catalog, key: string, typedBy: string, typeKey: KeyNode): JsonSchema[] {
  return catalog.parameterTypes
    .filter((type) => Object.keys(type.schema).length > 0)
    .map((type) => ({
      // Without the key the default type holds: then `properties` alone says nothing, and that is what is wanted.
      if: { ...(type.name === typeKey.default ? {} : { required: [typedBy] }), properties: { [typedBy]: { const: type.name } } },
      then: { properties: { [key]: type.schema } },
    }));
}
