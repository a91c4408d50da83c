import test from 'ava';
import { hideValues } from '../../src/http/hide-values.ts';
import { openAs, openDoor } from './open-door.ts';

test('whoever may not reveal sees no options of drivers of logs and volumes, which may hold passwords', async (t) => {
  const { cluster } = await openDoor(t, { engines: 1 });
  const [admin, viewer] = [await openAs(cluster, 'admin'), await openAs(cluster, 'viewer')];
  const secret = 'swordfish';
  const options = { type: 'cifs', o: `username=u,password=${secret}` };
  const image = {
    ...{ name: 'demo/busybox:1', type: 'label', log_driver: 'splunk', log_options: { 'splunk-token': secret } },
    mounts: [{ type: 'volume', source: 'share', target: '/share', volume_driver: 'local', volume_opts: options }],
  };
  t.is((await admin('POST', '/apiv1/container', { ...image, container_name: 'web' })).status, 201);
  t.is((await admin('POST', '/apiv1/service', { name: 'svc', replicas: 0, image })).status, 201);
  t.is((await admin('POST', '/apiv1/job', { name: 'job', schedule: '0 3 * * *', image })).status, 201);
  t.is((await admin('POST', '/apiv1/image', { name: 'saved', image })).status, 201);
  t.is((await admin('POST', '/apiv1/volume', { engine: 'a', name: 'data', options })).status, 201);
  const paths = ['containers', 'container/web', 'engine/a/containers', 'services', 'service/svc', 'jobs', 'job/job'];
  for (const path of [...paths, 'images', 'image/saved', 'volumes', 'volume/a/data']) {
    const seen = JSON.stringify((await viewer('GET', `/apiv1/${path}`)).body);
    const shown = JSON.stringify((await admin('GET', `/apiv1/${path}`)).body);
    t.false(seen.includes(secret), path);
    t.true(shown.includes(secret), path);
    t.true(seen.includes('"o":"(hidden)"'), path);
  }
});

test('the options of drivers are hidden in Docker’s words as well, and what only has such a name stays', (t) => {
  const config = { LogConfig: { Type: 'syslog', Config: { 'syslog-tls-key': 'swordfish' } } };
  const mounts = [{ VolumeOptions: { DriverConfig: { Name: 'local', Options: { o: 'swordfish' } } } }];
  const networks = { shop: { DriverOpts: { key: 'swordfish' } } };
  const hidden = JSON.stringify(hideValues({ docker: { ...config, Mounts: mounts, NetworkSettings: networks } }));
  t.false(hidden.includes('swordfish'));
  t.regex(hidden, /"Type":"syslog".*"Name":"local"/);
  const kept = { options: ['a'], dns_options: ['ndots:1'], tmpfs_options: ['noexec'], tmpfs: { '/run': 'size=64m' } };
  t.deepEqual(hideValues(kept), kept);
});
