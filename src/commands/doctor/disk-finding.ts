import type { EngineClient } from '../../engines/engine-client.ts';
import type { DiskPart } from '../../model/disk-usage.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { Finding } from '../../model/finding.ts';

/** That much is worth an evening's work. */
const muchBytes = 10 * 1000 ** 3;

/** What Docker keeps there, and what of it nothing uses. How much room is left, Docker does not tell. */
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
    // Docker reads every file of its volumes for it. An engine that does not answer at all is a finding of its own.
    return { ...found, status: 'ok', message: `Docker did not tell what it keeps: ${error.message}` };
  }
}

const remedies: readonly (readonly [string, (engine: string) => string])[] = [
  ['images', (engine) => `"satsuma image prune --all --engine ${engine}" removes images that nothing names`],
  ['containers', () => '"satsuma ps -a --filter status=exited" lists what "satsuma rm" can remove'],
  ['volumes', (engine) => `"satsuma volume prune --all --engine ${engine}" removes volumes that nothing uses`],
  ['build cache', () => '"docker builder prune" on that host empties the build cache'],
];

function gigabytes(bytes: number): string {
  return `${(bytes / 1000 ** 3).toFixed(1)} GB`;
}
