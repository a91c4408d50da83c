import test from 'ava';
import { readAddress, writeAddress } from '../../web/address.ts';

test('an address names the view, what is chosen there, and what else is', (t) => {
  t.deepEqual(readAddress('#/jobs/nightly?run=3&filter=a%20b'), {
    view: 'jobs',
    chosen: 'nightly',
    fields: { run: '3', filter: 'a b' },
  });
  t.deepEqual(readAddress('#/jobs'), { view: 'jobs', fields: {} });
  t.deepEqual(readAddress(''), { view: '', fields: {} });
});

test('what is written is read again, whatever the names', (t) => {
  for (const chosen of ['web', 'a/b:1', 'ü %', '?x=1#']) {
    const address = { view: 'images', chosen, fields: { container: 'a&b=c', filter: '#' } };
    t.deepEqual(readAddress(writeAddress(address)), address);
  }
});

test('fields without a value are not written', (t) => {
  t.is(writeAddress({ view: 'jobs', fields: { container: '', filter: '' } }), '#/jobs');
});

test('what is no encoding is taken as it stands', (t) => {
  t.is(readAddress('#/jobs/100%').chosen, '100%');
});
