import test from 'ava';
import { cgroupParent } from '../../../example/lab/cgroups.ts';
import { daemonConfig } from '../../../example/lab/daemon.ts';
import { describeEngine } from '../../../example/lab/engine-host.ts';

test('an engine is described by exactly the fields of POST /apiv1/engine', (t) => {
  const engine = describeEngine({ name: 'demo', network: 3 }, 2);
  t.deepEqual(Object.keys(engine).sort(), ['addr', 'cpus', 'id', 'labels', 'memory']);
  t.like(engine, { id: 'demo-2', addr: 'https://10.213.3.12:2376', labels: ['lab', 'demo-2', 'even'] });
  t.true(engine.cpus >= 1);
  t.true(Number.isInteger(engine.memory) && engine.memory > 0);
});

test('a daemon asks everyone for a certificate, and lets containers outlive it', (t) => {
  t.like(daemonConfig('10.213.0.11', '/satsuma-x/1'), {
    hosts: ['unix:///var/run/docker.sock', 'tcp://10.213.0.11:2376'],
    tlsverify: true,
    'live-restore': true,
    'cgroup-parent': '/satsuma-x/1',
  });
});

test('labs in different folders have different cgroups, engines of one lab have one above them', (t) => {
  t.is(cgroupParent('/a', 1), cgroupParent('/a', 1));
  t.not(cgroupParent('/a', 1), cgroupParent('/b', 1));
  t.is(cgroupParent('/a', 2).replace(/2$/, '1'), cgroupParent('/a', 1));
  t.regex(cgroupParent('/a', 1), /^\/satsuma-[0-9a-f]{12}\/1$/);
});
