import test from 'ava';
import { isLost, isMajorityDown } from '../../../src/cluster/services/loss.ts';
import type { EngineCondition, EngineIntent, EngineRecord } from '../../../src/model/engine.ts';

type Engine = EngineCondition | `${EngineIntent} ${EngineCondition}`;

function record(engine: Engine): EngineRecord {
  const [condition, intent = 'active'] = engine.split(' ').reverse() as [EngineCondition, EngineIntent?];
  const [id, addr, since] = [engine, 'https://a.test', new Date(0).toISOString()];
  return { id, addr, since, intent, condition, cpus: 1, memory: 1, labels: [] };
}

const holds = test.macro({
  exec(t, engines: readonly Engine[], isHeld: boolean) {
    t.is(isMajorityDown(engines.map(record)), isHeld);
  },
  title: (_, engines: readonly Engine[], isHeld) =>
    `${engines.join(', ') || 'no engine'}: ${isHeld ? 'nothing is given up' : 'no majority'}`,
});

test(holds, [], false);
test(holds, ['ok'], false);
test(holds, ['down'], true);
test(holds, ['ok', 'down'], false);
test(holds, ['ok', 'down', 'down'], true);
test(holds, ['ok', 'ok', 'down', 'down'], false);
test(holds, ['ok', 'pending', 'pending', 'down'], false);
// Somebody said so: it counts no more, on either side.
test(holds, ['ok', 'lost down', 'lost down'], false);
test(holds, ['ok', 'lost down', 'down'], false);
test(holds, ['lost down', 'down'], true);

const loses = test.macro({
  exec(t, engine: Engine, downForMs: number, isHeld: boolean, isGivenUp: boolean) {
    t.is(isLost(record(engine), { downForMs: () => downForMs, graceMs: 30_000, isHeld }), isGivenUp);
  },
  title: (_, engine, ms, isHeld, isGivenUp) =>
    `${engine} for ${ms} ms${isHeld ? ', as most are' : ''}: ${isGivenUp ? 'lost' : 'not lost'}`,
});

test(loses, 'down', 29_999, false, false);
test(loses, 'down', 30_000, false, true);
test(loses, 'down', 30_000, true, false);
test(loses, 'lost down', 0, true, true);
test(loses, 'draining down', 30_000, false, true);
// However long it has been so.
test(loses, 'ok', 1_000_000, false, false);
test(loses, 'lost ok', 1_000_000, false, false);
test(loses, 'pending', 1_000_000, false, false);
