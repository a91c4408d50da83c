import type { Lifecycle, Plugin } from '@hapi/hapi';
import type { Logger } from '../logging/logger.ts';
import type { DoorSettings } from '../model/doors.ts';
import type { Cluster } from '../state/cluster.ts';
import type { Identify } from './access-guard.ts';
/** One API of another system: its routes over the commands of the cluster, and how it tells what went wrong. */
export interface Door<Settings extends DoorSettings> {
  /** How its clients say who they are; left out: they have no words for it. */
  readonly identify?: (settings: Settings) => Identify;
  readonly plugin: Plugin<{ readonly cluster: Cluster; readonly settings: Settings }>;
  answerErrors(logger: Logger): Lifecycle.Method;
}
