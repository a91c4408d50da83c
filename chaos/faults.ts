import type { Lab } from '../example/lab/lab.ts';
import type { RedisServer } from '../test/integration/store/redis-server.ts';
import type { ForeignContainers } from './foreign-containers.ts';
import type { FaultKind } from './schedule.ts';
import type { Server } from './server.ts';

type EngineActions = 'kill' | 'start' | 'pause' | 'resume' | 'partition' | 'heal' | 'breakRuntime' | 'repairRuntime';

/** The objects of faults; a TestCluster has all of them. */
export interface Victims {
  readonly lab: Pick<Lab, EngineActions>;
  readonly redis: Pick<RedisServer, 'kill' | 'start' | 'signal'>;
  /** Deletes all data in the store. */
  readonly flush: () => Promise<void>;
  /** Registers all engines that are not in the store. */
  readonly registerEngines: () => Promise<void>;
  readonly foreignContainers: Pick<ForeignContainers, 'add' | 'remove'>;
  readonly servers: readonly Pick<Server, 'kill' | 'start' | 'freeze' | 'resume' | 'stop' | 'restart'>[];
}

interface Deed {
  begin(victims: Victims, n: number): Promise<void> | void;
  /** Returns when the victim itself works again; for a server, when it is started. */
  heal(victims: Victims, n: number): Promise<void> | void;
}

/** How each fault begins and is healed. */
export const actions: Readonly<Record<FaultKind, Deed>> = {
  'kill server': {
    begin: ({ servers }, n) => servers[n - 1]?.kill(),
    heal: ({ servers }, n) => servers[n - 1]?.start(),
  },
  'freeze server': {
    begin: ({ servers }, n) => servers[n - 1]?.freeze(),
    heal: ({ servers }, n) => servers[n - 1]?.resume(),
  },
  'restart server': {
    begin: ({ servers }, n) => servers[n - 1]?.stop(),
    heal: ({ servers }, n) => servers[n - 1]?.start(),
  },
  // An hour ahead, or behind.
  'set clock off': {
    begin: ({ servers }, n) => servers[n - 1]?.restart({ hoursAhead: n % 2 === 0 ? -1 : 1 }),
    heal: ({ servers }, n) => servers[n - 1]?.restart({ hoursAhead: 0 }),
  },
  // Only dockerd is killed: its containers keep running.
  'kill engine': { begin: ({ lab }, n) => lab.kill(n), heal: ({ lab }, n) => lab.start(n) },
  'freeze engine': { begin: ({ lab }, n) => lab.pause(n), heal: ({ lab }, n) => lab.resume(n) },
  'cut off engine': { begin: ({ lab }, n) => lab.partition(n), heal: ({ lab }, n) => lab.heal(n) },
  'break runtime': { begin: ({ lab }, n) => lab.breakRuntime(n), heal: ({ lab }, n) => lab.repairRuntime(n) },
  'strange containers': {
    begin: ({ foreignContainers }, n) => foreignContainers.add(n),
    heal: ({ foreignContainers }, n) => foreignContainers.remove(n),
  },
  'kill Redis': { begin: ({ redis }) => redis.kill(), heal: ({ redis }) => redis.start() },
  // All data is lost, and engines are registered again at once. The planner declares the services again.
  'flush Redis': {
    begin: async ({ flush, registerEngines }) => {
      await flush();
      await registerEngines();
    },
    heal: ({ registerEngines }) => registerEngines(),
  },
  'freeze Redis': { begin: ({ redis }) => redis.signal('SIGSTOP'), heal: ({ redis }) => redis.signal('SIGCONT') },
};
