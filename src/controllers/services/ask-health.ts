import { request } from 'node:http';
import { connect } from 'node:net';
import type { PortBinding } from '../../model/image-config.ts';
import type { HealthCheck } from '../../model/service.ts';
import { hostPorts, type RequestedPorts } from '../../state/containers/host-ports.ts';

/** Probes the health of a replica. Returns what is wrong, or undefined if it is healthy. */
export async function askHealth(
  host: string,
  ports: readonly Required<PortBinding>[],
  { health, image }: RequestedPorts & { readonly health: HealthCheck },
): Promise<string | undefined> {
  const bound = (hostPorts({ image, health }) ?? ports).find(
    ({ proto, container_port }) => proto === 'tcp' && container_port === health.port,
  );
  if (!bound) return `its port ${health.port} is not published: add it to bind_ports`;
  const address = { host, port: bound.port };
  const timeoutMs = health.timeout * 1000;
  return health.type === 'tcp' ? await askTcp(address, timeoutMs) : await askHttp(address, health.path, timeoutMs);
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Whether nobody listens there yet. Any other failure says nothing about that. */
export async function isRefused(address: Address, timeoutMs: number): Promise<boolean> {
  return (await askTcp(address, timeoutMs))?.endsWith('ECONNREFUSED') ?? false;
}

function askTcp(address: Address, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const end = (wrong?: string) => {
      socket.destroy();
      resolve(wrong && `no connection to ${address.host}:${address.port}: ${wrong}`);
    };
    socket.setTimeout(timeoutMs, () => end('timed out'));
    socket.once('connect', () => end());
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

function askHttp({ host, port }: Address, path: string, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const end = (wrong?: string) => {
      clearTimeout(timer);
      resolve(wrong && `http://${host}:${port}${path} ${wrong}`);
    };
    const asked = request({ host, port, path, agent: false, timeout: timeoutMs }, (response) => {
      const status = response.statusCode ?? 0;
      end(status >= 200 && status < 400 ? undefined : `answers ${status}`);
      // The body is not needed, and may be endless.
      asked.destroy();
    });
    // Limits the whole request: a socket timeout limits only each idle period.
    const timer = setTimeout(() => asked.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })), timeoutMs);
    asked.once('error', (error: NodeJS.ErrnoException) => end(`does not answer: ${error.code ?? error.message}`));
    asked.end();
  });
}
