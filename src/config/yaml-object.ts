import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';

/**
 * The object that a file in YAML or JSON holds, or a sentence on why there is none. Syntax errors give the place only: the
 * line may hold a password. `what`: what the object has in it.
 */
export function readYamlObject(file: string, what: string): Readonly<Record<string, unknown>> | string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return code === 'ENOENT' ? 'there is no such file' : `the file cannot be read (${code})`;
  }
  // JSON is YAML too, and this parser refuses a key that is there twice.
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
