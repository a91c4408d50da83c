import { SatsumaError } from '../model/errors.ts';

/** The store refused what was decided: another server holds the lead by now, and decides. */
export function lostLead(of: 'jobs' | 'services'): SatsumaError {
  return new SatsumaError('reservation_lost', `another server looks after the ${of} now`);
}
