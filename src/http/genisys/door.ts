import type { GenisysSettings } from '../../model/doors.ts';
import type { Door } from '../door.ts';
import { genisysErrors } from './errors.ts';
import { genisysPlugin } from './plugin.ts';

/** The connector of Genisys for Docker: what Genisys asks to scale, Satsuma runs. */
export const genisysDoor: Door<GenisysSettings> = { plugin: genisysPlugin, answerErrors: genisysErrors };
