import test from 'ava';
import { eventKinds } from '../../src/model/cluster-event.ts';
import { matchesWebhook } from '../../src/model/webhook.ts';

const about = { action: 'create', name: 'data' };

test('a webhook without kinds, of an older server, gets no guarded events', (t) => {
  const told = eventKinds.filter((kind) => matchesWebhook({ action: ['create'] }, { ...about, kind }));
  t.deepEqual(told, ['engine', 'container', 'reservation', 'service', 'job', 'image', 'image-config']);
  t.true(matchesWebhook({ kind: ['volume'] }, { ...about, kind: 'volume' }));
  t.false(matchesWebhook({ kind: ['volume'] }, { ...about, kind: 'network' }));
});
