import { SatsumaError } from '../../model/errors.ts';
import { visibleText } from '../../model/visible-text.ts';

/** A template in docker's `--format` syntax: text, and actions in double braces. */
export type Template = readonly (string | Action)[];

interface Action {
  /** The source text, for errors. */
  readonly source: string;
  /** The path into the value: `[]` is the whole value; a literal has none. */
  readonly path: readonly string[];
  readonly literal?: string;
  readonly functions: readonly Call[];
}

interface Call {
  readonly name: string;
  readonly argument?: string | undefined;
}

type Apply = (value: unknown, argument: string | undefined) => unknown;

const functions: Readonly<Record<string, Apply>> = {
  json: (value) => new Json(value),
  upper: (value) => textOf(value).toUpperCase(),
  lower: (value) => textOf(value).toLowerCase(),
  title: (value) => textOf(value).replace(/\b\w/g, (letter) => letter.toUpperCase()),
  truncate: (value, length = '') => [...textOf(value)].slice(0, Number(length)).join(''),
  join: (value, separator = '') => (Array.isArray(value) ? value.map(textOf).join(separator) : textOf(value)),
  len: (value) => sizeOf(value),
};
/** Functions with an argument: `truncate .ID 8`, `join .labels ","`. */
const withArgument = ['truncate', 'join'];

const known = `it takes {{.Field}}, {{.Field.Field}}, {{index .Field "key"}}, {{json .}} and the functions ${Object.keys(functions).join(', ')}`;

/** Text that is already JSON. */
class Json {
  readonly text: string;

  constructor(value: unknown) {
    this.text = JSON.stringify(value);
  }
}

/**
 * `\t` and `
 * ` are unescaped as in docker. Throws `invalid` for unsupported syntax.
 */
export function parseTemplate(text: string): Template {
  const unescaped = text.replaceAll('\\t', '\t').replaceAll('\\n', '\n');
  const parts = unescaped.split(/(\{\{(?:"(?:[^"\\]|\\.)*"|[^"}]|\}(?!\}))*\}\})/);
  return parts.flatMap((part, index): Template => {
    if (index % 2 === 1) return [parseAction(part)];
    if (part.includes('{{')) throw invalid(part, '{{ has no }}');
    return part === '' ? [] : [part];
  });
}

/** `{{SUBJECT}}`, or `{{FUNCTION SUBJECT ARGUMENT}}`, with further functions after pipes. */
function parseAction(source: string): Action {
  const [first = [], ...piped] = segments(source);
  const [name = '', subject = '', ...rest] = first;
  const isCall = Object.hasOwn(functions, name);
  const calls = isCall ? [[name, ...rest], ...piped] : piped;
  return {
    source,
    ...subjectOf(source, isCall ? [subject] : first),
    functions: calls.map((words) => callOf(source, words)),
  };
}

/** `.`, `.A.B`, `.A "key"`, `index .A "key"`, `"text"`. */
function subjectOf(source: string, words: readonly string[]): Pick<Action, 'path' | 'literal'> {
  const isIndex = words[0] === 'index';
  const [path = '', ...keys] = isIndex ? words.slice(1) : words;
  if (!isIndex && path.startsWith('"') && keys.length === 0) return { path: [], literal: literalOf(source, path) };
  if (!/^\.$|^(?:\.[A-Za-z_]\w*)+$/.test(path) || (!isIndex && keys.length > 1)) throw invalid(source);
  return { path: [...path.split('.').filter(Boolean), ...keys.map((key) => literalOf(source, key))] };
}

function callOf(source: string, [name = '', argument, ...more]: readonly string[]): Call {
  const needsArgument = withArgument.includes(name);
  if (!Object.hasOwn(functions, name) || more.length > 0 || needsArgument !== (argument !== undefined)) {
    throw invalid(source);
  }
  return { name, argument: argument && literalOf(source, argument) };
}

/** The words of each pipe segment. */
function segments(source: string): string[][] {
  const found: string[][] = [[]];
  for (const word of source.slice(2, -2).match(/"(?:[^"\\]|\\.)*"|\||[^\s|"]+/g) ?? []) {
    if (word === '|') found.push([]);
    else found.at(-1)?.push(word);
  }
  if (found.some((words) => words.length === 0)) throw invalid(source);
  return found;
}

/** A quoted text, or a number. */
function literalOf(source: string, word: string): string {
  if (/^\d{1,6}$/.test(word)) return word;
  try {
    const text: unknown = JSON.parse(word.replaceAll('\t', '\\t').replaceAll('\n', '\\n'));
    if (typeof text === 'string') return text;
  } catch {
    // Falls through to the error below.
  }
  throw invalid(source);
}

/** Throws `invalid` for an unknown field. Values are sanitized: they cannot add lines or columns. */
export function renderTemplate(template: Template, value: unknown): string {
  return template.map((part) => (typeof part === 'string' ? part : renderAction(part, value))).join('');
}

function renderAction({ source, path, literal: text, functions: calls }: Action, value: unknown): string {
  const subject = text ?? valueAt(value, path, source);
  const result = calls.reduce((each: unknown, { name, argument }) => functions[name]?.(each, argument), subject);
  if (result instanceof Json) return result.text;
  // Literal text of the template is printed as typed.
  return text !== undefined && calls.length === 0 ? text : visibleText(textOf(result));
}

function valueAt(value: unknown, path: readonly string[], source: string): unknown {
  return path.reduce((each: unknown, key) => {
    if (typeof each !== 'object' || each === null) throw invalid(source, `there is no "${key}" in it`);
    // A map may lack a key that other rows have.
    if (each instanceof Map) return each.get(key) ?? '';
    if (Object.hasOwn(each, key)) return (each as Readonly<Record<string, unknown>>)[key];
    const names = Object.keys(each);
    throw invalid(source, `there is no "${key}"${names.length > 0 ? `; there are ${names.join(', ')}` : ''}`);
  }, value);
}

/** Formatted like in Go, except that composite values are JSON. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '<no value>';
  if (value instanceof Json) return value.text;
  return typeof value === 'object' ? (JSON.stringify(value) ?? '') : String(value);
}

function sizeOf(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : [...textOf(value)].length;
}

function invalid(source: string, reason = known): SatsumaError {
  const part = source.length > 80 ? `${source.slice(0, 80)}...` : source;
  return new SatsumaError('invalid', `--format does not take ${visibleText(part)}: ${reason}`);
}
