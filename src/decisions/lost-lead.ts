import { SatsumaError } from '../model/errors.ts';

/** The store rejected the write, because another server is the leader now. */
export function lostLead(of: 'jobs' | 'services'): SatsumaError {
  return new SatsumaError('reservation_lost', `another server is the leader of the ${of} controller now`);
}
