import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';

/**
 * The object in a YAML or JSON file, or an error. Syntax errors only give the position, because the line may contain a
 * password. `what`: the expected content.
 */
export function readYamlObject(file: string, what: string): Readonly<Record<string, unknown>> | string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return code === 'ENOENT' ? 'there is no such file' : `the file cannot be read (${code})`;
  }
  // JSON is a subset of YAML, and this parser rejects duplicate keys.
  const document = parseDocument(text);
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) {
    const [position] = problem.linePos ?? [];
    const reason = problem.code.toLowerCase().replaceAll('_', ' ');
    return `not valid JSON or YAML at line ${position?.line ?? 1}, column ${position?.col ?? 1}: ${reason}`;
  }
  try {
    const content: unknown = document.toJS() ?? {};
    const isObject = typeof content === 'object' && content !== null && !Array.isArray(content);
    return isObject ? { ...content } : `an object with ${what} is expected`;
  } catch {
    return 'not valid JSON or YAML: an alias without its anchor';
  }
}
