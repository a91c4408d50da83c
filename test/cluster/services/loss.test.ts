import test from 'ava';
import { isMajorityDown } from '../../../src/cluster/services/loss.ts';
import type { EngineCondition, EngineIntent, EngineRecord } from '../../../src/model/engine.ts';

type Engine = EngineCondition | `${EngineIntent} ${EngineCondition}`;

const holds = test.macro({
  exec(t, engines: readonly Engine[], isHeld: boolean) {
    const records = engines.map((engine, index): EngineRecord => {
      const [condition, intent = 'active'] = engine.split(' ').reverse() as [EngineCondition, EngineIntent?];
      const [id, addr, since] = [String(index), 'https://a.test', ''];
      return { id, addr, since, intent, condition, cpus: 1, memory: 1, labels: [] };
    });
    t.is(isMajorityDown(records), isHeld);
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
