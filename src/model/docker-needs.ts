import { didYouMean } from './did-you-mean.ts';
import { createBodyFields, type DockerField, type DockerFields, nameApi } from './docker-fields.ts';

/** What a field asks of the engine's Docker: versions of API 1, by their minor number. */
export interface DockerNeed {
  /** As the user knows it: `HostConfig.Annotations`, `health_check.start_interval`. */
  readonly path: string;
  readonly since: number;
  readonly until?: number;
}

/** Docker 1.12, which knows what is not said to be newer. */
const oldest = 24;

/** What a body, or a part of one, needs of the engine's Docker. Names that nobody knows need nothing. */
export function dockerNeeds(body: object): DockerNeed[] {
  const needs: DockerNeed[] = [];
  walk(body, createBodyFields, '', {
    known: (path, { since, until }) => {
      if (since > oldest || until !== undefined) needs.push({ path, since, ...(until !== undefined && { until }) });
    },
  });
  return needs;
}

export interface UnknownField {
  readonly path: string;
  /** What was most likely meant. */
  readonly nearest?: string;
}

/** The first field of a create body that no Docker knows. Go reads names in any letter case; only the exact spelling is known. */
export function unknownField(body: object): UnknownField | undefined {
  let first: UnknownField | undefined;
  walk(body, createBodyFields, '', {
    unknown: (path, siblings) => {
      first ??= { path, ...nearestTo(path, siblings) };
    },
  });
  return first;
}

/** A sentence's part; undefined where a Docker with this API can do it. */
export function unmetNeed({ path, since, until = Number.POSITIVE_INFINITY }: DockerNeed, api: number) {
  if (api < since) return `${path} needs Docker API ${nameApi(since)}, and the engine speaks 1.${api}`;
  if (api > until) return `${path} is gone since Docker API ${nameApi(until + 1)}, and the engine speaks 1.${api}`;
  return undefined;
}

/** Either is told of each field that says something. */
interface Visitor {
  known?(path: string, field: DockerField): void;
  unknown?(path: string, siblings: DockerFields): void;
}

function walk(value: unknown, fields: DockerFields, at: string, visitor: Visitor): void {
  for (const [index, item] of Array.isArray(value) ? value.entries() : []) {
    walk(item, fields, `${at}[${index}]`, visitor);
  }
  if (!isObject(value)) return;
  for (const [key, part] of Object.entries(value)) {
    // What is undefined is not sent.
    if (part === undefined) continue;
    const path = at === '' ? key : `${at}.${key}`;
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field) walkField(part, field, path, visitor);
    else visitor.unknown?.(path, fields);
  }
}

function walkField(value: unknown, field: DockerField, path: string, visitor: Visitor): void {
  const newer = typeof value === 'string' && field.values ? field.values[value] : undefined;
  if (!isNothing(value)) visitor.known?.(path, newer === undefined ? field : { ...field, since: newer });
  if (field.fields) walk(value, field.fields, path, visitor);
  if (!field.each || !isObject(value)) return;
  for (const [name, part] of Object.entries(value)) walk(part, field.each, `${path}.${name}`, visitor);
}

/** What Go's programs write for what they do not say. */
function isNothing(value: unknown): boolean {
  if (typeof value !== 'object' || value === null)
    return value === null || value === '' || value === 0 || value === false;
  return Object.values(value).every((each) => each === null || each === '' || each === 0 || each === false);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Longer words are no slips, and would take long to compare. */
const longestWord = 64;

/** Beside it, or at the place where Docker has a field of that name. */
function nearestTo(path: string, siblings: DockerFields): { readonly nearest?: string } {
  const dot = path.lastIndexOf('.');
  const [prefix, word] = [path.slice(0, dot + 1), path.slice(dot + 1)];
  if (word.length > longestWord) return {};
  const near = didYouMean(word, Object.keys(siblings));
  if (near !== undefined && near.toLowerCase() === word.toLowerCase()) return { nearest: `${prefix}${near}` };
  const elsewhere = placesOf(word, createBodyFields, '');
  const nearest = elsewhere ?? (near === undefined ? undefined : `${prefix}${near}`);
  return nearest === undefined ? {} : { nearest };
}

function placesOf(word: string, fields: DockerFields, at: string): string | undefined {
  const own = Object.keys(fields).find((key) => key.toLowerCase() === word.toLowerCase());
  if (own !== undefined) return `${at}${own}`;
  for (const [key, field] of Object.entries(fields)) {
    // In lists and maps there is no one place.
    const isPlace = field.fields !== undefined && key !== 'Mounts';
    const found = isPlace ? placesOf(word, field.fields, `${at}${key}.`) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
