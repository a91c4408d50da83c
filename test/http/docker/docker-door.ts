import type { Server } from '@hapi/hapi';
import type { ExecutionContext } from 'ava';
import type { DockerSettings } from '../../../src/model/doors.ts';
import type { ClusterOptions, TestCluster } from '../../fixtures/harness.ts';
import { type Call, openDoor, serveOther } from '../open-door.ts';

/** The body that docker's own client sends for `docker run -d IMAGE sleep 1d`, as far as it says something. */
export const sleeper = {
  ...{ Hostname: '', AttachStdin: false, AttachStdout: true, AttachStderr: true, Tty: false, OpenStdin: false },
  ...{
    Env: null,
    Cmd: ['sleep', '1d'],
    Image: 'demo/busybox:1',
    Volumes: {},
    Entrypoint: null,
    OnBuild: null,
    Labels: {},
  },
  HostConfig: {
    ...{
      Binds: null,
      LogConfig: { Type: '', Config: {} },
      NetworkMode: 'default',
      PortBindings: {},
      ConsoleSize: [0, 0],
    },
    ...{ RestartPolicy: { Name: 'no', MaximumRetryCount: 0 }, AutoRemove: false, MemorySwappiness: -1 },
    ...{ OomKillDisable: false, PidsLimit: 0, MaskedPaths: null, ReadonlyPaths: null, CapAdd: null },
  },
  NetworkingConfig: {
    EndpointsConfig: { default: { IPAMConfig: null, Links: null, Aliases: null, MacAddress: '', DriverOpts: null } },
  },
};

export function engineOf({ engines }: Pick<TestCluster, 'engines'>, id: string) {
  const engine = engines.find((each) => each.id === id);
  if (!engine) throw new Error(`no engine ${id}`);
  return engine;
}

export interface DockerDoor {
  readonly cluster: TestCluster;
  readonly server: Server;
  /** Through Docker's API. */
  readonly docker: Call;
  /** Through /apiv1. */
  readonly call: Call;
  /** The id of a container that was created, and not started. */
  create(body?: object, query?: string): Promise<string>;
}

export async function openDocker(
  t: ExecutionContext,
  options: ClusterOptions = { engines: 2 },
  settings: Omit<DockerSettings, 'listen'> = {},
): Promise<DockerDoor> {
  const { cluster, call } = await openDoor(t, options);
  const { server, call: docker } = await serveOther(cluster, 'docker', settings);
  t.teardown(() => server.stop({ timeout: 0 }));
  const create = async (body: object = {}, query = '') => {
    const answer = await docker('POST', `/v1.41/containers/create${query}`, { ...sleeper, ...body });
    t.is(answer.status, 201, JSON.stringify(answer.body));
    return answer.body.Id as string;
  };
  return { cluster, server, docker, call, create };
}
