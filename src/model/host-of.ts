import type { EngineRecord } from './engine.ts';

/** Where an engine's published ports are. */
export function hostOf({ addr }: Pick<EngineRecord, 'addr'>): string {
  return addr.startsWith('unix:') ? '127.0.0.1' : new URL(addr).hostname.replace(/^\[|\]$/g, '');
}
