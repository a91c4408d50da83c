import assert from 'node:assert/strict';
import type { ImageConfig } from '../../src/model/image-config.ts';
import type { Contestant } from './contestant.ts';
import type { RawEngine } from './raw-engine.ts';

/** Runs the container once to see what the engine was asked for. */
export async function seenBy(engine: RawEngine, contestant: Contestant, image: ImageConfig): Promise<object> {
  const { id, remove } = await contestant.run(image);
  try {
    return withoutNames(await engine.inspect(id));
  } finally {
    await remove();
  }
}

/** Throws unless the two are the same: a peer that asks for less is none. */
export function assertSameContainer(raw: object, satsuma: object): void {
  assert.deepEqual(raw, satsuma, 'Satsuma and the raw client do not make the same container');
}

/** What must differ is left out: the host name is the container's id, and of a label only the key is compared. */
function withoutNames({ Config, HostConfig }: Awaited<ReturnType<RawEngine['inspect']>>): object {
  const { Hostname: _, Labels, ...config } = Config;
  const labels = Object.keys(Labels ?? {}).map((key) => key.replace(/^(satsuma|rawpeer)\./, ''));
  return { HostConfig, config, labels: labels.sort() };
}
