import { dockerNeeds, unmetNeed } from '../../model/docker-needs.ts';
import { SatsumaError } from '../../model/errors.ts';

/** Returns 44 for `1.44`. */
export function minorOf(version: string): number {
  return Number(version.slice('1.'.length));
}

/**
 * Checks API versions immediately before a body is sent: the engine may have changed its Docker since the placement.
 * Throws `engine_lacks`, so that another engine is tried.
 */
export function refuseUnmetNeeds(body: object, api: number): void {
  for (const need of dockerNeeds(body)) {
    const reason = unmetNeed(need, api);
    if (reason !== undefined) throw new SatsumaError('engine_lacks', reason);
  }
}
