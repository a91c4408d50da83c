import type { Problems } from '../application/problems.ts';
import { toPlain } from '../application/tree.ts';
import type { LanPlugin, WanPlugin } from '../model/network-plugin.ts';
import type { Template } from './template.ts';
import { translateTemplate } from './translate.ts';

/** Definitions of services and globals, by their keys. */
interface WrittenTemplate {
  readonly services: Readonly<Record<string, unknown>>;
  readonly globals: Readonly<Record<string, unknown>>;
}

/** Which plug-ins there are is told by the cluster alone: without it services are described by these, which take nothing. */
const noPart = { bindPorts: [], networks: [], neededNetworks: [], userData: {} };
const described = { name: 'any', description: 'any' };
const anyNetwork = {
  lan: {
    ...{ ...described, kind: 'lan' },
    describe: ({ ports }) => ({ ...noPart, addresses: ports.map(({ number: port }) => ({ host: '{HOST}', port })) }),
  },
  wan: { ...described, kind: 'wan', describe: () => noPart },
} as const satisfies { readonly lan: LanPlugin; readonly wan: WanPlugin };

/**
 * What is sent of a template. Tells the problems of what is wrong, as far as the file says it: links to services that a deployment has already are
 * checked where it is.
 */
export function asWritten(template: Template, deployment: string, problems: Problems): WrittenTemplate {
  translateTemplate(template, { ...{ deployment, ...anyNetwork, present: [], assignedPort: () => 20_000 } });
  problems.refuse();
  return {
    services: Object.fromEntries(template.services.map(({ key, definition }) => [key, toPlain(definition.tree)])),
    globals: Object.fromEntries([...template.globals].map(([name, value]) => [name, toPlain(value.tree)])),
  };
}
