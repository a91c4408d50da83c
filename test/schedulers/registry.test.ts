import test from 'ava';
import { buildRegistry } from '../../schedulers/index.ts';
import type { Scheduler } from '../../src/model/scheduler.ts';

const gpu: Scheduler = { name: 'gpu', description: 'the engine has a GPU', prepare: () => undefined };
const namesOf = (type: string, ...setup: Parameters<typeof buildRegistry>) =>
  buildRegistry(...setup)
    .types.get(type)
    ?.map(({ name }) => name);

test('service is citadel’s name for label', (t) => {
  t.deepEqual(namesOf('service'), ['label']);
});

test('multi is label, unique and port', (t) => {
  t.deepEqual(namesOf('multi'), ['label', 'unique', 'port']);
});

test('constraints, the API version, resources, ports, names and spreading apply to every type', (t) => {
  t.deepEqual(
    buildRegistry().defaultPlugins.map(({ name }) => name),
    ['constraint', 'docker-api', 'resources', 'counted', 'port', 'identity', 'spread'],
  );
});

test('a type is composed of others, without duplicate schedulers', (t) => {
  t.deepEqual(namesOf('web', { web: ['multi', 'port', 'host'] }), ['label', 'unique', 'port', 'host']);
});

test('a plug-in is a type, and can be part of one', (t) => {
  t.deepEqual(namesOf('gpu', {}, [gpu]), ['gpu']);
  t.deepEqual(namesOf('ml', { ml: ['gpu', 'label'] }, [gpu]), ['gpu', 'label']);
});

test('an unknown part is refused by name, with a list of known ones', (t) => {
  t.throws(() => buildRegistry({ web: ['lable'] }), {
    code: 'invalid',
    message: 'type web: no scheduler lable; there are label, service, host, port, image, unique, multi',
  });
});

test('a taken name is refused', (t) => {
  t.throws(() => buildRegistry({ multi: ['label'] }), { message: 'there is a scheduler type multi already' });
  t.throws(() => buildRegistry({}, [{ ...gpu, name: 'port' }]), { message: 'there is a scheduler type port already' });
});
