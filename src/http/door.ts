import type { Lifecycle, Plugin } from '@hapi/hapi';
import type { Logger } from '../logging/logger.ts';
import type { DoorSettings } from '../model/doors.ts';
import type { Cluster } from '../state/cluster.ts';
import type { Identify } from './access-guard.ts';
/** The API of another system: its routes, which call the same commands, and its format of errors. */
export interface Door<Settings extends DoorSettings> {
  /** Identifies its clients. Absent: the API has no authentication. */
  readonly identify?: (settings: Settings) => Identify;
  readonly plugin: Plugin<{ readonly cluster: Cluster; readonly settings: Settings }>;
  answerErrors(logger: Logger): Lifecycle.Method;
}
