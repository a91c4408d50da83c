import test from 'ava';
import { Nonsense } from '../../src/engines/docker-failures.ts';
import { toDaemonInfo } from '../../src/engines/docker-info.ts';

const info = { ID: 'ZYL5:3YIA', ServerVersion: '20.10.24', NCPU: 2, MemTotal: 25_275_985_920, Labels: [] };

test('a daemon in our words, its memory rounded down to what is there', (t) => {
  t.deepEqual(toDaemonInfo(info), { id: 'ZYL5:3YIA', version: '20.10.24', cpus: 2, memory: 24_105 });
});

for (const [what, answer] of Object.entries({
  'no ID': { ...info, ID: undefined },
  'no memory': { ...info, MemTotal: '1' },
  'an error in place of the CPUs': { ...info, NCPU: null },
  'CPUs below 0': { ...info, NCPU: -1 },
  'half a CPU': { ...info, NCPU: 0.5 },
  'CPUs beyond measure': { ...info, NCPU: 1e308 },
  'memory beyond measure': { ...info, MemTotal: 1e308 },
  'an ID of two lines': { ...info, ID: 'a\nb' },
  nothing: undefined,
  'a text': 'x',
})) {
  test(`an answer with ${what} is refused`, (t) => {
    t.throws(() => toDaemonInfo(answer), { instanceOf: Nonsense });
  });
}
