// Fills in the values of environment variables.

import { resolveText } from '@workflow-platform/core';
import type { ExpressionScope, Text } from '@workflow-platform/core';

/** Returns the variables with the values that they have here. */
export function resolveEnv(texts: { readonly [name: string]: Text }, scope: ExpressionScope): { [name: string]: string } {
  const env: { [name: string]: string } = {};
  for (const [name, text] of Object.entries(texts)) env[name] = resolveText(text, scope);
  return env;
}
