import { SatsumaError } from '../../model/errors.ts';

export function lostLead(): SatsumaError {
  return new SatsumaError('reservation_lost', 'another server looks after the jobs now');
}
