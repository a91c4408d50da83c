import test from 'ava';
import fc from 'fast-check';
import { checkBody } from '../../../../src/engines/docker/policy/check-body.ts';
import type { PolicyRules } from '../../../../src/model/policy.ts';
import { hostConfigFields } from '../../../../src/model/runtime-options.ts';

const rules: PolicyRules = { bind_mounts: ['/srv/team', '/srv/shared:ro'], registries: ['registry.example/team'] };
const Image = 'registry.example/team/web:1';

const refusedOf = (body: object, of: PolicyRules = rules) =>
  checkBody(of, body).map(({ rule, path }) => `${rule} ${path}`);

/** Bodies as somebody might bring them to an engine, whatever the API in front of it refuses already. */
const bodies: Readonly<Record<string, readonly [body: object, refused: string]>> = {
  'HostConfig in other letters': [{ hostconfig: { Privileged: true } }, 'docker_fields hostconfig'],
  'a field of it in other letters': [{ HostConfig: { privileged: true } }, 'docker_fields HostConfig.privileged'],
  'letters that Go folds': [{ HostConfig: { 'Bind\u017f': ['/:/x'] } }, 'docker_fields HostConfig.Bind?'],
  'a field beside its exact spelling': [
    { HostConfig: { NetworkMode: 'bridge', NETWORKMODE: 'host' } },
    'docker_fields HostConfig.NETWORKMODE',
  ],
  'HostConfig that is a list': [{ HostConfig: [{ Privileged: true }] }, 'docker_fields HostConfig'],
  'a privileged that is a text': [{ HostConfig: { Privileged: 'true' } }, 'privileged HostConfig.Privileged'],
  'binds that are a text': [{ HostConfig: { Binds: '/:/x' } }, 'bind_mounts HostConfig.Binds'],
  'a bind with a fourth part': [{ HostConfig: { Binds: ['/srv/team:/x:rw:z'] } }, 'bind_mounts HostConfig.Binds[0]'],
  'a bind without a target': [{ HostConfig: { Binds: ['/etc'] } }, 'bind_mounts HostConfig.Binds[0]'],
  'a relative bind': [{ HostConfig: { Binds: ['../etc:/x'] } }, 'bind_mounts HostConfig.Binds[0]'],
  'a mode in other letters': [{ HostConfig: { Binds: ['/srv/shared:/x:RO'] } }, 'bind_mounts HostConfig.Binds[0]'],
  'a path that ends in a slash': [{ HostConfig: { Binds: ['/srv/team/:/x'] } }, 'bind_mounts HostConfig.Binds[0]'],
  'a mount of a type in other letters': [
    { HostConfig: { Mounts: [{ Type: 'Bind', Source: '/', Target: '/x' }] } },
    'bind_mounts HostConfig.Mounts[0]',
  ],
  'a mount with a second source': [
    { HostConfig: { Mounts: [{ Type: 'bind', Source: '/srv/team', source: '/', Target: '/x' }] } },
    'docker_fields HostConfig.Mounts[0].source',
  ],
  'a mount that makes its folder': [
    { HostConfig: { Mounts: [{ Type: 'bind', Source: '/srv/team', BindOptions: { CreateMountpoint: true } }] } },
    'docker_fields HostConfig.Mounts[0].BindOptions.CreateMountpoint',
  ],
  'a mount for reading alone that is not': [
    { HostConfig: { Mounts: [{ Type: 'bind', Source: '/srv/shared/x', ReadOnly: 'true' }] } },
    'bind_mounts HostConfig.Mounts[0]',
  ],
  'a volume mount of a path': [
    { HostConfig: { Mounts: [{ Type: 'volume', Source: '/etc', Target: '/x' }] } },
    'bind_mounts HostConfig.Mounts[0]',
  ],
  'a tmpfs of a path': [
    { HostConfig: { Mounts: [{ Type: 'tmpfs', Source: '/etc', Target: '/x' }] } },
    'bind_mounts HostConfig.Mounts[0]',
  ],
  'a mount of an image': [
    { HostConfig: { Mounts: [{ Type: 'image', Source: 'x', Target: '/x' }] } },
    'registries HostConfig.Mounts[0].Source',
  ],
  'a volume that is made of a path': [withVolume({ type: 'none', o: 'bind', device: '/' }), ofVolume('bind_mounts')],
  'a tmpfs that is a bind': [withVolume({ type: 'tmpfs', o: 'size=1m,bind', device: '/' }), ofVolume('bind_mounts')],
  'a volume that is rbind': [withVolume({ type: 'none', o: 'rbind,ro', device: '/etc' }), ofVolume('bind_mounts')],
  'a volume that is a disk': [withVolume({ type: 'ext4', device: '/dev/sda1' }), ofVolume('volume_types')],
  'a volume that is an overlay': [
    withVolume({ type: 'overlay', device: 'overlay', o: 'lowerdir=/,upperdir=/tmp/u,workdir=/tmp/w' }),
    ofVolume('volume_types'),
  ],
  'a volume of NFS': [withVolume({ type: 'nfs', o: 'addr=10.0.0.1', device: ':/x' }), ofVolume('volume_types')],
  'a volume that is moved': [withVolume({ type: 'none', o: 'move', device: '/' }), ofVolume('volume_types')],
  'a volume with a word of its own': [withVolume({ Type: 'none' }), ofVolume('volume_types')],
  'a mount point that is a bind': [{ Volumes: { '/etc:/x': {} } }, 'bind_mounts Volumes./etc:/x'],
  'the network of the host as an endpoint': [
    { NetworkingConfig: { EndpointsConfig: { host: {} } } },
    'host_namespaces NetworkingConfig.EndpointsConfig.host',
  ],
  'links of an endpoint': [
    { NetworkingConfig: { EndpointsConfig: { web: { Links: ['db:db'] } } } },
    'other_containers NetworkingConfig.EndpointsConfig.web.Links[0]',
  ],
  'a network namespace by its path': [
    { HostConfig: { NetworkMode: 'ns:/proc/1/ns/net' } },
    'host_namespaces HostConfig.NetworkMode',
  ],
  'an old way to share cgroups': [{ HostConfig: { Cgroup: 'container:db' } }, 'docker_fields HostConfig.Cgroup'],
  'a file for the id': [{ HostConfig: { ContainerIDFile: '/etc/x' } }, 'docker_fields HostConfig.ContainerIDFile'],
  'devices of a driver of their own': [
    { HostConfig: { DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ['vendor.com/class=all'] }] } },
    'devices HostConfig.DeviceRequests[0].DeviceIDs[0]',
  ],
  'a driver of GPUs that is another one': [
    { HostConfig: { DeviceRequests: [{ Driver: 'x', DeviceIDs: ['vendor.com/class=all'] }] } },
    'gpus HostConfig.DeviceRequests[0]',
  ],
  'GPUs by a variable': [{ Env: ['A=1', 'NVIDIA_VISIBLE_DEVICES=all'] }, 'gpus Env[1]'],
  'GPUs by a variable beside their runtime': [
    { Env: ['NVIDIA_VISIBLE_DEVICES=0'], HostConfig: { Runtime: 'nvidia' } },
    'gpus Env[0]',
  ],
  'GPUs of another maker by a variable': [{ Env: ['AMD_VISIBLE_DEVICES=0'] }, 'gpus Env[0]'],
  'mounts that stay writable beneath one that is not': [
    {
      HostConfig: {
        Mounts: [{ Type: 'bind', Source: '/srv/shared', ReadOnly: true, BindOptions: { ReadOnlyNonRecursive: true } }],
      },
    },
    'docker_fields HostConfig.Mounts[0].BindOptions.ReadOnlyNonRecursive',
  ],
  'a tmpfs with an option that makes a bind of it': [
    { HostConfig: { Mounts: [{ Type: 'tmpfs', Target: '/x', TmpfsOptions: { Options: [['bind']] } }] } },
    'bind_mounts HostConfig.Mounts[0].TmpfsOptions.Options',
  ],
  'privileges that come back': [
    { HostConfig: { SecurityOpt: ['no-new-privileges:false'] } },
    'security_opt HostConfig.SecurityOpt[0]',
  ],
  'an image of a registry that begins alike': [{ Image: 'registry.example/teams/web' }, 'registries Image'],
  'an image of Docker Hub': [{ Image: 'redis' }, 'registries Image'],
  'a key that is a prototype': [JSON.parse('{"__proto__": {"x": 1}}'), 'docker_fields __proto__'],
  'a key of every object': [{ constructor: 'x' }, 'docker_fields constructor'],
};

