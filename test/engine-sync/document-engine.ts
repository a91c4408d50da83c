import { toContainerDetail } from '../../src/engines/docker/detail.ts';
import { toContainerList } from '../../src/engines/docker/summary.ts';
import type { ContainerList, ListFilter } from '../../src/engines/engine-client.ts';
import type { ContainerDetail, ContainerSummary } from '../../src/model/container.ts';
import { SatsumaError } from '../../src/model/errors.ts';
import { FakeEngine } from '../engines/fake-engine.ts';

/** A fake engine whose answers go through Docker's own documents, which the test may change on the way. */
export class DocumentEngine extends FakeEngine {
  /** Of the entry of a list; undefined: the entry is as it was. */
  changeEntry: (id: string, entry: object) => unknown = (_, entry) => entry;
  changeInspection: (id: string, inspection: object) => unknown = (_, inspection) => inspection;
  /** Ids of containers that keep their inspections waiting until the deadline. */
  readonly hanging = new Set<string>();
  deadlineMs = 50;
  /** Entries that are listed before the others. */
  rest: readonly object[] = [];

  override async listContainers(filter: ListFilter = {}): Promise<ContainerList> {
    const listed = await super.listContainers(filter);
    return toContainerList([...this.rest, ...listed.map((each) => this.changeEntry(each.id, entryOf(each)))]);
  }

  override async inspectContainer(id: string): Promise<ContainerDetail> {
    const detail = await super.inspectContainer(id);
    if (this.hanging.has(id)) {
      await new Promise((resolve) => setTimeout(resolve, this.deadlineMs));
      throw new SatsumaError('engine_timeout', `container ${id} keeps its inspection waiting`);
    }
    try {
      return toContainerDetail(this.changeInspection(id, inspectionOf(detail)));
    } catch (error) {
      throw new SatsumaError('engine_refused', 'an answer that makes no sense', { cause: error });
    }
  }
}

function entryOf({ id, name, imageName, state, labels, ports, createdAt }: ContainerSummary): object {
  return {
    ...{ Id: id, Names: [`/${name}`], Image: imageName, State: state, Labels: labels },
    Created: Math.floor(Date.parse(createdAt) / 1000),
    Ports: ports.map(({ proto, host_ip, port, container_port }) => {
      return { IP: host_ip, PrivatePort: container_port, PublicPort: port, Type: proto };
    }),
  };
}

function inspectionOf({ id, cpus, memory, hostname }: ContainerDetail): object {
  return {
    Id: id,
    Config: { Hostname: hostname, Env: [] },
    HostConfig: { NanoCpus: cpus * 1e9, Memory: memory * 2 ** 20, PortBindings: {} },
    NetworkSettings: { Ports: {} },
  };
}
