import { didYouMean } from './did-you-mean.ts';
import { createBodyFields, type DockerField, type DockerFields, nameApi } from './docker-fields.ts';

/** The Docker API versions that a field requires, as minor versions of API 1. */
export interface DockerNeed {
  /** The field as the user wrote it: `HostConfig.Annotations`, `health_check.start_interval`. */
  readonly path: string;
  readonly since: number;
  readonly until?: number;
}

/** Docker 1.12 supports every field that is not marked as newer. */
const oldest = 24;

/** The API versions that a body, or a part of one, requires. Unknown fields require nothing. */
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
  /** The most similar known field. */
  readonly nearest?: string;
}

/**
 * The first field of a create body that no Docker version knows. Go accepts any letter case; here only the exact
 * spelling is known.
 */
export function unknownField(body: object): UnknownField | undefined {
  let first: UnknownField | undefined;
  walk(body, createBodyFields, '', {
    unknown: (path, siblings) => {
      first ??= { path, ...nearestTo(path, siblings) };
    },
  });
  return first;
}

/** A clause for an error message; undefined if a Docker with this API meets the need. */
export function unmetNeed({ path, since, until = Number.POSITIVE_INFINITY }: DockerNeed, api: number) {
  if (api < since) return `${path} needs Docker API ${nameApi(since)}, and the engine speaks 1.${api}`;
  if (api > until) return `${path} is gone since Docker API ${nameApi(until + 1)}, and the engine speaks 1.${api}`;
  return undefined;
}

/** Called for each field that has a value. */
interface DockerFieldVisitor {
  known?(path: string, field: DockerField): void;
  unknown?(path: string, siblings: DockerFields): void;
}

function walk(value: unknown, fields: DockerFields, at: string, visitor: DockerFieldVisitor): void {
  for (const [index, item] of Array.isArray(value) ? value.entries() : []) {
    walk(item, fields, `${at}[${index}]`, visitor);
  }
  if (!isObject(value)) return;
  for (const [key, part] of Object.entries(value)) {
    // JSON omits undefined values.
    if (part === undefined) continue;
    const path = at === '' ? key : `${at}.${key}`;
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field) walkField(part, field, path, visitor);
    else visitor.unknown?.(path, fields);
  }
}

function walkField(value: unknown, field: DockerField, path: string, visitor: DockerFieldVisitor): void {
  const newer = typeof value === 'string' && field.values ? field.values[value] : undefined;
  if (!isNothing(value)) visitor.known?.(path, newer === undefined ? field : { ...field, since: newer });
  if (field.fields) walk(value, field.fields, path, visitor);
  if (!field.each || !isObject(value)) return;
  for (const [name, part] of Object.entries(value)) walk(part, field.each, `${path}.${name}`, visitor);
}

/** Zero values, which Go programs send for unset fields. */
function isNothing(value: unknown): boolean {
  if (typeof value !== 'object' || value === null)
    return value === null || value === '' || value === 0 || value === false;
  return Object.values(value).every((each) => each === null || each === '' || each === 0 || each === false);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A longer word is not a typo, and would be slow to compare. */
const maxWordLength = 64;

/** Suggests a sibling of the field, or the place where Docker has a field of that name. */
function nearestTo(path: string, siblings: DockerFields): { readonly nearest?: string } {
  const dot = path.lastIndexOf('.');
  const [prefix, word] = [path.slice(0, dot + 1), path.slice(dot + 1)];
  if (word.length > maxWordLength) return {};
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
    // Lists and maps have no single place.
    const isPlace = field.fields !== undefined && key !== 'Mounts';
    const found = isPlace ? placesOf(word, field.fields, `${at}${key}.`) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
