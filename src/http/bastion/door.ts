import type { DoorSettings } from '../../model/doors.ts';
import type { Door } from '../door.ts';
import { plainErrors } from './errors.ts';
import { bastionPlugin } from './plugin.ts';

/** citadel's reference server: the bare objects, no envelope. */
export const bastionDoor: Door<DoorSettings> = { plugin: bastionPlugin, answerErrors: plainErrors };
