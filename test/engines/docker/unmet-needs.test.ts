import test from 'ava';
import { minorOf, refuseUnmetNeeds } from '../../../src/engines/docker/unmet-needs.ts';

const withMac = { NetworkingConfig: { EndpointsConfig: { back: { MacAddress: '02:42:ac:11:00:02' } } } };

test('a body for a newer Docker is not sent, and the field is named', (t) => {
  t.throws(() => refuseUnmetNeeds(withMac, 43), {
    code: 'engine_lacks',
    message: /MacAddress needs Docker API 1\.44 \(Docker 25\)/,
  });
  t.notThrows(() => refuseUnmetNeeds(withMac, 44));
});

test('a body for an older Docker is not sent', (t) => {
  const body = { HostConfig: { KernelMemory: 4_194_304 } };
  t.notThrows(() => refuseUnmetNeeds(body, 41));
  t.throws(() => refuseUnmetNeeds(body, 45), { code: 'engine_lacks', message: /KernelMemory/ });
});

test('fields that every Docker supports are always sent', (t) => {
  t.notThrows(() => refuseUnmetNeeds({ Image: 'busybox', HostConfig: { Memory: 1 } }, minorOf('1.24')));
});
