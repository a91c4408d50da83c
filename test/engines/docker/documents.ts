import fc from 'fast-check';

/** Docker's own list entry and inspection of one container, as dockerd 27 tells them. */
interface DockerDocuments {
  readonly entry: object;
  readonly inspection: object;
}

/** The container binds `port`, and carries `labels`. */
export function documentsOf(name: string, port: number, labels: Record<string, string> = {}): DockerDocuments {
  const Id = Buffer.from(name).toString('hex').padEnd(64, '0');
  return {
    entry: {
      Id,
      Names: [`/${name}`],
      Image: 'demo/busybox:1',
      Created: 1_700_000_000,
      State: 'running',
      Status: 'Up 2 minutes',
      Labels: labels,
      Ports: [
        { IP: '0.0.0.0', PrivatePort: 80, PublicPort: port, Type: 'tcp' },
        { PrivatePort: 443, Type: 'tcp' },
      ],
    },
    inspection: {
      Id,
      Name: `/${name}`,
      State: { Status: 'running', Running: true, Restarting: false, ExitCode: 0, Health: { Status: 'healthy' } },
      RestartCount: 0,
      Config: { Hostname: name, Domainname: '', Env: ['A=b'], Cmd: ['x'], Entrypoint: ['y'], Volumes: { '/data': {} } },
      HostConfig: {
        NetworkMode: 'default',
        PortBindings: { '80/tcp': [{ HostIp: '', HostPort: String(port) }] },
        RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 1 },
        Binds: ['/a:/b'],
        Memory: 2 ** 26,
        NanoCpus: 5e8,
        CpuQuota: 0,
        CpuPeriod: 0,
      },
      NetworkSettings: { Ports: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: String(port) }], '443/tcp': null } },
    },
  };
}

const stranger = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom('localhost', '[::]', '::1', '8000-8010', '65536', 'a\u0000\u001b[2J\nb', 'x'.repeat(10_000)),
  fc.constantFrom(-1, 0.5, 1e308, 65_536, Number.MIN_SAFE_INTEGER, 2 ** 63),
);

/** The same document with any one of its fields, at any depth, or all of it, replaced by any JSON value. */
export function strange(document: object): fc.Arbitrary<unknown> {
  const paths = [[], ...pathsIn(document)];
  return fc.tuple(fc.constantFrom(...paths), stranger).map(([path, value]) => replaced(document, path, value));
}

function pathsIn(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => [[key], ...pathsIn(part).map((path) => [key, ...path])]);
}

function replaced(whole: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const part = (whole as Record<string, unknown>)[key];
  const other = replaced(part, rest, value);
  return Array.isArray(whole)
    ? whole.map((each, index) => (String(index) === key ? other : each))
    : { ...(whole as object), [key]: other };
}
