import type { EngineImageRow } from '../../api/engine-image.ts';
import { SatsumaError } from '../../model/errors.ts';
import { imageRepository } from '../../model/image-name.ts';
import { ageText } from '../age.ts';
import { decimalSize } from '../size-text.ts';
import type { ListFormat } from './format.ts';
import { equals, type List } from './list.ts';

const none = '<none>';

export const engineImageList: List<EngineImageRow> = {
  columns: [
    { title: 'IMAGE', field: 'Image', value: namesOf },
    { title: 'ID', field: 'ID', kind: 'id', value: idOf },
    { title: 'CREATED', field: 'CreatedSince', value: ({ created_at }) => ageText(created_at) },
    { title: 'SIZE', field: 'Size', value: ({ size }) => decimalSize(size) },
    { title: 'ENGINES', field: 'Engines', kind: 'detail', value: ({ engines }) => engines.join(',') },
    { title: 'CREATED AT', field: 'CreatedAt', only: 'wide', value: ({ created_at }) => created_at },
    { title: 'REPOSITORY', field: 'Repository', only: 'format', value: repositoryOf },
    { title: 'TAG', field: 'Tag', only: 'format', value: tagOf },
  ],
  nameOf: (row) => row.tags[0] ?? idOf(row),
  quiet: { what: 'ids', of: idOf, areIds: true },
  filters: {
    reference: { matches: ({ tags }, value) => tags.some(isOf(value)) },
    dangling: equals(({ tags }) => String(tags.length === 0), ['true', 'false']),
    engine: { matches: ({ engines }, value) => engines.includes(value) },
  },
};

/** One row per name, as in docker, if the format uses a part of the name. */
export function byName(rows: readonly EngineImageRow[], format: ListFormat | undefined): readonly EngineImageRow[] {
  const ofNames = ['Repository', 'Tag', undefined];
  const hasName = format?.template?.some((part) => typeof part !== 'string' && ofNames.includes(part.path[0]));
  if (!hasName) return rows;
  return rows.flatMap((row) => (row.tags.length > 1 ? row.tags.map((tag) => ({ ...row, tags: [tag] })) : row));
}

/** Docker's patterns for a whole name or a repository: `*` and `?` match anything but a slash. */
function isOf(pattern: string): (name: string) => boolean {
  const parts = pattern.slice(0, 512).match(/\*+|\?|\[[^\]]+\]|./gs) ?? [];
  const source = parts.map((part) => {
    if (part.startsWith('*')) return '[^/]*';
    if (part === '?') return '[^/]';
    return part.length > 1 ? part.replaceAll('\\', '\\\\') : part.replace(/[^\w]/, '\\$&');
  });
  const expression = expressionOf(source.join(''), pattern);
  return (name) => expression.test(name) || expression.test(imageRepository(name));
}

function expressionOf(source: string, pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${source})$`);
  } catch (cause) {
    throw new SatsumaError('invalid', `reference=${pattern} is not a valid pattern, like demo/*:1`, { cause });
  }
}

function namesOf({ tags }: EngineImageRow): string {
  return tags.length > 0 ? tags.join(',') : none;
}

function idOf({ id }: EngineImageRow): string {
  return id.replace(/^sha256:/, '');
}

/** Of the first name. */
function repositoryOf({ tags: [name] }: EngineImageRow): string {
  return name === undefined ? none : imageRepository(name);
}

function tagOf({ tags: [name] }: EngineImageRow): string {
  return name?.split(':').at(-1) ?? none;
}
