import type { EngineClient } from '../../engines/engine-client.ts';
import type { DiskPart } from '../../model/disk-usage.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { Finding } from '../../model/finding.ts';

/** Unused data above this size is reported. */
const muchBytes = 10 * 1000 ** 3;

/** How much disk space Docker uses, and how much of it is unused. Docker does not report free disk space. */
export async function diskFinding(client: Pick<EngineClient, 'diskUsage'>, subject: string): Promise<Finding> {
  const found = { check: 'engine.disk', subject } as const;
  try {
    const { images, containers, volumes, buildCache } = await client.diskUsage();
    const parts: readonly (readonly [string, DiskPart])[] = [
      ...([['images', images] as const, ['containers', containers] as const, ['volumes', volumes] as const] as const),
      ['build cache', buildCache],
    ];
    const all = parts.reduce((sum, [, { bytes }]) => sum + bytes, 0);
    const unused = parts.reduce((sum, [, { unusedBytes }]) => sum + unusedBytes, 0);
    const list = parts.filter(([, { bytes }]) => bytes > 0).map(([name, { bytes }]) => `${name} ${gigabytes(bytes)}`);
    const message = `Docker keeps ${gigabytes(all)}${list.length > 0 ? ` (${list.join(', ')})` : ''}`;
    if (unused < muchBytes) return { ...found, status: 'ok', message };
    const remedy = remedies
      .filter(([name]) => parts.some(([part, { unusedBytes }]) => part === name && unusedBytes > 0))
      .map(([, remove]) => remove(subject))
      .join('; ');
    return { ...found, status: 'warning', message: `${message}; nothing uses ${gigabytes(unused)} of it`, remedy };
  } catch (error) {
    if (!isSatsumaError(error)) throw error;
    // Docker reads all files of all volumes for this. If the engine does not answer at all, there is another finding.
    return { ...found, status: 'ok', message: `Docker did not report its disk usage: ${error.message}` };
  }
}

const remedies: readonly (readonly [string, (engine: string) => string])[] = [
  ['images', (engine) => `"satsuma image prune --all --engine ${engine}" removes images that are not referenced`],
  ['containers', () => '"satsuma ps -a --filter status=exited" lists what "satsuma rm" can remove'],
  ['volumes', (engine) => `"satsuma volume prune --all --engine ${engine}" removes unused volumes`],
  ['build cache', () => '"docker builder prune" on that host empties the build cache'],
];

function gigabytes(bytes: number): string {
  return `${(bytes / 1000 ** 3).toFixed(1)} GB`;
}
