import test from 'ava';
import { isMet, parseConstraint } from '../../src/model/constraint.ts';

const parsed = test.macro({
  exec(t, text: string, expected: object) {
    t.like(parseConstraint(text), { text, ...expected });
  },
  title: (_, text: string) => text,
});

test(parsed, 'zone==eu-1', { subject: 'label', key: 'zone', isNegated: false, isSoft: false });
test(parsed, 'com.example/zone!=~eu-1', { key: 'com.example/zone', isNegated: true, isSoft: true });
test(parsed, 'node==a', { subject: 'engine' });
test(parsed, 'engine==a', { subject: 'engine' });
test(parsed, 'service!=web', { subject: 'service' });
test(parsed, 'service@shop!=web', { subject: 'service', project: 'shop' });
test(parsed, 'container==a/db', { on: 'a', pattern: { kind: 'literal', text: 'db' } });
test(parsed, 'zone==a==b', { key: 'zone', pattern: { kind: 'literal', text: 'a==b' } });
test(parsed, 'zone!==x', { isNegated: true, pattern: { kind: 'literal', text: '=x' } });
test(parsed, 'zone==~~x', { isSoft: true, pattern: { kind: 'literal', text: '~x' } });
test(parsed, 'image==docker.io/library/redis', { pattern: { kind: 'literal', text: 'redis:latest' } });
test(parsed, 'image==redis:*', { pattern: { kind: 'glob' } });

const refused = test.macro({
  exec: (t, text: string, message: RegExp) => {
    t.throws(() => parseConstraint(text), { code: 'invalid', message });
  },
  title: (_, text) => `${JSON.stringify(text)} is refused`,
});

test(refused, '', /must be like/);
test(refused, 'zone=eu', /must be like/);
test(refused, 'zone', /must be like/);
test(refused, '==eu', /before == there must be a key/);
test(refused, 'zone@shop==eu', /before == there must be a key/);
test(refused, 'service@==web', /before == there must be a key/);
test(refused, 'zone ==eu', /before == there must be a key/);
test(refused, 'zone==', /after == there must be a value/);
test(refused, 'zone!=~', /after !=~ there must be a value/);
test(refused, 'zone== eu', /without spaces/);
test(refused, 'zone==/(/', /missing closing \)/);
test(refused, 'zone==/(?=a)/', /unsupported Perl syntax/);

test('== needs one matching value, != none', (t) => {
  const [equal, other] = [parseConstraint('zone==a'), parseConstraint('zone!=a')];
  t.true(isMet(equal, ['b', 'a']));
  t.false(isMet(other, ['b', 'a']));
  t.false(isMet(equal, []));
  t.true(isMet(other, []));
});
