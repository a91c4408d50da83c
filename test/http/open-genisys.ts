import type { ExecutionContext } from 'ava';
import type { GenisysSettings } from '../../src/model/doors.ts';
import { openDoor, openOther } from './open-door.ts';

/** The door of Genisys beside /apiv1, on fake engines. */
export async function openGenisys(t: ExecutionContext, settings: Partial<GenisysSettings> = {}, engines = 0) {
  const { cluster, call } = await openDoor(t, { engines });
  return { cluster, call, genisys: await openOther(cluster, 'genisys', { countBy: 'service', ...settings }) };
}
