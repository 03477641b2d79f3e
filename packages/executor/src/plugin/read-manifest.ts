// Reads a manifest's values into what it declares. All mistakes are reported at once.
// Not here: the file it stands in (load-plugins.ts).

import { suggest } from '@workflow-platform/core';
import type { ActionInputModel, ActionSignature, Json, OutputModel, ParameterType } from '@workflow-platform/core';
import { OUTPUT_NAME, PROTOCOL_VERSION } from '@workflow-platform/plugin-sdk';
import { readDeclaredType } from './declared-type.ts';
import { readDeclaredValidator } from './declared-validator.ts';
import { Fields } from './fields.ts';
import type { Report } from './fields.ts';
import type { PluginEntry, PluginManifest } from './manifest.ts';

const namePattern = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/;
const nameRule = 'must be of lower-case letters, digits, `.`, `_` and `-`, and begin and end with a letter or digit';

/** Returns the manifest; with mistakes reported it may lack parts. `typeNames` are the parameter types there are already. */
export function readManifest(
  values: { readonly [key: string]: unknown },
  typeNames: readonly string[],
  report: Report,
): PluginManifest {
  const fields = new Fields(values, [], report);
  const name = fields.text('name', { required: true, pattern: namePattern, rule: nameRule }) ?? '';
  const version = fields.text('version', {
    required: true,
    pattern: /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/,
    rule: 'must be a version such as "1.2.0"',
  });
  const description = fields.text('description') ?? '';
  const protocol = fields.any('protocol');
  if (protocol !== PROTOCOL_VERSION && protocol !== BigInt(PROTOCOL_VERSION)) {
    fields.wrong(
      'protocol',
      protocol === undefined
        ? 'is missing'
        : `is ${JSON.stringify(protocol, (_, each: unknown) => (typeof each === 'bigint' ? Number(each) : each))}, but this engine speaks ${PROTOCOL_VERSION}`,
      `write \`protocol = ${PROTOCOL_VERSION}\``,
    );
  }
  const entry = readEntry(fields);
  const parameterTypes = fields.tables('types').flatMap(([typeName, type]) => {
    if (!namePattern.test(typeName)) report(type.path, `the type's name \`${typeName}\` ${nameRule}`);
    if (typeNames.includes(typeName)) report(type.path, `there is a parameter type \`${typeName}\` already`);
    return readDeclaredType(typeName, type) ?? [];
  });
  const knownTypes = [...typeNames, ...parameterTypes.map((type: ParameterType) => type.name)];
  const actions = fields.tables('actions').map(([actionName, action]) => {
    if (!namePattern.test(actionName)) report(action.path, `the action's name \`${actionName}\` ${nameRule}`);
    return readAction(`plugin:${name}/${actionName}`, version, action, knownTypes, report);
  });
  const validators = fields.tables('validators').flatMap(([rule, one]) => readDeclaredValidator(`${name}/${rule}`, one) ?? []);
  fields.end();
  return { name, version: version ?? '', description, entry, actions, parameterTypes, validators };
}

function readEntry(fields: Fields): PluginEntry {
  const main = fields.text('main');
  const exec = fields.texts('exec');
  if (main !== null && exec !== null)
    fields.wrong('exec', 'and `main` cannot both be given', 'keep `main` for a JavaScript module, `exec` for a program');
  if (main === null && exec === null && fields.any('actions') !== undefined) {
    fields.wrong(
      'main',
      'is missing',
      'write `main = "index.mjs"` for a JavaScript module or `exec = ["python3", "main.py"]` for a program',
    );
  }
  return exec === null ? { kind: 'module', main: main ?? '' } : { kind: 'exec', argv: exec };
}

function readAction(
  reference: string,
  version: string | null,
  fields: Fields,
  knownTypes: readonly string[],
  report: Report,
): ActionSignature {
  const description = fields.text('description') ?? '';
  const openInputs = fields.flag('open_inputs');
  const inputs = fields.tables('inputs').map(([name, input]) => readInput(name, input, knownTypes));
  const outputs = fields.tables('outputs').map(([name, output]): OutputModel => {
    if (!OUTPUT_NAME.test(name)) report(output.path, `\`${name}\` cannot be the name of an output`);
    const required = output.flag('required');
    const about = output.text('description');
    output.end();
    return { name, from: 'file', pattern: null, value: null, required, description: about };
  });
  fields.end();
  return { reference, kind: 'plugin', description, version, inputs, openInputs, outputs };
}

function readInput(name: string, fields: Fields, knownTypes: readonly string[]): ActionInputModel {
  const type = fields.text('type') ?? 'string';
  const description = fields.text('description');
  const required = fields.flag('required');
  const secret = fields.flag('secret');
  const values = fields.texts('values');
  const fallback = fields.any('default');
  fields.end();
  if (!knownTypes.includes(type)) {
    const meant = suggest(type, knownTypes);
    fields.wrong(
      'type',
      `is \`${type}\`, which is no parameter type`,
      meant === null ? `one of ${knownTypes.join(', ')}` : `did you mean \`${meant}\`?`,
    );
  }
  if (type === 'enum' && values === null) fields.wrong('values', 'is missing', 'list the texts that the enum allows');
  if (required && fallback !== undefined) fields.wrong('default', 'does not go with `required = true`');
  return { name, type, required, default: toJson(fallback), secret, description, values };
}

/** TOML's integers may arrive as bigint, its tables without a prototype. */
function toJson(value: unknown): Json | undefined {
  if (value === undefined) return undefined;
  return JSON.parse(JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? Number(one) : one))) as Json;
}
