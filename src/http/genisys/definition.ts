import type { ImageConfig, PortBinding } from '../../model/image-config.ts';
import type { ServiceSpec } from '../../model/service.ts';
import { serviceDefaults, serviceImageDefaults } from '../../model/service-defaults.ts';
import { shellLine } from '../../model/shell-words.ts';

/** A parsed service definition of Genisys. */
export interface Definition {
  readonly image: string;
  readonly command?: readonly string[] | null;
  readonly environment?: Readonly<Record<string, string>> | null;
  readonly ports?: readonly PortBinding[] | null;
}

/** Replicas share engines and are spread over them. Exposed ports are published, as by the original connector. */
const plain = { ...serviceImageDefaults, restart_policy: {}, publish: true } as const;

/**
 * The image config of a definition. It replaces all fields that Genisys knows; the other fields of an existing service
 * stay, including host ports set through another API.
 */
export function imageOf(
  { image, command, environment, ports }: Definition,
  before: Omit<ImageConfig, 'name'> = plain,
): ImageConfig {
  const { args: _, environment: __, bind_ports = [], ...rest } = before;
  return {
    ...rest,
    name: image,
    ...(command && { args: command }),
    ...(environment && { environment }),
    ...(ports && { bind_ports: ports.flatMap((port) => bindingsOf(port, bind_ports)) }),
  };
}

/** A service that is only defined has no replicas: Genisys scales it later. */
export function newService(definition: Definition): ServiceSpec {
  return { ...serviceDefaults, replicas: 0, image: imageOf(definition) };
}

/** Includes every field, as the original connector does. */
export function serializeDefinition(name: string, { name: image, args, environment, bind_ports }: ImageConfig): object {
  return {
    name,
    image,
    command: args ? shellLine(args) : null,
    environment: environment ?? null,
    ports: bind_ports ? [...new Set(bind_ports.map(formatPort))] : null,
  };
}

/** Parses `8080` or `8080/udp`. The engine chooses the host port. */
export function parsePort(text: string): PortBinding | undefined {
  const { digits, proto = 'tcp' } = /^(?<digits>\d{1,5})(?:\/(?<proto>tcp|udp|sctp))?$/.exec(text)?.groups ?? {};
  const port = Number(digits);
  return port >= 1 && port <= 65_535 ? { proto: proto as PortBinding['proto'], container_port: port } : undefined;
}

function formatPort({ proto, container_port }: PortBinding): string {
  return proto === 'tcp' ? String(container_port) : `${container_port}/${proto}`;
}

function bindingsOf(port: PortBinding, before: readonly PortBinding[]): readonly PortBinding[] {
  const same = before.filter((each) => formatPort(each) === formatPort(port));
  return same.length > 0 ? same : [port];
}
