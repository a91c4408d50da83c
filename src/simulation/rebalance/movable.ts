import type { Replica } from '../../model/service.ts';
import type { Workload } from '../simulation.ts';
/** A replica that nothing holds where it is. */
export interface Movable extends Workload {
  readonly replica: Replica;
  readonly engineId: string;
}
