import type { Lab } from '../example/lab/lab.ts';
import type { RedisServer } from '../test/integration/store/redis-server.ts';
import type { FaultKind } from './schedule.ts';
import type { Server } from './server.ts';
import type { Strangers } from './strangers.ts';

type EngineDeeds = 'kill' | 'start' | 'pause' | 'resume' | 'partition' | 'heal' | 'breakRuntime' | 'repairRuntime';

/** What can be done to whom; an arena has them all. */
export interface Victims {
  readonly lab: Pick<Lab, EngineDeeds>;
  readonly redis: Pick<RedisServer, 'kill' | 'start' | 'signal'>;
  /** All that is on record is lost. */
  readonly flush: () => Promise<void>;
  /** Registers every engine that is not on record. */
  readonly registerEngines: () => Promise<void>;
  readonly strangers: Pick<Strangers, 'add' | 'remove'>;
  readonly servers: readonly Pick<Server, 'kill' | 'start' | 'freeze' | 'resume' | 'stop' | 'restart'>[];
}

interface Deed {
  begin(victims: Victims, n: number): Promise<void> | void;
  /** Returns when the victim itself is well again; of a server, when it is started. */
  heal(victims: Victims, n: number): Promise<void> | void;
}

/** How each fault is done and undone. */
export const deeds: Readonly<Record<FaultKind, Deed>> = {
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
  // Its containers run on: what is killed is dockerd.
  'kill engine': { begin: ({ lab }, n) => lab.kill(n), heal: ({ lab }, n) => lab.start(n) },
  'freeze engine': { begin: ({ lab }, n) => lab.pause(n), heal: ({ lab }, n) => lab.resume(n) },
  'cut off engine': { begin: ({ lab }, n) => lab.partition(n), heal: ({ lab }, n) => lab.heal(n) },
  'break runtime': { begin: ({ lab }, n) => lab.breakRuntime(n), heal: ({ lab }, n) => lab.repairRuntime(n) },
  'strange containers': {
    begin: ({ strangers }, n) => strangers.add(n),
    heal: ({ strangers }, n) => strangers.remove(n),
  },
  'kill Redis': { begin: ({ redis }) => redis.kill(), heal: ({ redis }) => redis.start() },
  // All is lost, and at once some of it is there again. The planner says anew what services there are to be.
  'flush Redis': {
    begin: async ({ flush, registerEngines }) => {
      await flush();
      await registerEngines();
    },
    heal: ({ registerEngines }) => registerEngines(),
  },
  'freeze Redis': { begin: ({ redis }) => redis.signal('SIGSTOP'), heal: ({ redis }) => redis.signal('SIGCONT') },
};
