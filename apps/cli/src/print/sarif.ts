// Diagnostics as SARIF 2.1.0, which code hosts show beside the lines.

import type { LocatedDiagnostic } from '@workflow-platform/core';
import { VERSION } from '../version.ts';

/** Titles of the rules by code, for the tool's part of the report. */
export type RuleTitles = ReadonlyMap<string, string>;

/** Returns the report as plain data. File names become relative URIs. */
export function toSarif(diagnostics: readonly LocatedDiagnostic[], titles: RuleTitles): object {
  const codes = [...new Set(diagnostics.map((diagnostic) => diagnostic.code))].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'workflow',
            version: VERSION,
            rules: codes.map((id) => ({ id, shortDescription: { text: titles.get(id) ?? id } })),
          },
        },
        columnKind: 'unicodeCodePoints',
        results: diagnostics.map((diagnostic) => ({
          ruleId: diagnostic.code,
          ruleIndex: codes.indexOf(diagnostic.code),
          level: diagnostic.severity,
          message: { text: diagnostic.help === null ? diagnostic.message : `${diagnostic.message}\nhelp: ${diagnostic.help}` },
          locations: [toLocation(diagnostic)],
          relatedLocations: diagnostic.related.map((related) => ({ ...toLocation(related), message: { text: related.message } })),
        })),
      },
    ],
  };
}

function toLocation(place: { file: string; line: number; column: number; endLine: number; endColumn: number }): object {
  return {
    physicalLocation: {
      artifactLocation: { uri: place.file.split('/').map(encodeURIComponent).join('/') },
      region: { startLine: place.line, startColumn: place.column, endLine: place.endLine, endColumn: place.endColumn },
    },
  };
}
