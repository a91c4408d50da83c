import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { SatsumaError } from '../../model/errors.ts';
import { isImageReference } from '../../model/image-name.ts';
import type { ArchivedImage } from './image-archive.ts';
import { contentsOf, type SpooledEntry } from './spool.ts';

/** Generous limits. */
const maxBytes = 4 * 2 ** 20;
const maxImages = 256;
const maxLayers = 512;

/** Reads `manifest.json` and the configurations. Throws `invalid`. */
export async function imagesIn(file: FileHandle, entries: readonly SpooledEntry[]): Promise<ArchivedImage[]> {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const manifest = parse('manifest.json', await textOf('manifest.json'));
  if (!Array.isArray(manifest) || manifest.length === 0 || manifest.length > maxImages) {
    throw wrong('manifest.json has no list of images');
  }
  const images: ArchivedImage[] = [];
  for (const each of manifest as unknown[]) {
    const { Config, RepoTags, Layers } = fieldsOf('manifest.json', each);
    if (typeof Config !== 'string') throw wrong('manifest.json names no configuration of an image');
    const config = await textOf(Config);
    const { rootfs } = fieldsOf(Config, parse(Config, config));
    const diffIds = textsOf(Config, fieldsOf(Config, rootfs ?? {}).diff_ids ?? []);
    const paths = textsOf('manifest.json', Layers ?? []);
    if (diffIds.length !== paths.length) throw wrong(`${Config} has not as many layers as manifest.json`);
    const chainIds = chainsOf(diffIds);
    images.push({
      id: `sha256:${createHash('sha256').update(config).digest('hex')}`,
      tags: textsOf('manifest.json', RepoTags ?? []).filter(isImageReference),
      layers: paths.map((path, index) => ({ chainId: chainIds[index] ?? '', path: realPath(byName, path) })),
    });
  }
  return images;

  async function textOf(name: string): Promise<Buffer> {
    const entry = byName.get(name);
    if (entry?.type !== 'file')
      throw wrong(`it has no ${JSON.stringify(name.slice(0, 100))}, so it was not made by "docker save"`);
    if (entry.size > maxBytes) throw wrong(`${name} is larger than ${maxBytes} bytes`);
    const chunks: Buffer[] = [];
    for await (const bytes of contentsOf(file, entry)) chunks.push(bytes);
    return Buffer.concat(chunks);
  }
}

/** Docker's chain ids: each identifies a layer together with those below it. */
export function chainsOf(diffIds: readonly string[]): string[] {
  const chains: string[] = [];
  for (const diffId of diffIds) {
    const below = chains.at(-1);
    const hash = createHash('sha256').update(`${below} ${diffId}`).digest('hex');
    chains.push(below === undefined ? diffId : `sha256:${hash}`);
  }
  return chains;
}

/** An engine stores a repeated layer as a link. */
function realPath(byName: ReadonlyMap<string, SpooledEntry>, path: string): string {
  const entry = byName.get(path);
  if (!entry) throw wrong(`it has no ${JSON.stringify(path.slice(0, 100))}, which manifest.json names`);
  if (entry.linkName === undefined) return path;
  const from = entry.type === 'symlink' ? path.split('/').slice(0, -1) : [];
  const parts: string[] = [];
  for (const part of [...from, ...entry.linkName.split('/')]) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  const target = parts.join('/');
  if (byName.get(target)?.type !== 'file')
    throw wrong(`its link ${JSON.stringify(path.slice(0, 100))} leads to no file`);
  return target;
}

function parse(name: string, text: Buffer): unknown {
  try {
    return JSON.parse(text.toString());
  } catch {
    throw wrong(`${name.slice(0, 100)} is no JSON`);
  }
}

function fieldsOf(name: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw wrong(`${name.slice(0, 100)} has something else where an object belongs`);
}

function textsOf(name: string, value: unknown): readonly string[] {
  if (Array.isArray(value) && value.length <= maxLayers && value.every((each) => typeof each === 'string'))
    return value;
  throw wrong(`${name.slice(0, 100)} has something else where a list of texts belongs`);
}

function wrong(sentence: string): SatsumaError {
  return new SatsumaError('invalid', `the archive cannot be loaded: ${sentence}`);
}
