import type { LanPart } from '../model/network-plugin.ts';
import type { NamedPort } from './ports.ts';
import { suffixOf } from './ports.ts';

interface PlacedPort extends NamedPort {
  readonly number: number;
  readonly assigned: number;
}

interface Placing {
  readonly deployment: string;
  readonly service: string;
  readonly ports: readonly PlacedPort[];
  readonly lan: LanPart;
}

/**
 * What a service is told of itself: its deployment, its ports, and where it is looked for. There is no discoverd and no etcd
 * here, and so no DISCOVERD and no ETCD.
 */
export function environmentOf({ deployment, service, ports, lan }: Placing): Record<string, string> {
  const ofPorts = ports.flatMap(({ name, number }, at): [string, string][] => {
    const suffix = suffixOf(name);
    const { host = '', port = 0 } = lan.addresses[at] ?? {};
    const catalogued = [deployment, service, ...(name === '' ? [] : [name])].join(':');
    return [
      [`PORT${suffix}`, String(number)],
      [`SD${suffix}`, `${host}:${port}`],
      [`SD${suffix}_HOST`, host],
      [`SD${suffix}_PORT`, String(port)],
      [`SD${suffix}_NAME`, catalogued],
    ];
  });
  const [first] = lan.addresses;
  return { DEPLOY_ID: deployment, ...(first && { HOST: first.host }), ...Object.fromEntries(ofPorts) };
}

/** Fills in `{PORT}`, `{PORT_HTTP}`, `{HOST}` and `{DEPLOY_ID}`. What else is in braces stays as it is, and so does `${PORT}`, which is the shell's. */
export function substitute(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(/(?<!\$)\{([A-Z][A-Z0-9_]*)\}/g, (whole, name: string) =>
    Object.hasOwn(variables, name) ? (variables[name] ?? whole) : whole,
  );
}
