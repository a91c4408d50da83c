import type { EngineClient } from '../../engines/engine-client.ts';

/**
 * Returns a function that tells the engine's wall clock in milliseconds since 1970, based on one request: timestamps of
 * an engine can only be compared with its own clock. It is slightly behind rather than ahead. Throws the engine's
 * error.
 */
export async function readEngineClock(client: Pick<EngineClient, 'time'>): Promise<() => number> {
  const time = await client.time();
  const answered = performance.now();
  return () => time + performance.now() - answered;
}
