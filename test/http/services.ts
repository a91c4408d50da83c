import type { ExecutionContext } from 'ava';
import { eventually, resyncAll, startServer } from '../controllers/services/stage.ts';
import { openDoor } from './open-door.ts';

type Door = Awaited<ReturnType<typeof openDoor>>;

/** A service whose replicas count as soon as they run, without the rest of the body. */
export const steady = {
  image: { name: 'demo/busybox:1' },
  update: { monitor: 0 },
  shutdown_delay: 0,
};

/** As GET /apiv1/service/{name} tells it. */
interface Shown {
  readonly generation: number;
  readonly status: {
    readonly state: string;
    readonly ready: number;
    readonly replicas: readonly {
      readonly slot: string;
      readonly state: string;
      readonly generation: number;
      readonly engine: string;
      readonly container: string;
      readonly addresses: readonly { readonly host: string; readonly port: number }[];
    }[];
    readonly rollout: { readonly failures: number };
    readonly waiting: readonly { readonly code: string; readonly message: string; readonly failures: number }[];
  };
}

/** A door behind which somebody looks after services. */
export async function keeper(t: ExecutionContext, options: Parameters<typeof openDoor>[1]): Promise<Door> {
  const door = await openDoor(t, options);
  const { cluster } = door;
  await startServer(t, cluster);
  return {
    ...door,
    // Engines are looked at as watchers do.
    call: async (...request) => {
      await resyncAll(cluster);
      await cluster.cache.catchUp();
      return await door.call(...request);
    },
  };
}

/** Waits until the service is shown so; undefined: until there is none. */
export async function untilService(
  t: ExecutionContext,
  call: Door['call'],
  name: string,
  isSo: ((shown: Shown) => boolean) | undefined,
): Promise<Shown> {
  let shown: Shown | undefined;
  const look = async () => {
    const { status, body } = await call('GET', `/apiv1/service/${name}`);
    shown = body.data;
    return status === 404 ? isSo === undefined : (isSo?.(body.data) ?? false);
  };
  await eventually(t, look, () => shown);
  return shown as Shown;
}
