import { deflateRawSync } from 'node:zlib';
import test from 'ava';
import type { ServicePlan } from '../../../src/commands/services/plan-token.ts';
import { decodePlan, encodePlan } from '../../../src/commands/services/plan-token.ts';
import type { Places } from '../../../src/model/service.ts';

const plan: ServicePlan = { service: 'web', generation: 3, asked: 'a1', spec: 'b2', places: { 1: 'a', 2: 'b' } };

const survives = test.macro({
  exec(t, places: Places) {
    t.deepEqual(decodePlan(encodePlan({ ...plan, places })), { ...plan, places });
  },
  title: (fact = '') => `a plan survives its token: ${fact}`,
});

test('of no replica', survives, {});
test('of some replicas', survives, { 1: 'a', 2: 'b', 3: 'a' });
test('with slots between that have no place', survives, { 3: 'a', 12: 'b' });
test('of a global service', survives, { a: 'a', 'node-2': 'node-2' });
test('of engines that are called like their slots', survives, { 1: '1', 2: '2' });
test('of engines that are called like other slots', survives, { 1: '2', 2: '1' });

test('a token fits a request line, be it of ten thousand replicas on a thousand engines', (t) => {
  const places = Array.from({ length: 10_000 }, (_, index) => [index + 1, `engine-${index % 1000}.example.org`]);
  const token = encodePlan({ ...plan, places: Object.fromEntries(places) });
  t.true(token.length < 12_000, `${token.length} characters`);
});

const packed = (content: unknown) => deflateRawSync(JSON.stringify(content)).toString('base64url');
const fields = { format: 1, service: 'web', generation: 0, asked: '', spec: '', places: ['a'] };

const refused = test.macro({
  exec(t, token: string) {
    t.throws(() => decodePlan(token), { code: 'invalid' });
  },
  title: (fact = '') => `no token: ${fact}`,
});

test('nothing', refused, '');
test('words', refused, 'a plan');
test('another format', refused, packed({ ...fields, format: 2 }));
test('no object', refused, packed(null));
test('no service', refused, packed({ ...fields, service: undefined }));
test('half a generation', refused, packed({ ...fields, generation: 0.5 }));
test('an engine that is none', refused, packed({ ...fields, places: [{}] }));
test('an engine with a bad name', refused, packed({ ...fields, places: [['__proto__']] }));
test('what unfolds without end', refused, deflateRawSync(Buffer.alloc(64 * 1024 * 1024)).toString('base64url'));
