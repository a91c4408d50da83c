import type { EnginePool } from '../../engines/engine-client.ts';
import type { Documents } from '../../store/documents.ts';

type EngineKey = { readonly kind: 'engine-key'; readonly id: string; readonly value: Documents['engine-key'] };

/** The document that reserves an address, in its canonical form, for one engine. */
export function addressKey(pool: EnginePool, engineId: string, addr: string): EngineKey {
  return { kind: 'engine-key', id: `addr:${pool.canonicalAddress(addr)}`, value: { engineId } };
}

/** The document that reserves a daemon for one engine: registered twice, its capacity would be counted twice. */
export function daemonKey(engineId: string, daemonId: string): EngineKey {
  return { kind: 'engine-key', id: `daemon:${daemonId}`, value: { engineId } };
}

export function isAddressKey(id: string): boolean {
  return id.startsWith('addr:');
}
