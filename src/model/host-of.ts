import type { EngineRecord } from './engine.ts';

/** The host at which the engine's published ports are reachable. */
export function hostOf({ addr }: Pick<EngineRecord, 'addr'>): string {
  return addr.startsWith('unix:') ? '127.0.0.1' : new URL(addr).hostname.replace(/^\[|\]$/g, '');
}
