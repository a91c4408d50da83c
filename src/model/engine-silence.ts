import { SatsumaError } from './errors.ts';

/** The engine gave no answer, and broke no connection: it is frozen, cut off or slow, and is not restarting. */
export class EngineSilence extends SatsumaError {}
