import test from 'ava';
import { daemonJson } from '../../src/ca/daemon-json.ts';

test('the daemon listens with mutual TLS and on its own socket', (t) => {
  const files = { ca: '/etc/docker/tls/ca.pem', cert: '/etc/docker/tls/cert.pem', key: '/etc/docker/tls/key.pem' };
  t.deepEqual(JSON.parse(daemonJson(files)), {
    tlsverify: true,
    tlscacert: '/etc/docker/tls/ca.pem',
    tlscert: '/etc/docker/tls/cert.pem',
    tlskey: '/etc/docker/tls/key.pem',
    hosts: ['tcp://0.0.0.0:2376', 'unix:///var/run/docker.sock'],
  });
});
