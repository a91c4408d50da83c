import type { EngineClient } from '../../engines/engine-client.ts';

/**
 * Tells, from one answer on, what time it is by the wall clock of an engine, in milliseconds since 1970: what the engine
 * dates compares with nothing else. A little behind rather than ahead. Throws what the engine failed with.
 */
export async function readEngineClock(client: Pick<EngineClient, 'time'>): Promise<() => number> {
  const time = await client.time();
  const answered = performance.now();
  return () => time + performance.now() - answered;
}
