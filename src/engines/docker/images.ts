import type { EngineImage, EngineImageList, ImageNames, ImageRemoval, ImageStep } from '../../model/engine-image.ts';
import { canonicalImageName } from '../../model/image-name.ts';
import { ParseProblems } from './parse-problems.ts';
import {
  cleanLine,
  type Fields,
  fieldsOf,
  firstOf,
  integerOf,
  lineOf,
  listOf,
  maximumEntries,
  textOf,
  textsOf,
  wrong,
} from './shape.ts';

/** The maximum date, in seconds since 1970. */
const lastSecond = 8.64e12;

/**
 * Canonical names in Docker's image list, sorted and unique. Invalid images, and entries beyond the limit, are omitted.
 * Throws InvalidResponse.
 */
export function toImageNames(answer: unknown): ImageNames {
  const problems = new ParseProblems();
  const listed = firstOf(answer, 'the answer');
  const images = problems.each(listed.entries, (entry) => fieldsOf(entry, 'an entry'));
  const tags = problems.each(images, (image) => listOf((image as Fields).RepoTags ?? [], 'RepoTags')).flat();
  const named = problems.each(tags, (tag) => lineOf(tag, 'a tag')).filter((tag) => !tag.includes('<none>'));
  const names = [...new Set(named.map(canonicalImageName))];
  const first = names.slice(0, maximumEntries).sort();
  if (listed.rest === 0 && first.length === names.length) return first;
  return Object.assign(first, { unclear: `the image list has more than ${maximumEntries} entries` });
}

/** Maps Docker's image list. Throws InvalidResponse. */
export function toEngineImages(answer: unknown): EngineImageList {
  const problems = new ParseProblems();
  const { entries, rest } = firstOf(answer, 'the answer');
  if (rest > 0) problems.add(`the image list has more than ${maximumEntries} entries`);
  return Object.assign(problems.each(entries, toEngineImage), problems.marks());
}

function toEngineImage(entry: unknown): EngineImage {
  const { Id, RepoTags, RepoDigests, Size, Created, Labels } = fieldsOf(entry, 'an entry');
  const labels = textsOf(Labels, 'Labels');
  return {
    id: imageIdOf(Id, 'Id'),
    tags: namesIn(RepoTags, 'RepoTags'),
    digests: namesIn(RepoDigests, 'RepoDigests'),
    sizeBytes: integerOf(Size, 'Size'),
    createdAt: timeOf(Created),
    ...(Object.keys(labels).length > 0 && { labels }),
  };
}

/** Maps Docker's image history. Throws InvalidResponse. */
export function toImageSteps(answer: unknown): readonly ImageStep[] {
  return listOf(answer, 'the answer').map((entry) => {
    const { Id, Created, CreatedBy, Size, Comment, Tags } = fieldsOf(entry, 'a step');
    return {
      // Docker writes `<missing>`.
      id: /^sha256:/.test(String(Id)) ? imageIdOf(Id, 'Id') : undefined,
      createdAt: timeOf(Created),
      createdBy: textOf(CreatedBy ?? '', 'CreatedBy'),
      sizeBytes: integerOf(Size, 'Size'),
      comment: cleanLine(Comment),
      tags: namesIn(Tags, 'Tags'),
    };
  });
}

/** The layers in Docker's image inspect. Throws InvalidResponse. */
export function layersOf({ RootFS }: Fields): readonly string[] {
  return listOf(fieldsOf(RootFS ?? {}, 'RootFS').Layers ?? [], 'Layers').map((layer) => lineOf(layer, 'a layer'));
}

/** Maps Docker's response to an image removal. Throws InvalidResponse. */
export function toImageRemoval(answer: unknown): ImageRemoval {
  const parts = listOf(answer, 'the answer').map((entry) => fieldsOf(entry, 'an entry'));
  const all = (key: string) => parts.flatMap((part) => (part[key] === undefined ? [] : [lineOf(part[key], key)]));
  return { untagged: all('Untagged'), deleted: all('Deleted') };
}

/** Validated, because it is used in paths. Throws InvalidResponse. */
export function imageIdOf(value: unknown, what: string): string {
  if (typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value)) return value;
  throw wrong(what, value, 'the ID of an image');
}

function namesIn(value: unknown, what: string): string[] {
  return listOf(value ?? [], what)
    .map((name) => lineOf(name, what))
    .filter((name) => !name.includes('<none>'))
    .sort();
}

function timeOf(seconds: unknown): string {
  return new Date(integerOf(seconds, 'Created', { min: -lastSecond, max: lastSecond }) * 1000).toISOString();
}
