import test from 'ava';
import { didYouMean } from '../../src/model/did-you-mean.ts';

const names = ['listen-addr', 'redis-host', 'redis-port', 'lease'];

test('a slip of a letter or two finds the word', (t) => {
  t.is(didYouMean('redis-prot', names), 'redis-port');
  t.is(didYouMean('redis_host', names), 'redis-host');
  t.is(didYouMean('leese', names), 'lease');
  t.is(didYouMean('LEASE', names), 'lease');
});

test('a beginning finds the word', (t) => {
  t.is(didYouMean('listen', names), 'listen-addr');
});

test('another word finds nothing', (t) => {
  t.is(didYouMean('colour', names), undefined);
  t.is(didYouMean('', names), undefined);
});
