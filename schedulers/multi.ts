import type { Scheduler } from '../src/model/scheduler.ts';
import { label } from './label.ts';
import { port } from './port.ts';
import { unique } from './unique.ts';

/** clementine's composition, and the default type. */
export const multi: readonly Scheduler[] = [label, unique, port];
