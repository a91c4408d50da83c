import test from 'ava';
import { answersToConfirm, isLost } from '../../../src/decisions/services/engine-failure-policy.ts';
import type { EngineCondition, EngineIntent, EngineRecord } from '../../../src/model/engine.ts';

type State = EngineCondition | 'confirmed';
type Engine = State | `${EngineIntent} ${State}`;

function record(engine: Engine): EngineRecord {
  const [state, intent = 'active'] = engine.split(' ').reverse() as [State, EngineIntent?];
  const [id, addr, since] = [engine, 'https://a.test', new Date(0).toISOString()];
  const condition = state === 'confirmed' ? 'down' : state;
  const isConfirmed = state === 'confirmed' && ({ isLossConfirmed: true } as const);
  return { id, addr, since, intent, condition, cpus: 1, memory: 1, labels: [], ...isConfirmed };
}

const answers = test.macro({
  exec(t, engines: readonly Engine[], needed: number) {
    t.is(answersToConfirm(engines.map(record)), needed);
  },
  title: (_, engines: readonly Engine[], needed) => `${engines.join(', ') || 'no engine'}: ${needed} must answer`,
});

test(answers, [], 0);
test(answers, ['down'], 1);
test(answers, ['ok', 'down'], 1);
test(answers, ['ok', 'down', 'down'], 2);
test(answers, ['ok', 'ok', 'down', 'down'], 2);
test(answers, ['ok', 'pending', 'pending', 'down'], 1);
// Given up already, or not: it is down.
test(answers, ['ok', 'confirmed', 'down'], 2);
// A person said so before the others failed: it counts no more, on either side.
test(answers, ['ok', 'lost confirmed', 'down'], 1);
// A person said so while it was not known whose fault it is: that says nothing of the others.
test(answers, ['ok', 'lost down', 'down'], 2);
test(answers, ['ok', 'lost ok'], 1);

const loses = test.macro({
  exec(t, engine: Engine, downForMs: number, isGivenUp: boolean) {
    t.is(isLost(record(engine), { downForMs: () => downForMs, graceMs: 30_000 }), isGivenUp);
  },
  title: (_, engine, ms, isGivenUp) => `${engine} for ${ms} ms: ${isGivenUp ? 'lost' : 'not lost'}`,
});

test(loses, 'confirmed', 29_999, false);
test(loses, 'confirmed', 30_000, true);
test(loses, 'down', 1_000_000, false);
test(loses, 'lost down', 0, true);
test(loses, 'draining confirmed', 30_000, true);
// However long it has been so.
test(loses, 'ok', 1_000_000, false);
test(loses, 'lost ok', 1_000_000, false);
test(loses, 'pending', 1_000_000, false);
