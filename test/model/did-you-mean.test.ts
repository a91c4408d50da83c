import test from 'ava';
import { didYouMean } from '../../src/model/did-you-mean.ts';

const names = ['listen-addr', 'redis-host', 'redis-port', 'lease'];

test('a typo of one or two letters finds the word', (t) => {
  t.is(didYouMean('redis-prot', names), 'redis-port');
  t.is(didYouMean('redis_host', names), 'redis-host');
  t.is(didYouMean('leese', names), 'lease');
  t.is(didYouMean('LEASE', names), 'lease');
});

test('a prefix finds the word', (t) => {
  t.is(didYouMean('listen', names), 'listen-addr');
});

test('an unrelated word finds nothing', (t) => {
  t.is(didYouMean('colour', names), undefined);
  t.is(didYouMean('', names), undefined);
});
