import type { Scheduler } from '../src/model/scheduler.ts';
import { label } from './label.ts';
import { port } from './port.ts';
import { unique } from './unique.ts';

/** clementine's own composition, and what an image config gets that names no type. */
export const multi: readonly Scheduler[] = [label, unique, port];
