import assert from 'node:assert/strict';
import type { ImageConfig } from '../../src/model/image-config.ts';
import type { Contestant } from './contestant.ts';
import type { RawEngine } from './raw-engine.ts';

/** Throws unless the engine is asked for the same container by both: a peer that asks for less is none. */
export async function assertSameContainer(engine: RawEngine, other: Contestant, image: ImageConfig): Promise<void> {
  const [raw, satsuma] = [await look(engine, engine, image), await look(engine, other, image)];
  assert.deepEqual(raw, satsuma, 'Satsuma and the raw client do not make the same container');
}

async function look(engine: RawEngine, contestant: Contestant, image: ImageConfig): Promise<object> {
  const { id, remove } = await contestant.run(image);
  try {
    return withoutNames(await engine.inspect(id));
  } finally {
    await remove();
  }
}

/** What must differ is left out: the host name is the container's id, and of a label only the key is compared. */
function withoutNames({ Config, HostConfig }: Awaited<ReturnType<RawEngine['inspect']>>): object {
  const { Hostname: _, Labels, ...config } = Config;
  const labels = Object.keys(Labels ?? {}).map((key) => key.replace(/^(satsuma|rawpeer)\./, ''));
  return { HostConfig, config, labels: labels.sort() };
}
