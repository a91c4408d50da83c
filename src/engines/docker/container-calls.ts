import type Docker from 'dockerode';
import type { ContainerCheck, ContainerDetail, ProcessList } from '../../model/container.ts';
import type { UsageSample } from '../../model/container-usage.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { Policy } from '../../model/policy.ts';
import type { ContainerSpec, RemoveOptions, StopOptions } from '../engine-client.ts';
import { toContainerCheck } from './check.ts';
import { toContainerDetail } from './detail.ts';
import { containerOf } from './engine-caller.ts';
import { EngineHttpError, InvalidResponse } from './failures.ts';
import { joinOthers, toAllNetworks } from './networking.ts';
import { optionalField } from './optional-field.ts';
import { enforcePolicy } from './policy/enforce-policy.ts';
import { toProcessList } from './processes.ts';
import { refuseSecretsFolders, withSecretsFolder } from './secrets-folder.ts';
import { containerIdOf, fieldsOf } from './shape.ts';
import { toDockerSpec } from './spec.ts';
import { stopSecondsIn } from './stop-time.ts';
import { DockerSwarm } from './swarm-calls.ts';
import { minorOf, refuseUnmetNeeds } from './unmet-needs.ts';
import { toUsageSample } from './usage.ts';

/** Calls about single containers. */
export abstract class DockerContainers extends DockerSwarm {
  inspectContainer(id: string): Promise<ContainerDetail> {
    return this.ask('inspectContainer', {
      limitMs: this.deadlines.listMs,
      subject: id,
      run: async (docker) => {
        const detail = toContainerDetail(await containerOf(docker, id).inspect());
        // A caller that passes a full id caches the answer under it.
        if (id.length === detail.id.length && id !== detail.id)
          throw new InvalidResponse(`it is of container ${detail.id}`);
        return detail;
      },
    });
  }

  async createContainer(spec: ContainerSpec): Promise<string> {
    const body = toDockerSpec(spec);
    await enforcePolicy(this, spec, body);
    await refuseSecretsFolders(this, body);
    return await this.call('createContainer', {
      limitMs: this.deadlines.createMs,
      subject: `${spec.name} of image ${spec.image.name}`,
      run: async (docker, { signal }, connection) => {
        refuseUnmetNeeds({ ...body, ...toAllNetworks(spec.image) }, minorOf(await connection.version(signal)));
        const { id: answered } = await docker.createContainer(withSecretsFolder(body, spec.image));
        const id = containerIdOf(answered, 'Id');
        await joinOthers(docker, id, spec.image);
        return id;
      },
    });
  }

  async enforcePolicy(policy: Policy, image: ImageConfig): Promise<void> {
    await enforcePolicy(this, { image, policy }, toDockerSpec({ image, name: '', labels: {}, maximumCpus: 1 }));
  }

  startContainer(id: string): Promise<void> {
    return this.call('startContainer', {
      limitMs: this.deadlines.startMs,
      subject: id,
      run: async (docker) => {
        await containerOf(docker, id).start().catch(ignoreDone);
      },
    });
  }

  async stopContainer(id: string, { timeoutSeconds }: StopOptions = {}): Promise<void> {
    const seconds = timeoutSeconds ?? (await this.#stopSeconds('stopContainer', id));
    return await this.call('stopContainer', {
      limitMs: this.deadlines.removeMs + seconds * 1000,
      subject: id,
      run: async (docker) => {
        await containerOf(docker, id).stop(stopQuery(timeoutSeconds)).catch(ignoreDone);
        await untilListed(docker, id);
      },
    });
  }

  async restartContainer(id: string, { timeoutSeconds }: StopOptions = {}): Promise<void> {
    const seconds = timeoutSeconds ?? (await this.#stopSeconds('restartContainer', id));
    return await this.call('restartContainer', {
      limitMs: this.deadlines.startMs + seconds * 1000,
      subject: id,
      run: async (docker) => {
        await containerOf(docker, id).restart(stopQuery(timeoutSeconds));
      },
    });
  }

  #stopSeconds(call: 'stopContainer' | 'restartContainer', id: string): Promise<number> {
    return this.call(call, {
      limitMs: this.deadlines.listMs,
      subject: id,
      run: async (docker) => stopSecondsIn(await containerOf(docker, id).inspect()),
    });
  }

  killContainer(id: string, signal?: string): Promise<void> {
    return this.call('killContainer', {
      limitMs: this.deadlines.removeMs,
      subject: id,
      run: async (docker) => {
        await containerOf(docker, id).kill(signal === undefined ? {} : { signal });
        await untilListed(docker, id);
      },
    });
  }

  pauseContainer(id: string): Promise<void> {
    return this.call('pauseContainer', {
      limitMs: this.deadlines.removeMs,
      subject: id,
      run: async (docker) => {
        await containerOf(docker, id)
          .pause()
          .catch(ignoreMessage(/already paused/i));
      },
    });
  }

  unpauseContainer(id: string): Promise<void> {
    return this.call('unpauseContainer', {
      limitMs: this.deadlines.removeMs,
      subject: id,
      run: async (docker) => {
        await containerOf(docker, id)
          .unpause()
          .catch(ignoreMessage(/is not paused/i));
      },
    });
  }

  listProcesses(id: string, psArgs?: string): Promise<ProcessList> {
    return this.ask('listProcesses', {
      limitMs: this.deadlines.listMs,
      subject: id,
      run: async (docker) => toProcessList(await containerOf(docker, id).top(optionalField('ps_args', psArgs))),
    });
  }

  sampleUsage(id: string): Promise<UsageSample> {
    return this.ask('sampleUsage', {
      limitMs: this.deadlines.listMs,
      subject: id,
      run: async (docker) => {
        const options = { stream: false, 'one-shot': true } as const;
        return toUsageSample(await containerOf(docker, id).stats(options));
      },
    });
  }

  checkContainer(id: string): Promise<ContainerCheck> {
    return this.ask('checkContainer', {
      limitMs: this.deadlines.listMs,
      subject: id,
      run: async (docker) => toContainerCheck(await containerOf(docker, id).inspect()),
    });
  }

  inspectDocument(id: string): Promise<unknown> {
    return this.ask('inspectDocument', {
      limitMs: this.deadlines.listMs,
      subject: id,
      run: async (docker) => fieldsOf(await containerOf(docker, id).inspect(), 'the answer'),
    });
  }

  removeContainer(id: string, { unlessRunning = false, keepsVolumes = false }: RemoveOptions = {}): Promise<void> {
    return this.call('removeContainer', {
      limitMs: this.deadlines.removeMs,
      subject: id,
      run: async (docker) => {
        await containerOf(docker, id).remove({ force: !unlessRunning, v: !keepsVolumes });
      },
    });
  }
}

/**
 * Docker 25 and later say that a container has ended before their list tells it. An inspection waits until both is done.
 */
async function untilListed(docker: Docker, id: string): Promise<void> {
  // It may be gone by itself, and it has ended whatever this answers.
  await containerOf(docker, id)
    .inspect()
    .catch(() => undefined);
}

/** Status 304: it already has the desired state. */
function ignoreDone(error: unknown): void {
  if (!(error instanceof EngineHttpError && error.status === 304)) throw error;
}

/** Already having the desired state is not an error. */
function ignoreMessage(done: RegExp) {
  return (error: unknown): void => {
    if (!(error instanceof EngineHttpError && done.test(error.message))) throw error;
  };
}

function stopQuery(timeoutSeconds: number | undefined): { t?: number } {
  return timeoutSeconds === undefined ? {} : { t: timeoutSeconds };
}
