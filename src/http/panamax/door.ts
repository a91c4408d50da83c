import type { DoorSettings } from '../../model/doors.ts';
import type { Door } from '../door.ts';
import { messageErrors } from './errors.ts';
import { panamaxPlugin } from './plugin.ts';

/** A Panamax adapter: what a Panamax agent asks for is run as services. */
export const panamaxDoor: Door<DoorSettings> = { plugin: panamaxPlugin, answerErrors: messageErrors };
