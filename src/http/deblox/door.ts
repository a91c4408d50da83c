import type { DebloxSettings } from '../../model/doors.ts';
import type { Door } from '../door.ts';
import { errorsAsAnswers } from './errors.ts';
import { debloxPlugin } from './plugin.ts';

/** deblox.Docker's HttpService: messages for its bus, and what came back from it. */
export const debloxDoor: Door<DebloxSettings> = { plugin: debloxPlugin, answerErrors: errorsAsAnswers };
