import { claimKeys } from '../src/model/claim.ts';
import type { FilterRejection, Scheduler } from '../src/model/scheduler.ts';

/** Requires free CPUs and memory. Neither may exceed 100 %; citadel only limited their mean. */
export const resources: Scheduler = {
  name: 'resources',
  description: 'the engine has the CPUs and the memory left',
  prepare({ cpus = 0, memory = 0 }) {
    const cpuMilli = Math.round(cpus * 1000);
    if (cpuMilli === 0 && memory === 0) return undefined;
    return (engine) => {
      if (cpuMilli > engine.cpuMilli - engine.usedCpuMilli) {
        return shortOf('cpus', cpuMilli / 1000, (engine.cpuMilli - engine.usedCpuMilli) / 1000, engine.cpuMilli / 1000);
      }
      if (memory > engine.memoryMiB - engine.usedMemoryMiB) {
        return shortOf('MB of memory', memory, engine.memoryMiB - engine.usedMemoryMiB, engine.memoryMiB);
      }
      return undefined;
    };
  },
  exclude({ cpus = 0, memory = 0 }, { cpuRoom, memoryRoom }, rows) {
    const cpuMilli = Math.round(cpus * 1000);
    if (cpuMilli === 0 && memory === 0) return;
    cpuRoom.retain(rows, cpuMilli);
    memoryRoom.retain(rows, memory);
  },
  claims({ cpus = 0, memory = 0 }, engine) {
    return [
      { key: claimKeys.cpu, amount: Math.round(cpus * 1000), limit: engine.cpuMilli },
      { key: claimKeys.memory, amount: memory, limit: engine.memoryMiB },
    ].filter(({ amount }) => amount > 0);
  },
};

function shortOf(what: string, requested: number, free: number, total: number): FilterRejection {
  const code = what === 'cpus' ? 'cpus_short' : 'memory_short';
  return { code, message: `${requested} ${what} wanted, ${Math.max(0, free)} of ${total} free` };
}