function withVolume(Options: object): object {
  const VolumeOptions = { DriverConfig: { Options } };
  return { HostConfig: { Mounts: [{ Type: 'volume', Source: 'data', Target: '/x', VolumeOptions }] } };
}

function ofVolume(rule: string): string {
  return `${rule} HostConfig.Mounts[0].VolumeOptions.DriverConfig`;
}

for (const [title, [body, refused]] of Object.entries(bodies)) {
  test(`refused: ${title}`, (t) => t.true(refusedOf({ Image, ...body }).includes(refused), String(refusedOf(body))));
}

test('an own key named __proto__ is checked', (t) => {
  const body = Object.defineProperty({ Image }, '__proto__', { value: {}, enumerable: true });
  t.deepEqual(refusedOf(body), ['docker_fields __proto__']);
});

test('default settings are allowed', (t) => {
  const HostConfig = {
    ...{ Binds: ['/srv/team:/a', '/srv/shared:/b:ro', '/srv/shared/x/y:/c:ro,z', 'data:/d:rw'], Privileged: false },
    ...{
      NetworkMode: 'web',
      IpcMode: 'private',
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      VolumeDriver: '',
    },
    ...{
      Memory: 1,
      PortBindings: { '80/tcp': [{ HostPort: '80' }] },
      LogConfig: { Type: '', Config: {} },
      Runtime: null,
    },
    Mounts: [
      { Type: 'tmpfs', Source: '', Target: '/t', TmpfsOptions: { SizeBytes: 1, Options: [['noexec'], ['uid', '5']] } },
      { Type: 'image', Source: 'registry.example/team/data:1', Target: '/i', ImageOptions: { Subpath: 'in' } },
      { Type: 'volume', Source: 'data', Target: '/s', VolumeOptions: { Subpath: 'in' } },
    ],
  };
  const Env = ['NVIDIA_VISIBLE_DEVICES=void', 'CUDA_VISIBLE_DEVICES=0', 'PATH=/bin'];
  t.deepEqual(
    refusedOf({ Image, HostConfig, Env, Volumes: { '/v': {} }, Entrypoint: undefined, Escape: undefined }),
    [],
  );
});

