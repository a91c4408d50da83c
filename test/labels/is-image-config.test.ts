import test from 'ava';
import { toDockerSpec } from '../../src/engines/docker/spec.ts';
import { isImageConfig } from '../../src/labels/is-image-config.ts';

const image = { name: 'demo/busybox:1', type: 'label', restart_policy: {} };
const ofTmpfs = (more: object) => ({ mounts: [{ type: 'tmpfs', target: '/run', ...more }] });
const ofVolume = (more: object) => ({ mounts: [{ type: 'volume', target: '/data', ...more }] });

for (const [what, fields] of [
  ['a tmpfs with its options', ofTmpfs({ size: 64, tmpfs_mode: '1770', tmpfs_options: ['noexec', 'uid=1000'] })],
  ['a volume with its options', ofVolume({ source: 'a', nocopy: true, volume_opts: { o: 'ro' }, subpath: 'b' })],
  ['requests for devices', { docker: { HostConfig: { DeviceRequests: [{ Driver: 'nvidia' }] } } }],
  [
    'GPUs by their driver',
    { gpus: { driver: 'nvidia', device_ids: ['a'], capabilities: ['gpu'], options: { a: 'b' } } },
  ],
] as const) {
  test(`valid in a label: ${what}`, (t) => {
    const config = { ...image, ...fields };
    t.true(isImageConfig(config));
    if (isImageConfig(config))
      t.notThrows(() => toDockerSpec({ image: config, name: 'web', labels: {}, maximumCpus: 1 }));
  });
}

for (const [what, fields] of [
  ['options of a tmpfs that are a text', ofTmpfs({ tmpfs_options: 'noexec' })],
  ['an option of a tmpfs that is none', ofTmpfs({ tmpfs_options: [1] })],
  ['a mode of a tmpfs that is a number', ofTmpfs({ tmpfs_mode: 1770 })],
  ['a size of a tmpfs that is a text', ofTmpfs({ size: '64' })],
  ['options of a volume that are a list', ofVolume({ volume_opts: ['o'] })],
  ['labels of a volume that are numbers', ofVolume({ volume_labels: { a: 1 } })],
  ['a path in a volume that is none', ofVolume({ subpath: {} })],
  ['requests for devices that are no list', { docker: { HostConfig: { DeviceRequests: 5 } } }],
  ['a request for devices that is none', { docker: { HostConfig: { DeviceRequests: ['all'] } } }],
  ['a host config that is none', { docker: { HostConfig: 'all' } }],
  ['GPUs whose ids are a text', { gpus: { device_ids: 'a' } }],
] as const) {
  test(`invalid in a label: ${what}`, (t) => t.false(isImageConfig({ ...image, ...fields })));
}
