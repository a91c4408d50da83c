import assert from 'node:assert/strict';
import type { ImageConfig } from '../../src/model/image-config.ts';
import type { Contestant } from './contestant.ts';
import type { RawEngine } from './raw-engine.ts';

/** Runs the container once, and returns what the engine was asked for. */
export async function seenBy(engine: RawEngine, contestant: Contestant, image: ImageConfig): Promise<object> {
  const { id, remove } = await contestant.run(image);
  try {
    return withoutNames(await engine.inspect(id));
  } finally {
    await remove();
  }
}

/** Throws unless the two are equal: a peer that requests less would not be comparable. */
export function assertSameContainer(raw: object, satsuma: object): void {
  assert.deepEqual(raw, satsuma, 'Satsuma and the raw client do not make the same container');
}

/** Removes what must differ: the host name is the container's id, and labels are compared by key only. */
function withoutNames({ Config, HostConfig }: Awaited<ReturnType<RawEngine['inspect']>>): object {
  const { Hostname: _, Labels, ...config } = Config;
  const labels = Object.keys(Labels ?? {}).map((key) => key.replace(/^(satsuma|rawpeer)\./, ''));
  return { HostConfig, config, labels: labels.sort() };
}
