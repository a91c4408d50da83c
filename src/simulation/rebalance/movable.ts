import type { Replica } from '../../model/service.ts';
import type { Lodger } from '../what-if.ts';
/** A replica that nothing holds where it is. */
export interface Movable extends Lodger {
  readonly replica: Replica;
  readonly engineId: string;
}