test('everything that a policy names is allowed', (t) => {
  const generous: PolicyRules = {
    ...{
      privileged: true,
      host_namespaces: ['network', 'pid', 'ipc', 'uts', 'user', 'cgroup'],
      other_containers: true,
    },
    ...{ bind_mounts: ['/:ro'], volume_drivers: ['local', 'sshfs'], volume_types: ['nfs'], capabilities: ['ALL'] },
    ...{ devices: ['/dev/fuse'], gpus: true, device_cgroup_rules: ['c 1:3 r'], security_opt: ['seccomp=unconfined'] },
    ...{ sysctls: ['net.core.somaxconn'], runtimes: ['runsc'], cgroup_parents: ['/team'], log_drivers: ['syslog'] },
    ...{ log_options: ['syslog-address'], docker_fields: ['HostConfig.BlkioWeight', 'HostConfig.OomScoreAdj'] },
  };
  const HostConfig = {
    ...{ Privileged: true, NetworkMode: 'host', PidMode: 'host', IpcMode: 'container:x', UTSMode: 'host' },
    ...{ UsernsMode: 'host', CgroupnsMode: 'host', VolumesFrom: ['x'], Links: ['x:y'], Binds: ['/etc:/etc:ro'] },
    ...{ VolumeDriver: 'sshfs', CapAdd: ['CAP_SYS_ADMIN'], Devices: [{ PathOnHost: '/dev/fuse' }] },
    ...{ DeviceRequests: [{ Count: -1, Capabilities: [['gpu']] }], DeviceCgroupRules: ['c 1:3 r'] },
    ...{ SecurityOpt: ['seccomp=unconfined'], Sysctls: { 'net.core.somaxconn': '1' }, Runtime: 'runsc' },
    ...{ CgroupParent: '/team', LogConfig: { Type: 'syslog', Config: { 'syslog-address': 'udp://x' } } },
    ...{ BlkioWeight: 10, OomScoreAdj: -1 },
    Mounts: [
      { Type: 'volume', Source: 'data', VolumeOptions: { DriverConfig: { Options: { type: 'nfs', device: ':/x' } } } },
    ],
  };
  t.deepEqual(refusedOf({ Image: 'any', HostConfig }, generous), []);
});

test('no value throws, and other spellings of fields are refused', (t) => {
  const fields = fc.constantFrom(...Object.keys(hostConfigFields), 'VolumeDriver', 'CgroupnsMode');
  const values = fc.dictionary(fields, fc.jsonValue(), { maxKeys: 5 });
  fc.assert(
    fc.property(values, fields, fc.infiniteStream(fc.boolean()), (host, field, flips) => {
      const letters = [...field].map((letter) => (flips.next().value ? swapped(letter) : letter));
      const other = letters.join('');
      fc.pre(other !== field);
      t.true(refusedOf({ Image, HostConfig: { ...host, [other]: true } }).length > 0);
      t.true(refusedOf({ Image, HostConfig: { [other]: true } }).includes(`docker_fields HostConfig.${other}`));
    }),
  );
});

function swapped(letter: string): string {
  return letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase();
}
