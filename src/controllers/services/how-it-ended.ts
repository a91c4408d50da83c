import { constants } from 'node:os';
import type { ContainerCheck } from '../../model/container.ts';

/** What a shell, and Docker, add to the number of the signal that ended a process. */
const signalBase = 128;
const names = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/** `it ended with exit code 137 (SIGKILL)`, and that its memory ran out. */
export function howItEnded({ exitCode, isOutOfMemory }: Pick<ContainerCheck, 'exitCode' | 'isOutOfMemory'>): string {
  const signal = exitCode > signalBase ? names.get(exitCode - signalBase) : undefined;
  const ended = `it ended with exit code ${exitCode}${signal === undefined ? '' : ` (${signal})`}`;
  return isOutOfMemory ? `${ended}: out of memory (OOMKilled)` : ended;
}
