import test from 'ava';
import type { EngineFailurePolicy } from '../../../src/decisions/services/engine-failure-policy.ts';
import {
  isFit,
  type ReplicaPlace,
  type ReplicaState,
  viewReplica,
} from '../../../src/decisions/services/replica-view.ts';
import type { EngineRecord } from '../../../src/model/engine.ts';
import type { ReplicaMark } from '../../../src/model/service.ts';
import { busybox, now, view } from './views.ts';

const since = new Date(now - 30_000).toISOString();
const markedAt = 12_345;
const engine: EngineRecord = {
  ...{
    id: 'a',
    addr: 'https://a.test:2376',
    cpus: 4,
    memory: 100,
    labels: [],
    intent: 'active',
    condition: 'ok',
    since,
  },
};
const down: EngineRecord = { ...engine, condition: 'down', error: 'no route' };
const confirmed: EngineRecord = { ...down, isLossConfirmed: true };
const base = {
  ...{ id: 'r1', engineId: 'a', claims: [], image: busybox, name: 'web.1.r1', createdAt: since },
  reason: { type: 'label', strategy: 'spread', score: 0, candidates: 1, refused: 0 },
  replica: { service: 'web', slot: '1', generation: 2, copy: 3 },
} as const;
const bound = { ...base, state: 'bound', containerId: 'c1' } as const;
const reserved = { ...base, state: 'reserved' } as const;
const rule: EngineFailurePolicy = { downForMs: () => 30_000, graceMs: 30_001 };
const atOnce: EngineFailurePolicy = { ...rule, graceMs: 30_000 };

const ready: ReplicaMark = { phase: 'ready', since, ports: [], isSettled: true };
const failed: ReplicaMark = { phase: 'failed', since, reason: 'it ended' };
const retiring: ReplicaMark = { phase: 'retiring', since, reason: 'scaled down', stopAt: since };

const isSeen = test.macro({
  exec(
    t,
    reservation: Parameters<typeof viewReplica>[0],
    { engine: where = engine, mark, isUnhealthy = false }: Partial<ReplicaPlace>,
    state: ReplicaState,
    by: EngineFailurePolicy = rule,
  ) {
    t.is(viewReplica(reservation, { engine: where, mark, markedAt, isUnhealthy, isMoved: false }, by).state, state);
  },
  title: (fact = '') => fact,
});

test('what is being created starts', isSeen, reserved, {}, 'starting');
test('what runs and did not answer yet starts', isSeen, bound, {}, 'starting');
test('what answers is ready', isSeen, bound, { mark: ready }, 'ready');
test('what does not answer any more failed', isSeen, bound, { mark: failed }, 'failed');
test(
  'what was seen to be stopped failed, whatever it was',
  isSeen,
  { ...bound, isAtRest: true },
  { mark: ready },
  'failed',
);
test(
  'what its HEALTHCHECK finds unhealthy failed',
  isSeen,
  bound,
  { mark: ready, markedAt, isUnhealthy: true },
  'failed',
);
test('what is to go is nothing else any more', isSeen, bound, { engine: down, mark: retiring }, 'retiring', atOnce);
test('on an engine that is down it is out of reach', isSeen, bound, { engine: down, mark: ready }, 'unreachable');
test('after the grace it is lost', isSeen, bound, { engine: confirmed, mark: ready }, 'lost', atOnce);
test('what failed before may be well by now', isSeen, bound, { engine: down, mark: failed }, 'unreachable');
test('as long as its loss is not confirmed it is not lost', isSeen, bound, { engine: down }, 'unreachable', atOnce);
test('but where somebody says so', isSeen, bound, { engine: { ...down, intent: 'lost' } }, 'lost');
test(
  'an engine that was given up and answers is no loss',
  isSeen,
  bound,
  {
    engine: { ...engine, intent: 'lost' },
    mark: ready,
  },
  'ready',
);

test('a replica on an engine that was removed is lost', (t) => {
  const seen = viewReplica(
    bound,
    { engine: undefined, mark: ready, markedAt, isUnhealthy: false, isMoved: false },
    rule,
  );
  t.like(seen, { state: 'lost', reason: 'its engine was removed', isReachable: false });
});

test('a view tells which replica it is, and since when it is ready', (t) => {
  t.like(viewReplica(bound, { engine, mark: ready, markedAt, isUnhealthy: false, isMoved: false }, rule), {
    ...{ slot: '1', generation: 2, copy: 3, containerId: 'c1' },
    ...{ since: markedAt, isSettled: true, isReachable: true, isDisplaced: false },
  });
});

test('what a rebalance moves is to run elsewhere, unless its volume is where it is', (t) => {
  const place = { engine, mark: ready, markedAt, isUnhealthy: false, isMoved: true };
  t.true(viewReplica(bound, place, rule).isDisplaced);
  const image = { ...bound.image, volumes: ['data:/data'] };
  t.false(viewReplica({ ...bound, image }, place, rule).isDisplaced);
});

test('out of reach nothing counts as settled', (t) => {
  t.like(viewReplica(bound, { engine: down, mark: ready, markedAt, isUnhealthy: false, isMoved: false }, rule), {
    isSettled: false,
    since: markedAt,
    reason: 'no route',
  });
});

test('fit is what is of the template on an engine that is not drained', (t) => {
  t.true(isFit(view({ generation: 2 }), 2));
  t.false(isFit(view({ generation: 2 }), 1));
  t.false(isFit(view({ isDisplaced: true }), 1));
});
