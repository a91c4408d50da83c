import type { Replica } from '../../model/service.ts';
import type { Workload } from '../simulation.ts';
/** A replica without a blocker. */
export interface Movable extends Workload {
  readonly replica: Replica;
  readonly engineId: string;
}
