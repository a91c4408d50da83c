import type { EnginePool } from '../../engines/engine-client.ts';
import type { Documents } from '../../store/documents.ts';

type EngineKey = { readonly kind: 'engine-key'; readonly id: string; readonly value: Documents['engine-key'] };

/** The document that keeps an address, however it is spelled, to one engine. */
export function addressKey(pool: EnginePool, engineId: string, addr: string): EngineKey {
  return { kind: 'engine-key', id: `addr:${pool.canonicalAddress(addr)}`, value: { engineId } };
}

/** The document that keeps a daemon to one engine: under two names it would be promised twice. */
export function daemonKey(engineId: string, daemonId: string): EngineKey {
  return { kind: 'engine-key', id: `daemon:${daemonId}`, value: { engineId } };
}

export function isAddressKey(id: string): boolean {
  return id.startsWith('addr:');
}
