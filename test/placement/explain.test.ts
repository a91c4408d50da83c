import test from 'ava';
import { explain } from '../../src/placement/explain.ts';
import { held, snapshot } from './engines.ts';

const taken = { code: 'port_taken', message: 'port tcp/80 is taken', key: 'port/tcp/80' };

test('a refusal names the holders of what is missing', (t) => {
  const engine = snapshot({ id: 'a', held: { web: [held('port/tcp/80')], db: [held('port/tcp/5432')] } });
  t.deepEqual(explain([{ ...taken, engine }]).engines, [
    { engine: 'a', code: 'port_taken', message: 'port tcp/80 is taken by web', held_by: ['web'] },
  ]);
});

test('a reservation in progress is named if there is no other holder', (t) => {
  const holders = (...names: string[]) =>
    names.map((name) => ({ name, claims: [held('port/tcp/80')], isAssumed: name !== 'web' }));
  const heldBy = (...names: string[]) =>
    explain([{ ...taken, engine: { ...snapshot({ id: 'a' }), holders: holders(...names) } }]).engines[0]?.held_by;
  t.deepEqual(heldBy('early', 'web', 'late'), ['web']);
  t.deepEqual(heldBy('early'), ['early']);
});

test('equal reasons are counted, the most frequent first', (t) => {
  const down = { code: 'engine_down', message: 'the engine is down' };
  const { counts } = explain([
    { ...down, engine: snapshot({ id: 'a' }) },
    { ...taken, engine: snapshot({ id: 'b' }) },
    { ...taken, engine: snapshot({ id: 'c' }) },
  ]);
  t.deepEqual(counts, [
    { message: 'port tcp/80 is taken', engines: 2 },
    { message: 'the engine is down', engines: 1 },
  ]);
});

test('an answer about very many engines stays small; the counts cover all', (t) => {
  const rejections = Array.from({ length: 1000 }, (_, index) => ({ ...taken, engine: snapshot({ id: `e${index}` }) }));
  const { counts, engines } = explain(rejections);
  t.is(engines.length, 200);
  t.is(counts[0]?.engines, 1000);
});

test('the hint follows the reason', (t) => {
  const engine = snapshot({ id: 'a', held: { web: [held('port/tcp/80')] } });
  const { counts, engines } = explain([{ ...taken, hint: 'use another one', engine }]);
  t.is(counts[0]?.message, 'port tcp/80 is taken: use another one');
  t.is(engines[0]?.message, 'port tcp/80 is taken by web: use another one');
});
