import test from 'ava';
import { fallbackTemplate, settledTemplates } from '../../../src/decisions/services/fallback-templates.ts';
import type { Rollout, ServiceStatus } from '../../../src/model/service.ts';
import { view } from './views.ts';

const record = { template: 3 };
const rollout: Rollout = {
  ...{ template: 3, generation: 3, resumes: 0, state: 'paused', isRollback: false, failures: 1, startedAt: '' },
  stable: { generation: 1, template: 1 },
};
const status = { rollout, waiting: {}, proven: { 2: 2, 3: 3 } };

function failed(failures: number): ServiceStatus['waiting'] {
  return { 3: { since: '', code: 'replica_failed', message: '', failures, until: '' } };
}

test('a slot gets what last proved itself there, or else in the whole service', (t) => {
  t.is(fallbackTemplate('1', record, status), 1);
  t.is(fallbackTemplate('2', record, status), 2);
  t.is(fallbackTemplate('3', record, status), 3);
  t.is(fallbackTemplate('1', record, { waiting: {} }), 3, 'nothing was ever brought out whole');
});

test('what fails again and again takes turns with what worked in the whole service', (t) => {
  const chosen = [1, 2, 3, 4].map((failures) =>
    fallbackTemplate('3', record, { ...status, waiting: failed(failures) }),
  );
  t.deepEqual(chosen, [3, 1, 3, 1]);
});

test('a replica proves its template once it is settled, the latest first', (t) => {
  const replicas = [
    view({ slot: '1', generation: 1 }),
    view({ slot: '1', generation: 3, copy: 2, isSettled: false }),
    view({ slot: '2', generation: 3, copy: 2 }),
    view({ slot: '2', generation: 1 }),
    view({ slot: '4', generation: 0 }),
    view({ slot: '9', generation: 3 }),
  ];
  const slots = ['1', '2', '3', '4'];
  t.deepEqual(settledTemplates(record, status, { slots, replicas }), { 2: 3, 3: 3 });
  t.deepEqual(settledTemplates(record, { waiting: {} }, { slots, replicas }), { 1: 1 });
});

test('nothing is kept of slots that are not wanted, nor once the template is brought out whole', (t) => {
  t.deepEqual(settledTemplates(record, status, { slots: ['2'], replicas: [] }), { 2: 2 });
  const done = { ...status, rollout: { ...rollout, stable: { generation: 3, template: 3 } }, proven: { 3: 3 } };
  t.deepEqual(settledTemplates(record, done, { slots: ['1', '2', '3'], replicas: [] }), {});
});
