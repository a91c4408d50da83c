import { excludeOthers } from '../src/model/fleet.ts';
import type { Scheduler } from '../src/model/scheduler.ts';

const prefix = 'host:';

/**
 * The engine is one that the labels name, as `host:ENGINE`. As in citadel, no labels at all mean any engine, and labels
 * that name no host mean none.
 */
export const host: Scheduler = {
  name: 'host',
  description: 'the engine is one that a label host:ENGINE names',
  prepare({ labels }) {
    if (labels === undefined || labels.length === 0) return undefined;
    const hosts = hostsIn(labels);
    const wanted = hosts.size === 0 ? 'no host: the labels need one like host:ENGINE' : [...hosts].join(' or ');
    return (engine) => {
      if (hosts.has(engine.id)) return undefined;
      return { code: 'other_host', message: `the labels name ${wanted}` };
    };
  },
  exclude({ labels }, fleet, excluded) {
    if (labels === undefined || labels.length === 0) return;
    const rows = [...hostsIn(labels)].map((id) => fleet.row(id)).filter((row) => row !== undefined);
    excludeOthers(excluded, rows);
  },
};

function hostsIn(labels: readonly string[]): Set<string> {
  return new Set(labels.filter((each) => each.startsWith(prefix)).map((each) => each.slice(prefix.length)));
}
