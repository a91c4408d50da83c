import { dockerNeeds, unmetNeed } from '../../model/docker-needs.ts';
import { SatsumaError } from '../../model/errors.ts';

/** `1.44` is 44. */
export function minorOf(version: string): number {
  return Number(version.slice('1.'.length));
}

/**
 * The last look before a body is sent: an engine may have got another Docker since it was chosen. Throws `engine_lacks`, upon which
 * another engine is tried.
 */
export function refuseUnmetNeeds(body: object, api: number): void {
  for (const need of dockerNeeds(body)) {
    const reason = unmetNeed(need, api);
    if (reason !== undefined) throw new SatsumaError('engine_lacks', reason);
  }
}
