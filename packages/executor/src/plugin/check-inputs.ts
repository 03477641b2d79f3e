// Holds the inputs of an action against its declaration, before anything is started.
// Not here: what can be checked without running, which the validator has done.

import { valueText } from '@workflow-platform/core';
import type { ActionSignature, Json, ParameterType } from '@workflow-platform/core';

/** Returns the inputs by their declared types with defaults filled in, or says what is wrong with them. */
export function checkInputs(
  signature: ActionSignature,
  given: { readonly [name: string]: Json },
  types: readonly ParameterType[],
): { ok: true; inputs: { readonly [name: string]: Json } } | { ok: false; problem: string } {
  const inputs: { [name: string]: Json } = {};
  for (const declared of signature.inputs) {
    const value = given[declared.name] ?? declared.default;
    if (value === undefined || value === null) {
      if (declared.required) return bad(signature, declared.name, 'is required but missing');
      continue;
    }
    const type = types.find(({ name }) => name === declared.type);
    if (type === undefined)
      return bad(signature, declared.name, `has the type \`${declared.type}\`, which no plugin declares any more`);
    const parsed = type.parse(value);
    if (!parsed.ok) return bad(signature, declared.name, parsed.problem);
    if (declared.values !== null && !declared.values.includes(valueText(parsed.value))) {
      return bad(signature, declared.name, `must be one of ${declared.values.join(', ')}`);
    }
    inputs[declared.name] = parsed.value;
  }
  const names = signature.inputs.map(({ name }) => name);
  for (const [name, value] of Object.entries(given)) {
    if (names.includes(name)) continue;
    if (!signature.openInputs) return bad(signature, name, `is not an input of the action; it has ${names.join(', ') || 'none'}`);
    inputs[name] = value;
  }
  return { ok: true, inputs };
}

function bad(signature: ActionSignature, name: string, problem: string): { ok: false; problem: string } {
  return { ok: false, problem: `${signature.reference}: the input \`${name}\` ${problem}` };
}
