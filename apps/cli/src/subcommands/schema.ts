// `workflow schema`: prints the JSON Schema of the file format.
// Not here: the schema (core).

import { workflowJsonSchema } from '@workflow-platform/core';
import type { CliContext } from '../context.ts';
import { loadCatalog } from '../catalog.ts';

/** Prints the schema with what the installed plugins add. */
export function schema(context: CliContext): void {
  const { catalog } = loadCatalog(context);
  context.out.write(`${JSON.stringify(workflowJsonSchema(catalog), null, 2)}\n`);
}
