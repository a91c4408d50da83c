import test from 'ava';
import { formWith, imageConfigOf, nothing, serviceOf } from '../../web/place/placed-form.ts';

test('what was left empty is not asked for', (t) => {
  t.deepEqual(imageConfigOf({ ...nothing, image: ' busybox:1.36 ' }), { name: 'busybox:1.36', type: 'label' });
});

test('numbers, lists and ports are read as they are typed', (t) => {
  const form = { ...nothing, image: 'a', cpus: '0.5', memory: '64', command: 'sh -c  "sleep 10"', labels: 'ssd, eu' };
  t.like(imageConfigOf(form), { cpus: 0.5, memory: 64, args: ['sh', '-c', 'sleep 10'], labels: ['ssd', 'eu'] });
  t.deepEqual(imageConfigOf({ ...nothing, image: 'a', ports: '8080:80 53/udp, :443' }).bind_ports, [
    { port: 8080, container_port: 80, proto: 'tcp' },
    { container_port: 53, proto: 'udp' },
    { container_port: 443, proto: 'tcp' },
  ]);
});

test('what makes no sense is passed on, for the server to say', (t) => {
  const form = { ...nothing, image: 'a', memory: 'much', ports: 'http' };
  t.like(imageConfigOf(form), { memory: 'much', bind_ports: [{ port: 'http', container_port: 'http' }] });
});

test('an advice fills the fields that there are; the rest is asked for besides', (t) => {
  const form = { ...nothing, image: 'a', memory: '9999', labels: 'ssd' };
  const { form: next, rest } = formWith(form, { memory: 512, labels: null, constraints: ['zone==eu'] });
  t.deepEqual(next, { ...form, memory: '512', labels: '' });
  t.deepEqual(rest, { constraints: ['zone==eu'] });
});

test('a service is named as the form says, and its replicas are not', (t) => {
  const form = { ...nothing, image: 'a', name: ' web ', replicas: '2' };
  t.deepEqual(serviceOf(form, imageConfigOf(form)), { name: 'web', image: { name: 'a', type: 'label' }, replicas: 2 });
  t.like(serviceOf({ ...form, replicas: '' }, imageConfigOf(form)), { replicas: 1 });
});
